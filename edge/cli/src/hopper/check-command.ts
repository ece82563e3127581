// `hopper check`: what the language has to say about sources.

import { canonicalText, type Json } from "@juno/base";
import { compile, type Diagnostic, firstOf, toJson } from "@juno/hopper";
import { EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import { count } from "./counting.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { type LanguageOption, languageOf } from "./language-option.ts";
import { loadSources, type SourceFile } from "./source-files.ts";

export type CheckOptions = LanguageOption & { readonly json?: boolean };

/** All diagnostics as one line of JSON, sorted by place. */
export const diagnosticsJson = (diagnostics: readonly Diagnostic[]): string =>
  canonicalText(firstOf(diagnostics, Number.POSITIVE_INFINITY).shown.map((one): Json => toJson(one)));

const isError = ({ severity }: Diagnostic): boolean => severity === "error";

export function runCheck(paths: readonly string[], options: CheckOptions, output: Output): void {
  const files = loadSources(paths);
  const { diagnostics } = compile(
    files.map(({ source }) => source),
    { tests: true, ...languageOf(options) },
  );
  if (diagnostics.some(isError)) process.exitCode = EXIT.refused;
  if (options.json) {
    output.print(diagnosticsJson(diagnostics));
    return;
  }
  const drawn = drawDiagnostics(diagnostics, output.paint);
  if (drawn !== "") output.print(drawn);
  for (const line of summary(files, diagnostics)) output.print(line);
  if (diagnostics.length > 0) output.print(`\`hopper explain ${diagnostics[0]!.code}\` tells more.`);
}

function summary(files: readonly SourceFile[], diagnostics: readonly Diagnostic[]): string[] {
  const { shown } = firstOf(diagnostics, Number.POSITIVE_INFINITY);
  const errors = shown.filter(isError).length;
  const warnings = shown.length - errors;
  const imported = files.filter(({ given }) => !given).length;
  const beside = imported === 0 ? "" : ` (${imported} of them found beside the others)`;
  const found = [count(errors, "error"), ...(warnings === 0 ? [] : [count(warnings, "warning")])];
  return [`${count(files.length, "module")}${beside}: ${found.join(", ")}`, ...conditions(files)];
}

/** L55: honest about what the checker does not prove. */
function conditions(files: readonly SourceFile[]): string[] {
  let clauses = 0;
  for (const { module } of files) {
    for (const one of module.declarations) {
      if (one.kind === "invariant") clauses += 1;
      else if ("requires" in one) clauses += one.requires.length + one.ensures.length;
    }
  }
  if (clauses === 0) return [];
  const are =
    clauses === 1 ? "is not proved, but checked when it is" : "are not proved, but checked when they are";
  return [`${count(clauses, "clause")} of \`requires\`, \`ensures\` and \`invariant\` ${are} run.`];
}
