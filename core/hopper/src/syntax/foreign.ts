// Words of other languages where a statement or expression begins: each is refused with what is written
// instead. They are ordinary names everywhere else, so that a field may be called `for`.

import type { Expr } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { skipLine } from "./recovery.ts";

type Foreign = {
  readonly message: string;
  readonly help: string;
  /** What is read on after the word, so that what follows is checked too. */
  readonly governs: "expression" | "nothing" | "line";
};

const LOOP = "there are no loops: every program ends";
const FOLD = "go through a list with `fold(list, start, fn(so_far: A, item: B) { … })`, `map` or `filter`";
const NOTHING = "there is no null";
const OPTION = "what may be missing is an `Option`: `None` or `Some(x)`";

const FOREIGN: ReadonlyMap<string, Foreign> = new Map<string, Foreign>([
  ["for", { message: LOOP, help: FOLD, governs: "line" }],
  ["while", { message: LOOP, help: FOLD, governs: "line" }],
  ["loop", { message: LOOP, help: FOLD, governs: "line" }],
  ["null", { message: NOTHING, help: OPTION, governs: "nothing" }],
  ["nil", { message: NOTHING, help: OPTION, governs: "nothing" }],
  ["undefined", { message: NOTHING, help: OPTION, governs: "nothing" }],
  [
    "return",
    {
      message: "there is no `return`",
      help: "the last expression of a block is its result; to leave early, use `if … else …` or `require … else …`",
      governs: "expression",
    },
  ],
  [
    "var",
    {
      message: "there are no variables that change",
      help: "bind a new name: `let total = …`",
      governs: "line",
    },
  ],
  [
    "throw",
    {
      message: "there are no exceptions",
      help: "end the transaction with `abort E`, where `E` is declared: `error E { … }`",
      governs: "line",
    },
  ],
  [
    "try",
    {
      message: "there are no exceptions, so nothing can be caught",
      help: "an expected failure is a value: return a `Result`",
      governs: "line",
    },
  ],
  [
    "switch",
    { message: "there is no `switch`", help: "write `match value { Pattern => … }`", governs: "line" },
  ],
  ["elif", { message: "there is no `elif`", help: "write `else if`", governs: "line" }],
  ["function", { message: "there is no `function`", help: "write `fn(x: Text) { … }`", governs: "line" }],
  [
    "await",
    {
      message: "nothing is awaited",
      help: "remove the word: everything here runs in order",
      governs: "expression",
    },
  ],
]);

/** Words that might be called or used as names: they are foreign only if an operand follows directly. */
const NAMES_ELSEWHERE: ReadonlySet<string> = new Set([
  "loop",
  "var",
  "try",
  "throw",
  "switch",
  "elif",
  "function",
  "await",
]);

const OPERANDS: ReadonlySet<string> = new Set([
  "name",
  "integer",
  "decimal",
  "text",
  "{",
  "!",
  "fn",
  "true",
  "false",
]);

/** Refuses the word at the current token if it is foreign, and passes over what it would have governed. */
export function refuseForeignWord(p: Parser): Expr | undefined {
  const { value: word, start, end } = p.token;
  const foreign = FOREIGN.get(word);
  if (foreign === undefined) return undefined;
  const next = p.peek();
  const operand = !next.newlineBefore && OPERANDS.has(next.kind);
  if (NAMES_ELSEWHERE.has(word) && !operand) return undefined;
  p.report({ code: "H0109", start, end, message: foreign.message, help: foreign.help });
  const mark = p.mark();
  p.bump();
  if (foreign.governs === "expression" && p.onSameLine && !p.isOutside && !p.is("}") && !p.is(")")) {
    const value = p.rules.expression(p);
    p.close(mark, "error");
    return value;
  }
  if (foreign.governs === "line") skipLine(p);
  p.close(mark, "error");
  return { kind: "error", ...p.rangeFrom(start) };
}
