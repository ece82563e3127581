// The lossless tree: every token of the source with what stands before it. The formatter reads it; the
// checker reads the surface tree of ast.ts. Invariant: the tokens in order, each with its trivia, spell
// the source.

import type { Source } from "../diagnostic/source.ts";
import type { Token } from "./token.ts";

export type NodeKind =
  | "module"
  | "heading"
  | "import"
  | "import-names"
  | "declaration"
  | "clause"
  | "type-parameters"
  | "type-parameter"
  | "parameters"
  | "parameter"
  | "fields"
  | "field"
  | "constructors"
  | "constructor"
  | "settings"
  | "path"
  | "name"
  // types
  | "named-type"
  | "type-arguments"
  | "tuple-type"
  | "function-type"
  | "exists-type"
  | "type-part"
  // expressions
  | "literal"
  | "money"
  | "parenthesised"
  | "tuple"
  | "unit"
  | "list"
  | "rest"
  | "field-access"
  | "call"
  | "arguments"
  | "index"
  | "record"
  | "field-values"
  | "field-value"
  | "with"
  | "binary"
  | "unary"
  | "if"
  | "match"
  | "arms"
  | "arm"
  | "lambda"
  | "require"
  | "abort"
  | "emit"
  | "update"
  | "update-fields"
  | "block"
  | "let"
  // patterns
  | "constructor-pattern"
  | "record-pattern"
  | "tuple-pattern"
  | "list-pattern"
  // whatever was passed over
  | "error";

/** Kinds that are a level of the surface tree; the others only hold parts together. */
export const LEVELS: ReadonlySet<NodeKind> = new Set([
  "named-type",
  "tuple-type",
  "function-type",
  "exists-type",
  "parenthesised",
  "tuple",
  "list",
  "field-access",
  "call",
  "index",
  "record",
  "with",
  "binary",
  "unary",
  "if",
  "match",
  "lambda",
  "require",
  "abort",
  "emit",
  "update",
  "block",
  "constructor-pattern",
  "record-pattern",
  "tuple-pattern",
  "list-pattern",
]);

export type SyntaxNode = {
  readonly kind: NodeKind;
  readonly children: readonly TreeElement[];
  /** Levels of nodes below and with this one. */
  readonly height: number;
};

export type TreeElement = SyntaxNode | Token;

export type SyntaxTree = { readonly source: Source; readonly root: SyntaxNode };

export const isNode = (element: TreeElement): element is SyntaxNode => "children" in element;

/** All tokens of a node in the order of the source, with a stack of its own. */
export function tokensOf(node: SyntaxNode): Token[] {
  const tokens: Token[] = [];
  const pending: TreeElement[] = [node];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    if (!isNode(element)) tokens.push(element);
    else for (let i = element.children.length - 1; i >= 0; i--) pending.push(element.children[i]!);
  }
  return tokens;
}

/** The source again. */
export function spell(tree: SyntaxTree): string {
  let text = "";
  for (const token of tokensOf(tree.root)) text += tree.source.text.slice(token.triviaStart, token.end);
  return text;
}
