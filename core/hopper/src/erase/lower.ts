// Terms to A-normal form (L30): evaluation order becomes order of steps, types are gone, closures become functions of
// the module with what they capture.

import { assert } from "@juno/base";
import type { GlobalRef, Term, TermArm } from "../kernel/term.ts";
import type { AnfFunction, Atom, Body, End } from "../machine/anf.ts";
import { freeVariables } from "./free-variables.ts";
import { constant, FunctionBuilder, type Lowering, returning, UNIT_ATOM } from "./function-builder.ts";
import { askInvariants } from "./invariants.ts";
import { bindPattern, isIrrefutable, testPattern } from "./pattern.ts";

/** Lowers a function into `lowering.functions`, after the closures in it. */
export function lowerFunction(
  lowering: Lowering,
  parts: { name: string; parameters: readonly number[]; captures: readonly number[]; body: Term },
): void {
  const builder = new FunctionBuilder(lowering, parts.name);
  for (const variable of [...parts.parameters, ...parts.captures]) builder.receive(variable);
  const body = builder.body(() => lowerTail(builder, parts.body));
  const lowered: AnfFunction = {
    name: parts.name,
    parameters: parts.parameters.length,
    captures: parts.captures.length,
    slots: builder.slots,
    body,
  };
  lowering.functions.push(lowered);
}

/** `tail`: nothing follows within the function, so a call needs no frame of its own. */
type Ending = (builder: FunctionBuilder, term: Term) => End;
type Fork = End & { readonly kind: "branch" | "switch" };

/** An `if` or a `match` ends a body by itself: its value is the body's. */
const lowerValueEnd: Ending = (builder, term) => {
  switch (term.kind) {
    case "block":
      lowerStatements(builder, term);
      return lowerValueEnd(builder, term.result);
    case "if":
      return lowerIf(builder, term, lowerValueEnd);
    case "match":
      return lowerMatch(builder, term, lowerValueEnd);
    default:
      return returning(lower(builder, term));
  }
};

function lowerIf(builder: FunctionBuilder, term: Term & { kind: "if" }, ending: Ending): Fork {
  const condition = lower(builder, term.condition);
  const then = builder.body(() => ending(builder, term.then));
  const otherwise = builder.body(() => ending(builder, term.else));
  return { kind: "branch", condition, then, else: otherwise };
}

function lowerTail(builder: FunctionBuilder, term: Term): End {
  const at = term.range.start;
  switch (term.kind) {
    case "block":
      lowerStatements(builder, term);
      return lowerTail(builder, term.result);
    case "if":
      return lowerIf(builder, term, lowerTail);
    case "match":
      return lowerMatch(builder, term, lowerTail);
    case "call":
      if (builder.lowering.globals.isBuiltin(term.fn)) return returning(lower(builder, term));
      return { kind: "tail-call", fn: term.fn, args: lowerAll(builder, term.args), at };
    case "apply": {
      const closure = lower(builder, term.closure);
      return { kind: "tail-apply", closure, args: lowerAll(builder, term.args), at };
    }
    default:
      return lowerValueEnd(builder, term);
  }
}

const lowerAll = (builder: FunctionBuilder, terms: readonly Term[]): Atom[] =>
  terms.map((term) => lower(builder, term));

function lowerStatements(builder: FunctionBuilder, block: Term & { kind: "block" }): void {
  for (const statement of block.statements) {
    if (statement.kind === "let") bindPattern(builder, statement.pattern, lower(builder, statement.value));
    else lower(builder, statement.term);
  }
}

/** The value of a term as an atom; pushes the steps that compute it. */
export function lower(builder: FunctionBuilder, term: Term): Atom {
  const at = term.range.start;
  switch (term.kind) {
    case "local":
      return builder.atomOf(term.id);
    case "literal":
      return constant(term.value);
    case "name":
      return constant(fullName(term.ref));
    case "global":
      return lowerGlobal(builder, term.ref, at);
    case "lambda":
      return lowerLambda(builder, term);
    case "call": {
      const args = lowerAll(builder, term.args);
      const { fn } = term;
      return builder.lowering.globals.isBuiltin(fn)
        ? builder.push({ kind: "builtin", name: fullName(fn), args }, at)
        : builder.push({ kind: "call", fn, args }, at);
    }
    case "apply": {
      const closure = lower(builder, term.closure);
      return builder.push({ kind: "apply", closure, args: lowerAll(builder, term.args) }, at);
    }
    case "construct":
      return construct(builder, term.constructor_, lowerAll(builder, term.fields), at);
    case "tuple":
      if (term.parts.length === 0) return UNIT_ATOM;
      return construct(builder, 0, lowerAll(builder, term.parts), at);
    case "record":
      return construct(builder, 0, [constant(fullName(term.ref)), ...lowerAll(builder, term.fields)], at);
    case "asset":
      return construct(builder, 0, [constant(fullName(term.ref)), ...lowerAll(builder, term.args)], at);
    case "list":
      return lowerList(builder, term);
    case "field":
      return builder.push({ kind: "field", of: lower(builder, term.of), index: term.index }, at);
    default:
      return lowerDoing(builder, term);
  }
}

export const fullName = (ref: GlobalRef): string =>
  ref.module === "" ? ref.name : `${ref.module}.${ref.name}`;

const construct = (builder: FunctionBuilder, tag: number, fields: readonly Atom[], at: number): Atom =>
  builder.push({ kind: "construct", tag, fields }, at);

function lowerDoing(builder: FunctionBuilder, term: Term): Atom {
  const at = term.range.start;
  switch (term.kind) {
    case "if":
      return builder.push(lowerIf(builder, term, lowerValueEnd), at);
    case "match": {
      const end = lowerMatch(builder, term, lowerValueEnd);
      if (end.kind === "return") return end.value;
      assert(end.kind === "branch" || end.kind === "switch", "a value is not that of a tail call");
      return builder.push(end, at);
    }
    case "block":
      lowerStatements(builder, term);
      return lower(builder, term.result);
    case "require":
      return lowerRequire(builder, term);
    case "abort":
      builder.abort(lower(builder, term.error), at);
      return UNIT_ATOM;
    case "emit":
      builder.push({ kind: "emit", event: lower(builder, term.event) }, at);
      return UNIT_ATOM;
    case "table":
      return lowerTable(builder, term);
    case "update":
      return lowerUpdate(builder, term);
    case "command":
      return builder.push({ kind: "command", fn: term.fn, args: lowerAll(builder, term.args) }, at);
    case "attempt":
      return builder.push({ kind: "attempt", closure: lower(builder, term.closure) }, at);
    default:
      assert(false, "types are erased");
  }
}

/** Arms by tag where that is all they ask, else one after another. The last needs no test: coverage was checked. */
function lowerMatch(builder: FunctionBuilder, term: Term & { kind: "match" }, ending: Ending): End {
  const value = lower(builder, term.scrutinee);
  const byTag =
    term.arms.length > 1 &&
    term.arms.every((arm, index) => asksTagOnly(builder, arm, index === term.arms.length - 1));
  return byTag
    ? lowerSwitch(builder, term.arms, value, ending)
    : lowerArms(builder, term.arms, value, ending);
}

function asksTagOnly(builder: FunctionBuilder, arm: TermArm, isLast: boolean): boolean {
  const { pattern } = arm;
  if (pattern.kind === "construct") return pattern.fields.every((field) => isIrrefutable(builder, field));
  return isLast && isIrrefutable(builder, pattern) && pattern.kind !== "tuple" && pattern.kind !== "list";
}

function lowerSwitch(builder: FunctionBuilder, arms: readonly TermArm[], value: Atom, ending: Ending): End {
  const bodyOf = (arm: TermArm): Body =>
    builder.body(() => {
      bindPattern(builder, arm.pattern, value);
      return ending(builder, arm.body);
    });
  const seen = new Set<number>();
  const byTag: { tag: number; body: Body }[] = [];
  let otherwise: Body | undefined;
  for (const arm of arms) {
    if (arm.pattern.kind !== "construct") {
      otherwise = bodyOf(arm);
    } else if (!seen.has(arm.pattern.constructor_)) {
      seen.add(arm.pattern.constructor_);
      byTag.push({ tag: arm.pattern.constructor_, body: bodyOf(arm) });
    }
  }
  return { kind: "switch", of: value, arms: byTag, otherwise };
}

function lowerArms(builder: FunctionBuilder, arms: readonly TermArm[], value: Atom, ending: Ending): End {
  const [first, ...rest] = arms;
  assert(first !== undefined, "a match has an arm");
  if (rest.length === 0 || isIrrefutable(builder, first.pattern)) {
    bindPattern(builder, first.pattern, value);
    return ending(builder, first.body);
  }
  const condition = testPattern(builder, first.pattern, value);
  const then = builder.body(() => {
    bindPattern(builder, first.pattern, value);
    return ending(builder, first.body);
  });
  const otherwise = builder.body(() => lowerArms(builder, rest, value, ending));
  return { kind: "branch", condition, then, else: otherwise };
}

function lowerRequire(builder: FunctionBuilder, term: Term & { kind: "require" }): Atom {
  const at = term.range.start;
  const condition = lower(builder, term.condition);
  const then = builder.body(() => returning(UNIT_ATOM));
  const otherwise = builder.body((): End => {
    const error =
      term.otherwise === undefined
        ? construct(builder, 0, [constant("RequirementFailed"), constant(term.clause)], at)
        : lower(builder, term.otherwise);
    return { kind: "abort", error, at };
  });
  builder.push({ kind: "branch", condition, then, else: otherwise }, at);
  return UNIT_ATOM;
}

function lowerList(builder: FunctionBuilder, term: Term & { kind: "list" }): Atom {
  const at = term.range.start;
  const items = builder.push({ kind: "list", items: lowerAll(builder, term.items) }, at);
  if (term.rest === undefined) return items;
  return builder.push(
    { kind: "builtin", name: "std.list.concat", args: [items, lower(builder, term.rest)] },
    at,
  );
}

function lowerTable(builder: FunctionBuilder, term: Term & { kind: "table" }): Atom {
  const args = lowerAll(builder, term.args);
  const { index } = builder.lowering.globals.table(term.table);
  if (term.operation === "put" || term.operation === "insert")
    askInvariants(builder, { table: term.table, at: term.range.start }, args[1]!);
  return builder.push({ kind: "table", operation: term.operation, table: index, args }, term.range.start);
}

function lowerUpdate(builder: FunctionBuilder, term: Term & { kind: "update" }): Atom {
  const at = term.range.start;
  const { globals } = builder.lowering;
  const { index, record } = globals.table(term.table);
  assert(record !== undefined, "only records are updated");
  const key = lower(builder, term.key);
  const old = builder.push({ kind: "table", operation: "take", table: index, args: [key] }, at);
  const fields: Atom[] = Array.from({ length: globals.fieldCount(record) }, (_, field) =>
    builder.push({ kind: "field", of: old, index: field }, at),
  );
  for (const { index: field, bound, value } of term.fields) {
    builder.bind(bound.variable.id, fields[field]!);
    fields[field] = lower(builder, value);
  }
  const row = construct(builder, 0, fields, at);
  askInvariants(builder, { table: term.table, at: term.range.start }, row);
  builder.push({ kind: "table", operation: "insert", table: index, args: [key, row] }, at);
  return UNIT_ATOM;
}

function lowerLambda(builder: FunctionBuilder, term: Term & { kind: "lambda" }): Atom {
  const name = builder.liftedName();
  const captured = freeVariables(term.body).filter((id) => builder.knows(id));
  lowerFunction(builder.lowering, {
    name,
    parameters: term.binders.map(({ variable }) => variable.id),
    captures: captured,
    body: term.body,
  });
  const captures = captured.map((id) => builder.atomOf(id));
  return builder.push(
    { kind: "closure", fn: { module: builder.lowering.module, name }, captures },
    term.range.start,
  );
}

/** A function as a value; a builtin gets a function around it. */
function lowerGlobal(builder: FunctionBuilder, ref: GlobalRef, at: number): Atom {
  const { globals, module, functions } = builder.lowering;
  if (!globals.isBuiltin(ref)) return builder.push({ kind: "closure", fn: ref, captures: [] }, at);
  const name = `${builder.liftedName()}$${ref.name}`;
  const parameters = globals.parameterCount(ref);
  const args = Array.from({ length: parameters }, (_, slot): Atom => ({ kind: "slot", slot }));
  const step = { slot: parameters, operation: { kind: "builtin" as const, name: fullName(ref), args }, at };
  const body: Body = { steps: [step], end: returning({ kind: "slot", slot: parameters }) };
  functions.push({ name, parameters, captures: 0, slots: parameters + 1, body });
  return builder.push({ kind: "closure", fn: { module, name }, captures: [] }, at);
}
