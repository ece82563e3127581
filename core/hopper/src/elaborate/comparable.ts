// What can be compared, hashed, or be a key: Data without functions. A function's only identity is its number in an image,
// on which no result may depend. What a generic function does with its parameters is seen by the machine
// (machine/compare.ts); here a call is refused whose type arguments are known to hold a function.

import { bind, type Environment, type Semantic } from "../kernel/value.ts";
import { typeText } from "./agree.ts";
import type { Checker } from "./checker.ts";
import type { DataGlobal, FunctionGlobal } from "./global.ts";

export const isComparable = (checker: Checker, type: Semantic): boolean =>
  !checker.isResource(checker.force(type)) && !holdsFunction(checker, type, []);

/** `open` are the declared types that are being looked through: a type within itself holds nothing new. */
function holdsFunction(checker: Checker, type: Semantic, open: readonly DataGlobal[]): boolean {
  return checker.normal.deeper(() => {
    const known = checker.force(type);
    const within = (part: Semantic): boolean => holdsFunction(checker, part, open);
    switch (known.kind) {
      case "function":
        return true;
      case "telescope":
        return checker.telescopeTypes(known).some(within);
      case "primitive":
        return known.args.some(within);
      case "data": {
        const global = checker.global(known.ref);
        if (known.args.some(within)) return true;
        if (global.kind !== "data" || open.includes(global)) return false;
        return partsOf(checker, global, known.args).some((part) =>
          holdsFunction(checker, part, [...open, global]),
        );
      }
      default:
        return false;
    }
  });
}

/** The types of all fields of all constructors; what they say of values does not matter here. */
function partsOf(checker: Checker, global: DataGlobal, args: readonly Semantic[]): Semantic[] {
  let outer: Environment = null;
  for (const [at, { id }] of global.params.entries()) {
    outer = bind(outer, id, args[at] ?? { kind: "error" });
  }
  return global.constructors.flatMap(({ fields }) => {
    let environment = outer;
    return fields.map(({ id, type, name }) => {
      const part = checker.normal.type(type, environment);
      environment = bind(environment, id, { kind: "variable", id: checker.freshId(), name });
      return part;
    });
  });
}

/** The library's functions that compare or hash what these parameters stand for; of whole modules, every function. */
const COMPARING: ReadonlyMap<string, readonly string[]> = new Map([
  ["std.hash.hash", ["a"]],
  ["std.value.equal", ["a"]],
  ["std.list.contains", ["a"]],
  ["std.list.index_of", ["a"]],
  ["std.map", ["k"]],
  ["std.set", ["a"]],
]);

type Complaint = Parameters<Checker["complain"]>[1];

/** What there is to say of a call that compares functions. To be asked once the call's type arguments, in the order of its implicit parameters, are known. */
export function functionsCompared(
  checker: Checker,
  fn: FunctionGlobal,
  args: readonly Semantic[],
): Complaint | undefined {
  const { module, name } = fn.ref;
  const compared = COMPARING.get(`${module}.${name}`) ?? COMPARING.get(module) ?? [];
  for (const [at, param] of fn.signature.implicit.entries()) {
    const arg = args[at];
    if (arg === undefined || !compared.includes(param.name) || !holdsFunction(checker, arg, [])) continue;
    return {
      code: "H0513",
      message: `values of \`${typeText(checker, arg)}\` cannot be compared or hashed, which \`${name}\` does`,
      help: "functions have no equality: keep what they are made of as Data, and compare that",
    };
  }
  return undefined;
}
