// A module's documentation as Markdown: the comments above its declarations, and the declarations' heads as they are
// written. It reads the source alone, so a module that does not check yet has documentation too.

import type { Source } from "../diagnostic/source.ts";
import { moduleName } from "../elaborate/program.ts";
import type { Declaration } from "../syntax/ast.ts";
import { parse } from "../syntax/index.ts";

type Chapter = { readonly title: string; readonly holds: (one: Declaration) => boolean };

const CHAPTERS: readonly Chapter[] = [
  { title: "Actions", holds: ({ kind }) => kind === "action" || kind === "init" },
  { title: "Queries", holds: ({ kind }) => kind === "query" },
  { title: "Functions for other modules", holds: (one) => one.kind === "fn" && one.public },
  { title: "Assets", holds: ({ kind }) => kind === "asset" },
  { title: "Types", holds: ({ kind }) => kind === "record" || kind === "sum" || kind === "alias" },
  { title: "Tables", holds: ({ kind }) => kind === "table" || kind === "invariant" || kind === "migrate" },
  { title: "Capabilities", holds: ({ kind }) => kind === "capability" },
  { title: "Policies", holds: ({ kind }) => kind === "policy" || kind === "upgrade" },
  { title: "Constants", holds: (one) => one.kind === "const" && one.public },
  { title: "Events", holds: ({ kind }) => kind === "event" },
  { title: "Errors", holds: ({ kind }) => kind === "error" },
];

/** The comment that a source begins with. */
function preface({ text }: Source): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("//")) break;
    lines.push(line.replace(/^\/\/ ?/, ""));
  }
  return lines.join("\n");
}

/** As written, without the body of a function. */
function headOf({ text }: Source, one: Declaration): string {
  const end = "body" in one && one.body !== undefined ? one.body.start : one.end;
  return text.slice(one.start, end).trimEnd().replace(/\s*=$/, "");
}

export function moduleReference(source: Source): string {
  const { module } = parse(source);
  const lines = [`# ${moduleName(module) ?? source.name}`, ""];
  const said = preface(source);
  if (said !== "") lines.push(said, "");
  for (const { title, holds } of CHAPTERS) {
    const own = module.declarations.filter(holds);
    if (own.length === 0) continue;
    lines.push(`## ${title}`, "");
    for (const one of own) {
      lines.push("```hopper", headOf(source, one), "```", "");
      if (one.doc !== "") lines.push(one.doc, "");
    }
  }
  const tests = module.declarations.flatMap((one) => (one.kind === "test" ? [one.title] : []));
  if (tests.length > 0)
    lines.push("## What its tests hold it to", "", ...tests.map((title) => `- ${title}`), "");
  return lines.join("\n");
}
