// What the reference interpreter does for nodes that enter no function: values from values, and what builtins and
// the world say. Their gas is charged before this is called, except what depends on values.

import { assert } from "@juno/base";
import type { Atom, Operation } from "./anf.ts";
import type { GasTank } from "./gas-tank.ts";
import type { Linkage } from "./linkage.ts";
import { PersistentList } from "./persistent-list.ts";
import { Closure, Construct, UNIT, type Value } from "./value.ts";

type Scope = { readonly linkage: Linkage; readonly tank: GasTank; readonly module: string };

export function compute(operation: Operation, evaluate: (atom: Atom) => Value, scope: Scope): Value {
  const { linkage, tank } = scope;
  switch (operation.kind) {
    case "atom":
      return evaluate(operation.atom);
    case "closure":
      return tank.checked(
        new Closure(linkage.functionOf(operation.fn).number, operation.captures.map(evaluate)),
      );
    case "construct":
      return tank.checked(new Construct(operation.tag, operation.fields.map(evaluate)));
    case "list":
      return tank.checked(PersistentList.of(operation.items.map(evaluate)));
    case "field":
      return (evaluate(operation.of) as Construct).fields[operation.index]!;
    case "tag":
      return (evaluate(operation.of) as Construct).tag;
    case "builtin":
    case "table":
    case "emit":
      return foreign(operation, evaluate, scope);
    default:
      assert(false, `${operation.kind} enters other code`);
  }
}

type Foreign = Operation & { kind: "builtin" | "table" | "emit" };

function foreign(operation: Foreign, evaluate: (atom: Atom) => Value, scope: Scope): Value {
  const { tank, module } = scope;
  const before = tank.used;
  if (operation.kind === "builtin") {
    const record = scope.linkage.builtins[scope.linkage.builtinNumber(operation.name)]!;
    const args = operation.args.map(evaluate);
    tank.kind = "builtins";
    tank.module = module;
    tank.charge(record.cost(args));
    return tank.admit(record.run(args, tank), before);
  }
  if (operation.kind === "table") {
    tank.kind = "rows";
    const place = { module, table: operation.table };
    const args = operation.args.map(evaluate);
    return tank.admit(tank.effects.table(operation.operation, place, args, tank), before);
  }
  tank.kind = "events";
  tank.effects.emit(evaluate(operation.event), tank);
  return tank.admit(UNIT, before);
}
