// What the parts of the formatter share: the source's texts, its comments, and the way back to the rule for
// any node. Nodes of types, patterns and other things without line breaks are written by `inline`.

import { assert } from "@juno/base";
import type { Token } from "../token.ts";
import { isNode, type SyntaxNode, type SyntaxTree, type TreeElement } from "../tree.ts";
import { Comments } from "./comments.ts";
import type { Document } from "./document.ts";

export class Printer {
  readonly comments: Comments;
  readonly #text: string;
  readonly #node: (printer: Printer, node: SyntaxNode) => Document;

  constructor(tree: SyntaxTree, node: (printer: Printer, node: SyntaxNode) => Document) {
    this.comments = new Comments(tree);
    this.#text = tree.source.text;
    this.#node = node;
  }

  /** A token as it is spelled. */
  token(token: Token): string {
    this.comments.pass(token);
    return this.#text.slice(token.start, token.end);
  }

  print(element: TreeElement): Document {
    return isNode(element) ? this.#node(this, element) : this.token(element);
  }
}

export function firstToken(element: TreeElement): Token {
  let first: TreeElement | undefined = element;
  while (first !== undefined && isNode(first)) first = first.children[0];
  assert(first !== undefined, "a node holds a token");
  return first;
}

export function lastToken(element: TreeElement): Token {
  let last: TreeElement | undefined = element;
  while (last !== undefined && isNode(last)) last = last.children.at(-1);
  assert(last !== undefined, "a node holds a token");
  return last;
}

export const isToken = (element: TreeElement | undefined, kind: Token["kind"]): element is Token =>
  element !== undefined && !isNode(element) && element.kind === kind;

/** Whether the element is this word: a keyword or a name with a meaning here. */
export const isWord = (element: TreeElement | undefined, word: string): boolean =>
  element !== undefined && !isNode(element) && (element.kind === word || element.value === word);
