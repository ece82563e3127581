// What an operator means, by the types of its operands: the builtin it stands for. `==` and `!=` are
// `std.value.equal`, and `&&`, `||`, `!` are conditionals; neither is here. A Nat may stand for an Int,
// so the checker looks for the operands' own types first, then with Int for Nat.

import type { BinaryOperator } from "../syntax/ast.ts";

export type OperatorMeaning = {
  readonly operator: BinaryOperator;
  /** Types as text: `Money<c>`. Equal letters are the same asset or type. */
  readonly left: string;
  readonly right: string;
  /** `std.money.add`, with the operands as its parameters in this order. */
  readonly builtin: string;
};

const COMPARISONS = [
  ["<", "less"],
  ["<=", "less_or_equal"],
  [">", "greater"],
  [">=", "greater_or_equal"],
] as const;

/** Comparisons of two values of one type, by the builtins whose names begin with `prefix`. */
const compared = (type: string, prefix: string): OperatorMeaning[] =>
  COMPARISONS.map(([operator, name]) => meaning(type, operator, type, `${prefix}${name}`));

function meaning(left: string, operator: BinaryOperator, right: string, builtin: string): OperatorMeaning {
  return { operator, left, right, builtin };
}

export const OPERATORS: readonly OperatorMeaning[] = [
  meaning("Nat", "+", "Nat", "std.nat.add"),
  // L58: it requires left >= right.
  meaning("Nat", "-", "Nat", "std.nat.subtract"),
  meaning("Nat", "*", "Nat", "std.nat.multiply"),
  meaning("Nat", "mod", "Nat", "std.nat.modulo"),
  ...compared("Nat", "std.nat."),
  meaning("Int", "+", "Int", "std.int.add"),
  meaning("Int", "-", "Int", "std.int.subtract"),
  meaning("Int", "*", "Int", "std.int.multiply"),
  meaning("Int", "mod", "Int", "std.int.modulo"),
  ...compared("Int", "std.int."),
  meaning("Text", "++", "Text", "std.text.concat"),
  ...compared("Text", "std.text."),
  meaning("Bytes", "++", "Bytes", "std.bytes.concat"),
  meaning("List<a>", "++", "List<a>", "std.list.concat"),
  meaning("Money<c>", "+", "Money<c>", "std.money.add"),
  meaning("Money<c>", "-", "Money<c>", "std.money.subtract"),
  meaning("Money<c>", "*", "Int", "std.money.multiply"),
  meaning("Int", "*", "Money<c>", "std.money.times"),
  ...compared("Money<c>", "std.money."),
  meaning("Amount<a>", "+", "Amount<a>", "std.money.amount_add"),
  meaning("Amount<a>", "-", "Amount<a>", "std.money.amount_subtract"),
  ...compared("Amount<a>", "std.money.amount_"),
  meaning("Percent", "+", "Percent", "std.percent.add"),
  meaning("Percent", "-", "Percent", "std.percent.subtract"),
  meaning("Percent", "*", "Int", "std.percent.multiply"),
  meaning("Int", "*", "Percent", "std.percent.times"),
  meaning("Percent", "*", "Ratio", "std.percent.of_ratio"),
  meaning("Ratio", "*", "Percent", "std.ratio.of_percent"),
  ...compared("Percent", "std.percent."),
  meaning("Decimal", "+", "Decimal", "std.decimal.add"),
  meaning("Decimal", "-", "Decimal", "std.decimal.subtract"),
  meaning("Decimal", "*", "Int", "std.decimal.multiply"),
  meaning("Int", "*", "Decimal", "std.decimal.times"),
  ...compared("Decimal", "std.decimal."),
  meaning("Ratio", "+", "Ratio", "std.ratio.add"),
  meaning("Ratio", "-", "Ratio", "std.ratio.subtract"),
  meaning("Ratio", "*", "Ratio", "std.ratio.multiply"),
  meaning("Ratio", "*", "Int", "std.ratio.multiply_int"),
  meaning("Int", "*", "Ratio", "std.ratio.times"),
  ...compared("Ratio", "std.ratio."),
  meaning("Time", "+", "Duration", "std.time.add"),
  meaning("Duration", "+", "Time", "std.time.add_to"),
  meaning("Time", "-", "Duration", "std.time.subtract"),
  meaning("Time", "-", "Time", "std.time.between"),
  ...compared("Time", "std.time."),
  meaning("Duration", "+", "Duration", "std.time.duration_add"),
  meaning("Duration", "-", "Duration", "std.time.duration_subtract"),
  meaning("Duration", "*", "Int", "std.time.duration_multiply"),
  meaning("Int", "*", "Duration", "std.time.duration_times"),
  ...compared("Duration", "std.time.duration_"),
  meaning("Date", "-", "Date", "std.date.between"),
  ...compared("Date", "std.date."),
];

/** What `-x` means, by the type of `x`. */
export const NEGATIONS: ReadonlyMap<string, string> = new Map([
  ["Int", "std.int.negate"],
  ["Nat", "std.nat.negate"],
  ["Money", "std.money.negate"],
  ["Duration", "std.time.negate"],
  ["Percent", "std.percent.negate"],
  ["Decimal", "std.decimal.negate"],
  ["Ratio", "std.ratio.negate"],
]);
