// The four comparisons, which every ordered type has: one record each, alike but for the type.

import type { Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import type { BuiltinRecord } from "./record.ts";

type Ordered = {
  /** `Money<c>` */
  readonly type: string;
  /** `<c: Asset>` */
  readonly params?: string;
  /** Before the names, where a module has more than one ordered type. */
  readonly prefix?: string;
  readonly compare: (a: Value, b: Value, scope: BuiltinScope) => number;
  readonly cost: (args: readonly Value[]) => number;
  /** Two expressions, the lesser first, and how to write them if they need more than that. */
  readonly examples: readonly [lesser: string, greater: string];
};

const KINDS = [
  { name: "less", sign: "<", doc: "Whether `a` is less than `b`", holds: (order: number) => order < 0 },
  {
    name: "less_or_equal",
    sign: "<=",
    doc: "Whether `a` is at most `b`",
    holds: (order: number) => order <= 0,
  },
  { name: "greater", sign: ">", doc: "Whether `a` is greater than `b`", holds: (order: number) => order > 0 },
  {
    name: "greater_or_equal",
    sign: ">=",
    doc: "Whether `a` is at least `b`",
    holds: (order: number) => order >= 0,
  },
] as const;

export function comparisons(of: Ordered): BuiltinRecord[] {
  const [lesser, greater] = of.examples;
  return KINDS.map(({ name, sign, doc, holds }) => ({
    declaration: `fn ${of.prefix ?? ""}${name}${of.params ?? ""}(a: ${of.type}, b: ${of.type}) -> Bool`,
    doc: `${doc}: \`a ${sign} b\`.`,
    examples: [
      sign.startsWith("<") ? `${lesser} ${sign} ${greater}` : `${greater} ${sign} ${lesser}`,
      sign.endsWith("=") ? `${lesser} ${sign} ${lesser}` : `!(${lesser} ${sign} ${lesser})`,
    ],
    cost: of.cost,
    run: ([a, b], scope) => holds(of.compare(a!, b!, scope)),
  }));
}
