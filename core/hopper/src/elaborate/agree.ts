// Where a type meets the one expected: equal, or Nat where Int is wanted; else one of the diagnostics that
// people see most.

import type { Range } from "../diagnostic/source.ts";
import { PARTS_SHOWN_MAX, renderType } from "../kernel/render-type.ts";
import type { Term } from "../kernel/term.ts";
import type { Semantic } from "../kernel/value.ts";
import type { Effect } from "../syntax/ast.ts";
import { type Checker, errorTerm, isWithin, type Typed } from "./checker.ts";
import { mismatchHelp } from "./mismatch-help.ts";

export const isPrimitive = (value: Semantic, name: string): boolean =>
  value.kind === "primitive" && value.name === name;

export function typeText(checker: Checker, type: Semantic): string {
  return renderType(
    {
      normal: checker.normal,
      left: PARTS_SHOWN_MAX,
      variableName: (id) => checker.nameOf(id),
      constructorName: (ref, index) => {
        const global = checker.names.global(ref);
        return global?.kind === "data" ? (global.constructors[index]?.name ?? ref.name) : ref.name;
      },
    },
    type,
  );
}

/** The term as one of the expected type. */
export function agree(checker: Checker, range: Range, typed: Typed, expected: Semantic): Term {
  const actual = checker.force(typed.type);
  const wanted = checker.force(expected);
  if (isPrimitive(actual, "Nat") && isPrimitive(wanted, "Int")) return typed.term;
  if (actual.kind === "function" && wanted.kind === "function" && narrower(actual.effect, wanted.effect)) {
    if (checker.unify({ ...actual, effect: wanted.effect }, wanted)) return typed.term;
  }
  if (checker.unify(actual, wanted)) return typed.term;
  complainMismatch(checker, range, actual, wanted);
  return errorTerm(range);
}

/** A function that does less may stand where one that does more is expected. */
const narrower = (a: Effect | "caller", b: Effect | "caller"): boolean =>
  a !== "caller" && b !== "caller" && a !== b && isWithin(a, b);

export function complainMismatch(checker: Checker, range: Range, actual: Semantic, wanted: Semantic): void {
  const [found, expected] = [typeText(checker, actual), typeText(checker, wanted)];
  if (wanted.kind === "meta" && checker.isResource(actual)) {
    checker.complain(range, {
      code: "H0504",
      message: `\`${found}\` is a resource, and only Data may stand here`,
      help: "what copies or drops its argument takes Data; of a coin, give the `.amount`",
    });
    return;
  }
  const help = mismatchHelp(actual, wanted);
  checker.complain(range, {
    code: "H0500",
    message: `\`${expected}\` is expected here, and this is \`${found}\``,
    label: `this is \`${found}\``,
    ...(help === undefined ? {} : { help }),
  });
}
