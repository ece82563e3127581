// What stands between brackets: items divided by commas, or, within braces, by commas or newlines
// (L51). Invariant: each round consumes a token or ends the loop, whatever the source says.

import type { Parser } from "./parser.ts";
import { type Closer, closeBracket, skipLine } from "./recovery.ts";

/** Whether the brackets that the parser is in must end here, closed or not. */
const stops = (p: Parser): boolean => p.isOutside || p.is(")") || p.is("]") || p.is("}");

/** Items within `()`, `[]` or `<>`; a comma after the last is allowed. The opener is the current token. */
export function commas(p: Parser, closer: Closer, item: () => void): void {
  const open = p.bump();
  p.inside({ newlinesEnd: false, records: true }, () => {
    while (!p.is(closer) && !stops(p)) {
      const before = p.beginItem();
      item();
      if (p.eat(",")) continue;
      if (p.is(closer) || stops(p)) return;
      if (p.token.newlineBefore && p.indentOf(p.token.start) <= p.indentOf(open.start)) return;
      p.expected(`\`,\` or \`${closer}\``);
      skipLine(p, closer);
      p.eat(",");
      if (p.position === before) return;
    }
  });
  closeBracket(p, open, closer);
}

/** A semicolon where a newline or a comma would do: refused, and passed over. */
export function refuseSemicolons(p: Parser): void {
  const { start, end } = p.token;
  p.report({
    code: "H0105",
    start,
    end,
    message: "there are no semicolons",
    help: "remove it: a newline ends a statement",
  });
  while (p.eat(";"));
}

/** Items within `{}`, divided by commas or newlines. The opener is the current token. */
export function lines(p: Parser, item: () => void): void {
  const open = p.bump();
  p.inside({ newlinesEnd: true, records: true }, () => {
    while (!stops(p)) {
      const before = p.beginItem();
      item();
      if (p.eat(",")) continue;
      if (p.is(";")) refuseSemicolons(p);
      else if (!stops(p) && !p.token.newlineBefore) {
        p.expected("`,`, a newline or `}`");
        skipLine(p);
        p.eat(",");
      }
      if (p.position === before) skipLine(p);
      if (p.position === before) return;
    }
  });
  closeBracket(p, open, "}");
}
