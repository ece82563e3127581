// `hopper fmt`: lays sources out in the one form, in place; with --check it only says which are not in it. A source that
// is malformed is left as it is.

import { readFileSync, writeFileSync } from "node:fs";
import { type Diagnostic, format, type Source } from "@juno/hopper";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { count } from "./counting.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { readSource, sourcePaths } from "./source-files.ts";

export type FormatOptions = { readonly check?: boolean };

const STANDARD_INPUT = "-";

export function runFormat(paths: readonly string[], options: FormatOptions, output: Output): void {
  if (paths.includes(STANDARD_INPUT)) {
    if (paths.length > 1) throw usage("Standard input (`-`) is laid out alone, without files beside it.");
    layOutInput(options, output);
    return;
  }
  const refused: Diagnostic[] = [];
  const changed: string[] = [];
  const sources = sourcePaths(paths).map(readSource);
  for (const source of sources) {
    const made = format(source);
    if (made.kind === "refused") refused.push(...made.diagnostics);
    else if (made.text !== source.text) {
      changed.push(source.name);
      if (!options.check) writeFileSync(source.name, made.text);
    }
  }
  if (refused.length > 0) output.remark(drawDiagnostics(refused, output.errorPaint));
  if (changed.length > 0) output.print(changed.join("\n"));
  if (refused.length > 0 || (options.check && changed.length > 0)) process.exitCode = EXIT.refused;
  output.remark(summary(sources.length, changed.length, options));
}

function summary(files: number, changed: number, { check }: FormatOptions): string {
  if (!check) return `${count(files, "file")}, ${changed} changed`;
  if (changed === 0) return `${count(files, "file")}, all laid out`;
  return `${changed} of ${count(files, "file")} ${changed === 1 ? "is" : "are"} not laid out: \`hopper fmt\` does it.`;
}

/** For editors: from standard input to standard output. */
function layOutInput({ check }: FormatOptions, output: Output): void {
  const source: Source = { name: "standard input", text: readFileSync(0, "utf8") };
  const made = format(source);
  if (made.kind === "refused") {
    process.exitCode = EXIT.refused;
    output.remark(drawDiagnostics(made.diagnostics, output.errorPaint));
  } else if (check) {
    if (made.text !== source.text) process.exitCode = EXIT.refused;
  } else {
    process.stdout.write(made.text);
  }
}
