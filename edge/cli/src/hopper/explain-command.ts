// `hopper explain`: what a diagnostic code means, with an example; without a code, all of them.

import { CODES, explain } from "@juno/hopper";
import { usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { renderTable } from "../terminal/table.ts";

export type ExplainOptions = { readonly json?: boolean };

export function runExplain(code: string | undefined, options: ExplainOptions, output: Output): void {
  if (code === undefined) {
    const entries = [...CODES.values()];
    if (options.json) output.printJson(entries.map((entry) => ({ code: entry.code, title: entry.title })));
    else
      output.print(
        renderTable(
          [{ title: "" }, { title: "" }],
          entries.map((one) => [one.code, one.title]),
        ).join("\n"),
      );
    return;
  }
  const text = explain(code);
  if (text === undefined) throw usage(`There is no code ${code}: \`hopper explain\` lists them all.`);
  if (options.json) {
    const digits = code.trim().replace(/^[Hh]/, "").padStart(4, "0");
    output.printJson(CODES.get(`H${digits}`));
    return;
  }
  output.print(text.trimEnd());
}
