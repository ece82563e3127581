// The comments of a source and where they belong: behind the token on whose line they stand, or before the
// one they stand above. Whoever lays out items claims the comments at their edges; a comment that nobody
// claimed, in the middle of something, moves above the item that it stands in. None is ever lost.

import type { Token } from "../token.ts";
import { type SyntaxTree, tokensOf } from "../tree.ts";

export type Comment = {
  /** With its `//`, without space behind it. */
  readonly text: string;
  /** Whether an empty line stands before it. */
  readonly blankBefore: boolean;
  /** Spaces between it and the code before it on the line. */
  readonly spaces: number;
};

type Surroundings = {
  leading: readonly Comment[];
  trailing: Comment | undefined;
  readonly blankBefore: boolean;
};

const NOTHING: Surroundings = { leading: [], trailing: undefined, blankBefore: false };

/** The trivia before a token: what belongs to the token before it, and what to itself. */
function split(trivia: string, isFirst: boolean): Surroundings {
  const lines = trivia.split("\n");
  const leading: Comment[] = [];
  let trailing: Comment | undefined;
  let blank = false;
  lines.forEach((line, number) => {
    const text = line.trim();
    if (text !== "") {
      const comment = { text, blankBefore: blank, spaces: Math.max(1, line.indexOf("/")) };
      if (number === 0 && !isFirst) trailing = comment;
      else leading.push(comment);
      blank = false;
    } else if (number > 0 && number < lines.length - 1) blank = true;
  });
  return { leading, trailing, blankBefore: blank };
}

export class Comments {
  readonly #around = new Map<Token, Surroundings>();
  readonly #next = new Map<Token, Token>();
  #hoisted: Comment[] = [];

  constructor(tree: SyntaxTree) {
    let before: Token | undefined;
    for (const token of tokensOf(tree.root)) {
      const trivia = tree.source.text.slice(token.triviaStart, token.start);
      this.#around.set(token, split(trivia, before === undefined));
      if (before !== undefined) this.#next.set(before, token);
      before = token;
    }
  }

  #surroundings(token: Token | undefined): Surroundings {
    return (token === undefined ? undefined : this.#around.get(token)) ?? NOTHING;
  }

  /** Whether an empty line stands right before the token. */
  hasBlankBefore(token: Token): boolean {
    return this.#surroundings(token).blankBefore;
  }

  /** The comments above the token; they are the caller's now. */
  claimLeading(token: Token): readonly Comment[] {
    const around = this.#surroundings(token);
    const { leading } = around;
    if (leading.length > 0) around.leading = [];
    return leading;
  }

  /** The comment behind the token on its line; it is the caller's now. */
  claimTrailing(token: Token): Comment | undefined {
    const around = this.#surroundings(this.#next.get(token));
    const { trailing } = around;
    if (trailing !== undefined) around.trailing = undefined;
    return trailing;
  }

  /** Called for each token that is written: what nobody claimed around it moves above the item. */
  pass(token: Token): void {
    const trailing = this.claimTrailing(token);
    for (const comment of this.claimLeading(token)) this.#hoisted.push(comment);
    if (trailing !== undefined) this.#hoisted.push(trailing);
  }

  /** What `write` makes of an item, and the comments that move above it. */
  hoisting<T>(write: () => T): { readonly value: T; readonly hoisted: readonly Comment[] } {
    const outer = this.#hoisted;
    this.#hoisted = [];
    const value = write();
    const hoisted = this.#hoisted;
    this.#hoisted = outer;
    return { value, hoisted };
  }
}
