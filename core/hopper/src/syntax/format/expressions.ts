// Expressions and patterns. Blocks of one `if` stand on one line together or not at all.

import { isNode, type SyntaxNode, type TreeElement } from "../tree.ts";
import { BLOCK, bracketNode, enclosed, LIST, PARENTHESES, type Pieces, pieces, RECORD } from "./brackets.ts";
import { operatorChain, postfixChain } from "./chains.ts";
import { type Document, group } from "./document.ts";
import { isWord, type Printer } from "./printer.ts";

const spaced = (documents: readonly Document[]): Document[] =>
  documents.flatMap((document, at) => (at === 0 ? [document] : [" ", document]));

const tight = (p: Printer, node: SyntaxNode): Document => node.children.map((child) => p.print(child));

const words = (p: Printer, node: SyntaxNode): Document =>
  spaced(node.children.map((child) => p.print(child)));

/** `name: value`, `name` alone, `pattern => value`, `let x: T = e`: a colon follows its word directly. */
export function labelled(p: Printer, elements: readonly TreeElement[]): Document {
  return elements.flatMap((element, at): Document[] => {
    const document = p.print(element);
    return at === 0 || isWord(element, ":") ? [document] : [" ", document];
  });
}

/** `if`, with all its blocks and those of the `else if` behind it. */
function conditional(p: Printer, node: SyntaxNode): Document {
  const documents: Document[] = [];
  const blocks: Pieces[] = [];
  let rest: SyntaxNode | undefined = node;
  while (rest !== undefined) {
    const current: SyntaxNode = rest;
    rest = undefined;
    for (const child of current.children) {
      if (documents.length > 0) documents.push(" ");
      if (isNode(child) && child.kind === "block") {
        const parts = pieces(p, child.children, BLOCK);
        blocks.push(parts);
        documents.push(enclosed(parts, true));
      } else if (isNode(child) && child.kind === "if") {
        documents.pop();
        rest = child;
      } else documents.push(p.print(child));
    }
  }
  return group(documents, { forced: blocks.some(({ forced }) => forced) });
}

function lambda(p: Printer, node: SyntaxNode): Document {
  return node.children.flatMap((child, at): Document[] => {
    const document = p.print(child);
    return at === 0 || (isNode(child) && child.kind === "parameters") ? [document] : [" ", document];
  });
}

/** A constructor's pattern or a record's: `Some(x)`, `Account { owner }`. */
const constructorPattern = (p: Printer, node: SyntaxNode): Document =>
  node.kind === "record-pattern" ? words(p, node) : tight(p, node);

/** The layout of an expression, a pattern or a part of one; undefined if the node is none. */
export function expressionDocument(p: Printer, node: SyntaxNode): Document | undefined {
  switch (node.kind) {
    case "name":
    case "literal":
    case "path":
    case "unit":
    case "unary":
    case "rest":
      return tight(p, node);
    case "money":
    case "require":
    case "abort":
    case "emit":
    case "update":
    case "match":
      return words(p, node);
    case "let":
    case "field-value":
    case "arm":
    case "parameter":
      return labelled(p, node.children);
    case "binary":
      return operatorChain(p, node);
    case "field-access":
    case "call":
    case "record":
    case "with":
      return postfixChain(p, node);
    case "index":
      return postfixChain(p, node);
    case "if":
      return conditional(p, node);
    case "lambda":
      return lambda(p, node);
    case "block":
      return bracketNode(p, node, BLOCK);
    case "arguments":
    case "parenthesised":
    case "tuple":
    case "tuple-pattern":
    case "parameters":
      return bracketNode(p, node, PARENTHESES);
    case "list":
    case "list-pattern":
      return bracketNode(p, node, LIST);
    case "field-values":
    case "update-fields":
    case "arms":
      return bracketNode(p, node, RECORD);
    case "constructor-pattern":
    case "record-pattern":
      return constructorPattern(p, node);
    default:
      return undefined;
  }
}
