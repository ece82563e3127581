// Operators, how tightly they bind, and the spellings of other languages that are understood only to be
// refused: `and`, `or`, `/`, `%`, and `=` where a comparison is meant.

import type { BinaryOperator } from "./ast.ts";
import type { Parser } from "./parser.ts";
import type { TokenKind } from "./token.ts";

export const LEVELS = { or: 1, and: 2, comparison: 3, append: 4, sum: 5, product: 6 } as const;

export type Operator = {
  readonly operator: BinaryOperator;
  readonly level: number;
  /** Why it is refused, if it is. */
  readonly wrong?: { readonly code: string; readonly message: string; readonly help: string };
};

const OPERATORS: ReadonlyMap<TokenKind, Operator> = new Map<TokenKind, Operator>([
  ["||", { operator: "||", level: LEVELS.or }],
  ["&&", { operator: "&&", level: LEVELS.and }],
  ["==", { operator: "==", level: LEVELS.comparison }],
  ["!=", { operator: "!=", level: LEVELS.comparison }],
  ["<", { operator: "<", level: LEVELS.comparison }],
  ["<=", { operator: "<=", level: LEVELS.comparison }],
  [">", { operator: ">", level: LEVELS.comparison }],
  [">=", { operator: ">=", level: LEVELS.comparison }],
  ["++", { operator: "++", level: LEVELS.append }],
  ["+", { operator: "+", level: LEVELS.sum }],
  ["-", { operator: "-", level: LEVELS.sum }],
  ["*", { operator: "*", level: LEVELS.product }],
  ["mod", { operator: "mod", level: LEVELS.product }],
  [
    "/",
    {
      operator: "*",
      level: LEVELS.product,
      // L58: what a quotient is must be said.
      wrong: {
        code: "H0110",
        message: "there is no operator `/`",
        help: "write `a.div(b)` for whole numbers, `amount.percent(5%, down)` or `amount.scale(ratio, down)` for money",
      },
    },
  ],
  [
    "%",
    {
      operator: "mod",
      level: LEVELS.product,
      wrong: {
        code: "H0110",
        message: "there is no operator `%`",
        help: "the remainder is `a mod b`; a percentage is a number with `%` right behind it: `5%`",
      },
    },
  ],
]);

/** How tightly the operators bind, by their tokens. */
export const OPERATOR_LEVELS: ReadonlyMap<TokenKind, number> = new Map(
  [...OPERATORS].map(([kind, { level }]) => [kind, level]),
);

const WORDS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  [
    "and",
    {
      operator: "&&",
      level: LEVELS.and,
      wrong: { code: "H0109", message: "`and` is no operator", help: "write `&&`" },
    },
  ],
  [
    "or",
    {
      operator: "||",
      level: LEVELS.or,
      wrong: { code: "H0109", message: "`or` is no operator", help: "write `||`" },
    },
  ],
]);

const ASSIGNED: Operator = {
  operator: "==",
  level: LEVELS.comparison,
  wrong: { code: "H0107", message: "`=` does not compare", help: "write `==`" },
};

/**
 * The binary operator at the current token, if there is one. An operator goes on with the line before it
 * (L50); the words of other languages do so only on the same line, where no name may stand.
 */
export function operatorAt(p: Parser): Operator | undefined {
  const { token } = p;
  if (token.kind === "name") return token.newlineBefore ? undefined : WORDS.get(token.value);
  if (token.kind !== "=") return OPERATORS.get(token.kind);
  // In heads and brackets nothing can be bound or defined, so a comparison was meant.
  const { newlinesEnd, records } = p.layout;
  return (!newlinesEnd || !records) && !token.newlineBefore ? ASSIGNED : undefined;
}
