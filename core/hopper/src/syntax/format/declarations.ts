// Declarations and types. A function with `requires` or `ensures` has each of them on a line of its own, and
// its body below them at the margin; without them the body begins on the line of the head.

import { isNode, type SyntaxNode, type TreeElement } from "../tree.ts";
import { above, behindText, bracket, bracketNode, column, PARENTHESES, RECORD } from "./brackets.ts";
import { type Document, group, indent, LINE, NEWLINE } from "./document.ts";
import { labelled } from "./expressions.ts";
import { firstToken, isToken, isWord, lastToken, type Printer } from "./printer.ts";

const TIGHT_BEFORE: ReadonlySet<string> = new Set(["parameters", "type-parameters", "type-arguments"]);

const hasKind = (element: TreeElement, kinds: ReadonlySet<string>): boolean =>
  isNode(element) && kinds.has(element.kind);

/** Words with spaces between them, none before parameters and `:`. */
function words(p: Printer, elements: readonly TreeElement[]): Document[] {
  return elements.flatMap((element, at): Document[] => {
    const document = p.print(element);
    const tight = at === 0 || isWord(element, ":") || hasKind(element, TIGHT_BEFORE);
    return tight ? [document] : [" ", document];
  });
}

const isBody = (element: TreeElement): boolean =>
  isNode(element) &&
  (element.kind === "block" || (element.kind === "clause" && isToken(element.children[0], "=")));

const isClause = (element: TreeElement): boolean =>
  isNode(element) && element.kind === "clause" && !isToken(element.children[0], "=");

/** `= expression`, on the line or below it: where it stands in the source, unless it fits only below. */
function definition(p: Printer, clause: SyntaxNode): Document {
  const [equals, expression] = clause.children;
  const forced = firstToken(expression!).newlineBefore;
  return group([" ", p.print(equals!), indent([LINE, p.print(expression!)])], { forced });
}

function withClauses(p: Printer, elements: readonly TreeElement[]): Document {
  const documents: Document[] = [];
  const body = elements.find(isBody);
  const head = elements.filter((element) => !isClause(element) && element !== body);
  let last = lastToken(head.at(-1)!);
  let behind = p.comments.claimTrailing(last);
  documents.push(words(p, head));
  for (const element of elements) {
    if (!isClause(element) && element !== body) continue;
    const comments = p.comments.claimLeading(firstToken(element));
    documents.push(behindText(behind));
    last = lastToken(element);
    behind = element === body ? undefined : p.comments.claimTrailing(last);
    const lines = comments.length === 0 ? [] : [...above(comments, false), NEWLINE];
    const inner = [NEWLINE, ...lines, isNode(element) ? words(p, clauseParts(element)) : p.print(element)];
    documents.push(element === body ? inner : indent(inner));
  }
  return group(documents, { forced: true });
}

/** A block is one element, a clause its parts. */
const clauseParts = (node: SyntaxNode): readonly TreeElement[] =>
  node.kind === "clause" ? node.children : [node];

function declaration(p: Printer, node: SyntaxNode): Document {
  if (node.children.some(isClause)) return withClauses(p, node.children);
  const last = node.children.at(-1)!;
  if (isNode(last) && last.kind === "clause") {
    return [words(p, node.children.slice(0, -1)), definition(p, last)];
  }
  return words(p, node.children);
}

/** Names between braces without space: `{at_least, role}`; as many on a line as fit. */
const importNames = (p: Printer, node: SyntaxNode): Document =>
  bracket(p, node.children, { division: "commas", padded: false, hugged: true });

/** `<a, b: Type>`, never broken. */
function angles(p: Printer, node: SyntaxNode): Document {
  return node.children.flatMap((child): Document[] =>
    isToken(child, ",") ? [p.print(child), " "] : [p.print(child)],
  );
}

/** `fn(A, x: B) -> C reads`, `exists (s: Stage) Credit<s>`: words with a bracket among them. */
function typeWithBracket(p: Printer, node: SyntaxNode): Document {
  const open = node.children.findIndex((child) => isToken(child, "("));
  const close = node.children.findIndex((child) => isToken(child, ")"));
  if (open < 0 || close < 0) return words(p, node.children);
  const before = words(p, node.children.slice(0, open));
  const between = bracketOf(p, node, { open, close });
  const after = words(p, node.children.slice(close + 1));
  const space = node.kind === "exists-type" ? " " : "";
  return [before, space, between, after.length === 0 ? "" : " ", after];
}

function bracketOf(p: Printer, node: SyntaxNode, { open, close }: { open: number; close: number }): Document {
  const children = node.children.slice(open, close + 1);
  if (node.kind === "function-type") return bracket(p, children, PARENTHESES);
  const inner = labelled(p, children.slice(1, -1));
  return [p.print(children[0]!), inner, p.print(children.at(-1)!)];
}

const isUnit = (node: SyntaxNode): boolean => isToken(node.children[0], "{");

/** The layout of a declaration, a type or a part of one; undefined if the node is none. */
export function declarationDocument(p: Printer, node: SyntaxNode): Document | undefined {
  switch (node.kind) {
    case "module": {
      const end = node.children.at(-1)!;
      return column(p, node.children.slice(0, -1), firstToken(end));
    }
    case "declaration":
      return declaration(p, node);
    case "heading":
    case "import":
    case "constructor":
    case "named-type":
      return node.kind === "constructor" || node.kind === "named-type"
        ? node.children.map((child) => p.print(child))
        : words(p, node.children);
    case "import-names":
      return importNames(p, node);
    case "fields":
    case "constructors":
    case "settings":
      return bracketNode(p, node, RECORD);
    case "field":
    case "type-part":
    case "type-parameter":
      return labelled(p, node.children);
    case "type-parameters":
    case "type-arguments":
      return angles(p, node);
    case "tuple-type":
      return isUnit(node) ? node.children.map((child) => p.print(child)) : bracketNode(p, node, PARENTHESES);
    case "function-type":
    case "exists-type":
      return typeWithBracket(p, node);
    default:
      return undefined;
  }
}
