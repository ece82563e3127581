// The fields of a table's rows, which an invariant speaks of by name.

import type { Semantic } from "../kernel/value.ts";
import type { Checker } from "./checker.ts";
import { fieldTypes } from "./reference.ts";

/** Undefined if the rows are no records. */
export function rowFields(
  checker: Checker,
  row: Semantic,
): { name: string; type: Semantic; index: number }[] | undefined {
  const known = checker.force(row);
  const global = known.kind === "data" ? checker.global(known.ref) : undefined;
  if (known.kind !== "data" || global?.kind !== "data" || !global.record) return undefined;
  const fields = global.constructors[0]?.fields ?? [];
  const whole = checker.freshId();
  const types = fieldTypes(checker, global, known.args, (index) => ({
    kind: "projection",
    of: { kind: "variable", id: whole, name: "row" },
    index,
    name: fields[index]!.name,
  }));
  return fields.map(({ name }, index) => ({ name, type: types[index]!, index }));
}
