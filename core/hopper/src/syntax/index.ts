// The door of the syntax: text to surface tree, lossless tree and diagnostics. It knows no types and
// resolves no names. Whatever the text is, parsing ends, throws nothing, and takes time linear in it.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { Reports } from "../diagnostic/reports.ts";
import type { Source } from "../diagnostic/source.ts";
import type { Declaration, Expr, Module } from "./ast.ts";
import { block } from "./block.ts";
import { expression, postfix, sum } from "./expressions.ts";
import { formatTree } from "./format/index.ts";
import { tokenize } from "./lexer.ts";
import { module, soleDeclaration, soleExpression } from "./module.ts";
import { Parser, type Rules } from "./parser.ts";
import { pattern } from "./patterns.ts";
import type { SyntaxTree } from "./tree.ts";
import { type } from "./type-expressions.ts";

const RULES: Rules = { expression, sum, operand: postfix, block, pattern, type };

type Parsed = {
  /** In the order in which they were found. Empty: the source is well-formed. */
  readonly diagnostics: readonly Diagnostic[];
  readonly tree: SyntaxTree;
};

export type Formatted =
  | { readonly kind: "formatted"; readonly text: string }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

function parseWith<T>(source: Source, rule: (p: Parser) => T): Parsed & { readonly value: T } {
  const reports = new Reports(source);
  const parser = new Parser(reports, tokenize(reports), RULES);
  const value = rule(parser);
  return { value, diagnostics: reports.diagnostics, tree: { source, root: parser.root } };
}

/** A module. Where the source is wrong, `error` nodes stand in it and diagnostics say why. */
export function parse(source: Source): Parsed & { readonly module: Module } {
  const { value, diagnostics, tree } = parseWith(source, module);
  return { module: value, diagnostics, tree };
}

/** One expression, as typed at a prompt. Newlines end it where they would in a block. */
export function parseExpression(source: Source): Parsed & { readonly expression: Expr } {
  const { value, diagnostics, tree } = parseWith(source, soleExpression);
  return { expression: value, diagnostics, tree };
}

/** One declaration, of a builtin: a function has no body, `requires`, `ensures` and effect it may have. */
export function parseDeclaration(source: Source): Parsed & { readonly declaration: Declaration } {
  const { value, diagnostics, tree } = parseWith(source, soleDeclaration);
  return { declaration: value, diagnostics, tree };
}

/** The source in its one layout; or why it cannot be laid out, in which case nothing should be changed. */
export function format(source: Source): Formatted {
  const { diagnostics, tree } = parse(source);
  return diagnostics.length === 0
    ? { kind: "formatted", text: formatTree(tree) }
    : { kind: "refused", diagnostics };
}
