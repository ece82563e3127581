// What a typed line is: a declaration, an import, a `let`, or something to run; and whether it is complete. Told by
// parsing it; nothing is resolved here.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source } from "../diagnostic/source.ts";
import type { Declaration } from "../syntax/ast.ts";
import { parse } from "../syntax/index.ts";

export type Input =
  | { readonly kind: "declaration"; readonly names: readonly string[] }
  | { readonly kind: "import" }
  /** `value` is where the expression stands in what was typed, `type` the written type. */
  | { readonly kind: "let"; readonly name: string; readonly value: Source; readonly type: string | undefined }
  | { readonly kind: "let-parts" }
  | { readonly kind: "run" }
  | { readonly kind: "malformed"; readonly diagnostics: readonly Diagnostic[] };

const HEADER = "module session\n";
const OPEN = `${HEADER}test "input" {\n`;
const DECLARES =
  /^(?:(?:pub|partial|const|type|resource|currency|asset|table|capability|policy|event|error|action|query|init|invariant|upgrade|migrate|test)\b|fn\s+[A-Za-z_])/;
/** An opener that is never closed, found nowhere but at the end. */
const UNCLOSED = "H0102";

/** Said of what was typed, which stands behind `prefix`. */
function shifted(diagnostics: readonly Diagnostic[], typed: Source, prefix: number): Diagnostic[] {
  const limit = typed.text.length;
  const place = (offset: number): number => Math.min(Math.max(offset - prefix, 0), limit);
  return diagnostics.map((one) => ({
    ...one,
    span: { source: typed, start: place(one.span.start), end: place(one.span.end) },
    notes: one.notes.map(({ span, label }) => ({
      span: { source: typed, start: place(span.start), end: place(span.end) },
      label,
    })),
  }));
}

const nameOf = (declaration: Declaration): string[] => ("name" in declaration ? [declaration.name.text] : []);

/** Whether more lines are needed: a bracket is open. */
export function isOpen(text: string): boolean {
  const trimmed = text.trimStart();
  const whole =
    DECLARES.test(trimmed) || trimmed.startsWith("import") ? `${HEADER}${text}` : `${OPEN}${text}\n}`;
  return parse({ name: "input", text: whole }).diagnostics.some(({ code }) => code === UNCLOSED);
}

export function readInput(typed: Source): Input {
  const start = typed.text.trimStart();
  if (start.startsWith("import ") || DECLARES.test(start)) {
    const { module, diagnostics } = parse({ name: typed.name, text: HEADER + typed.text });
    if (diagnostics.length > 0) {
      return { kind: "malformed", diagnostics: shifted(diagnostics, typed, HEADER.length) };
    }
    if (module.declarations.length === 0) return { kind: "import" };
    return { kind: "declaration", names: module.declarations.flatMap(nameOf) };
  }
  const { module, diagnostics } = parse({ name: typed.name, text: `${OPEN}${typed.text}\n}` });
  if (diagnostics.length > 0) {
    return { kind: "malformed", diagnostics: shifted(diagnostics, typed, OPEN.length) };
  }
  const [test] = module.declarations;
  if (test?.kind !== "test" || module.declarations.length > 1) return { kind: "run" };
  const [statement, ...others] = test.body.statements;
  if (statement?.kind !== "let" || others.length > 0 || test.body.result !== undefined)
    return { kind: "run" };
  if (statement.pattern.kind !== "variable") return { kind: "let-parts" };
  const cut = ({ start: from, end }: { start: number; end: number }): string =>
    typed.text.slice(from - OPEN.length, end - OPEN.length);
  const value = { name: typed.name, text: cut(statement.value) };
  const type = statement.type && cut(statement.type);
  return { kind: "let", name: statement.pattern.name.text, value, type };
}
