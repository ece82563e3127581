// What a check that does not hold compared: `check(balance("ann") == 1.00 USD)` failed, and the left side was 0.00 USD. The
// machine still has both values; their type is asked of the checker, once something has failed, by means of a hole, and
// their form by declaring a table of that type. So tests that pass cost nothing more.

import { compile } from "../compile.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import type { Place } from "../machine/abort.ts";
import type { AnfFunction, Atom, Body, Step } from "../machine/anf.ts";
import { scopeOf } from "../machine/border/scope.ts";
import { spellValue } from "../machine/border/spell.ts";
import type { MachineState } from "../machine/machine-state.ts";
import { UNIT, type Value } from "../machine/value.ts";
import type { Expr } from "../syntax/ast.ts";
import { nodesAt } from "../syntax/expression-at.ts";
import type { ProgramImage } from "./program-image.ts";

/** As people write them, such as `0.00 USD`. */
export type Compared = { readonly left: string; readonly operator: string; readonly right: string };

type Comparison = Expr & { readonly kind: "binary" };

const CHECK = "std.testing.check";
const OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const PROBE = "probe_of_check";

/** Undefined if it compared nothing, or nothing that has a form. */
export function comparedValues(program: ProgramImage, state: MachineState, at: Place): Compared | undefined {
  const source = program.sourceOf(at.module);
  const check = source && checkAt(source, at.offset);
  if (source === undefined || check === undefined) return undefined;
  const values = valuesAt(program, state, at);
  const type = typeOf(program, source, check);
  if (values === undefined || type === undefined) return undefined;
  const [left, right] = spelled(program, source, type, values);
  const { operator } = check.comparison;
  return left === undefined || right === undefined ? undefined : { left, operator, right };
}

type Check = { readonly call: Range; readonly comparison: Comparison };

/** The `check` at the offset, if what it is given is a comparison. */
function checkAt(source: Source, offset: number): Check | undefined {
  for (const node of nodesAt(source, offset)) {
    const { kind, args } = node as Partial<Expr & { kind: "call" }>;
    const [only] = kind === "call" && args !== undefined ? args : [];
    if (only?.kind === "binary" && OPERATORS.has(only.operator) && args?.length === 1) {
      return { call: node, comparison: only };
    }
  }
  return undefined;
}

/** The two values that the machine compared. */
function valuesAt({ image }: ProgramImage, state: MachineState, at: Place): readonly Value[] | undefined {
  const { anf } = image.linkage.functionOf({ module: at.module, name: at.function });
  const steps = stepsOf(anf);
  let found = steps.find(({ operation, at: place }) => {
    return operation.kind === "builtin" && operation.name === CHECK && place === at.offset;
  })?.operation;
  // `check` has one argument; a `!=` is an `==` and a branch.
  while (found?.kind === "branch" || (found?.kind === "builtin" && found.args.length === 1)) {
    const argument: Atom | undefined = found.kind === "branch" ? found.condition : found.args[0];
    found = steps.find(({ slot }) => argument?.kind === "slot" && slot === argument.slot)?.operation;
  }
  if (found?.kind !== "builtin" || found.args.length !== 2) return undefined;
  return found.args.map((atom: Atom): Value => {
    if (atom.kind === "unit") return UNIT;
    return atom.kind === "constant" ? atom.value : state.stack[state.base + atom.slot]!;
  });
}

function stepsOf({ body }: AnfFunction): Step[] {
  const steps: Step[] = [];
  const waiting: Body[] = [body];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const step of next.steps) steps.push(step);
    for (const inner of [...next.steps.map(({ operation }) => operation), next.end]) {
      if (inner.kind === "branch") waiting.push(inner.then, inner.else);
      if (inner.kind !== "switch") continue;
      waiting.push(...inner.arms.map((arm) => arm.body));
      if (inner.otherwise !== undefined) waiting.push(inner.otherwise);
    }
  }
  return steps;
}

/** Of the program's other modules. */
const others = ({ compiled }: ProgramImage, source: Source) => ({
  deployed: new Map(compiled.filter((one) => one.source !== source).map((one) => [one.name, one])),
  tests: true,
});

/** The type of the left side, by giving it a name in the place of the check, and leaving a hole behind it. */
function typeOf(program: ProgramImage, source: Source, { call, comparison }: Check): string | undefined {
  const left = source.text.slice(comparison.left.start, comparison.left.end);
  const probe = `{\nlet ${PROBE} = ${left}\n?${PROBE}\n}`;
  const text = `${source.text.slice(0, call.start)}${probe}${source.text.slice(call.end)}`;
  const { diagnostics } = compile([{ ...source, text }], others(program, source));
  const hole = diagnostics.find(({ message }) => message.includes(`\`?${PROBE}\``));
  return hole?.known.find((fact) => fact.startsWith(`${PROBE}: `))?.slice(PROBE.length + 2);
}

function spelled(
  program: ProgramImage,
  source: Source,
  type: string,
  values: readonly Value[],
): (string | undefined)[] {
  const text = `${source.text}\ntable ${PROBE}: Nat => ${type}\n`;
  const { modules } = compile([{ ...source, text }], others(program, source));
  const code = modules[0]?.code;
  const table = code?.tables.find(({ name }) => name === PROBE);
  if (code === undefined || table === undefined) return [];
  const scope = scopeOf([...program.modules.values(), code]);
  return values.map((value) => {
    const spelling = spellValue(table.row, scope, value);
    if (!spelling.ok) return undefined;
    // Amounts, times and the like are JSON texts; only a Text is read with its quotes.
    return table.row.kind === "text" ? spelling.value : spelling.value.replace(/^"(.*)"$/, "$1");
  });
}
