// How the parser goes on after something wrong: brackets that are not closed, and what is passed over up
// to a place from which the source makes sense again. Invariant: passing over never leaves the brackets
// that the parser is in, nor the declaration, so that one mistake is told once.

import type { Parser } from "./parser.ts";
import type { Token, TokenKind } from "./token.ts";

export type Closer = ")" | "]" | "}" | ">";

const OPENERS: ReadonlySet<TokenKind> = new Set(["(", "[", "{"]);
const CLOSERS: ReadonlySet<TokenKind> = new Set([")", "]", "}"]);

/** Consumes the closer of `open`; says that it is missing where `open` stands. */
export function closeBracket(p: Parser, open: Token, closer: Closer): void {
  const { token } = p;
  if (p.eat(closer)) {
    const outdented = token.newlineBefore && p.indentOf(token.start) < p.indentOf(open.start);
    if (closer === "}" && outdented) p.suspectPair(open, token);
    return;
  }
  if (p.isRefused) return;
  const suspect = closer === "}" ? p.suspectSince(open) : undefined;
  const unclosed = suspect?.open ?? open;
  p.report({
    code: "H0102",
    start: unclosed.start,
    end: unclosed.end,
    message: `this \`${p.textOf(unclosed)}\` is never closed`,
    label: `its \`${closer}\` is missing`,
    notes: [
      suspect === undefined
        ? { ...p.place(), label: `\`${closer}\` is expected here at the latest, found ${p.found()}` }
        : { ...suspect.close, label: "by its indentation, this one closes something further out" },
    ],
    help: `add \`${closer}\``,
  });
}

/** A closer that closes nothing. */
export function refuseCloser(p: Parser): void {
  const { start, end } = p.token;
  const message = `nothing was opened that this ${p.found()} closes`;
  p.report({ code: "H0103", start, end, message, help: "remove it" });
}

/** Passes over one token, or over a bracket with all that is in it. Not over closers: they end something. */
export function skipGroup(p: Parser): void {
  let open = 0;
  do {
    if (OPENERS.has(p.token.kind)) open += 1;
    else if (CLOSERS.has(p.token.kind)) open -= 1;
    if (open < 0 || p.isOutside) return;
    p.bump();
  } while (open > 0);
}

/** Passes over everything up to a closer at this level. */
export function skipToCloser(p: Parser): void {
  const mark = p.mark();
  while (!p.isOutside && !CLOSERS.has(p.token.kind)) skipGroup(p);
  if (p.mark() > mark) p.close(mark, "error");
}

/** Passes over the rest of the line, up to a closer or `,` at this level. */
export function skipLine(p: Parser, closer?: Closer): void {
  const mark = p.mark();
  while (!p.atEnd && !CLOSERS.has(p.token.kind) && !p.is(",") && p.token.kind !== closer) {
    if (p.token.newlineBefore && p.mark() > mark) break;
    const before = p.position;
    skipGroup(p);
    if (p.position === before) break;
  }
  if (p.mark() > mark) p.close(mark, "error");
}
