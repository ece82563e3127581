// How code ended that did not end well, as an error of the ledger: its fields by name, and the place in the source (L44).
// What it says is paid for by its bytes, for code may fail with as much as it can make.

import { canonicalText, type JsonObject, jsonObject, utf8Length } from "@juno/base";
import {
  BUILT_IN_ERRORS,
  type CompiledModule,
  declarationsOf,
  type Failure,
  fieldsToJson,
  type Machine,
  type ModuleCode,
  placesOf,
  refusalText,
  type ShapeScope,
} from "@juno/hopper";
import { Abort, type SourcePlace } from "./contract-error.ts";
import { GAS, type GasMeter } from "./gas.ts";
import { positionIn } from "./source-lines.ts";

export type Ran = {
  readonly machine: Machine;
  /** The modules that were linked, the library's too, as the program holds them. */
  readonly codes: readonly ModuleCode[];
  /** In which its values have forms. */
  readonly scope: ShapeScope;
  readonly closure: ReadonlyMap<string, CompiledModule>;
  readonly gas: GasMeter;
};

/** `demo.bank` and `Insufficient` of `demo.bank.Insufficient`; no module for an error of the language. */
function splitName(full: string): { readonly module?: string; readonly name: string } {
  const dot = full.lastIndexOf(".");
  return dot === -1 ? { name: full } : { module: full.slice(0, dot), name: full.slice(dot + 1) };
}

/** To be thrown: the error that the machine ended with. */
export function abortOf(failure: Failure, ran: Ran): Abort {
  // The machine knows what was left for it; people know what they have asked for.
  const fields = failure.error === "OutOfGas" ? jsonObject({ limit: ran.gas.limit }) : fieldsOf(failure, ran);
  const place = placeOf(failure, ran);
  return new Abort({ ...splitName(failure.error), fields, ...(place === undefined ? {} : { place }) });
}

function fieldsOf({ error, fields }: Failure, { codes, scope, gas }: Ran): JsonObject {
  const spend = (bytes: number) => gas.charge("error", GAS.errorByte * bytes);
  if (fields.kind === "built-in") {
    const facts = jsonObject({ ...fields.facts });
    spend(utf8Length(canonicalText(facts)));
    return facts;
  }
  const { errors } = declarationsOf(codes);
  const declared = errors.get(error)?.fields ?? builtInFields(error);
  const spelled = fieldsToJson(declared, scope, fields.values, spend);
  // An error may hold what has no form outside, such as a policy that is out of its limits.
  return spelled.ok ? spelled.value : jsonObject({ unspeakable: refusalText(spelled.error) });
}

function builtInFields(error: string): ModuleCode["errors"][number]["fields"] {
  const fields = BUILT_IN_ERRORS.get(error)?.fields ?? [];
  return fields.map(({ name, type }) => ({ name, shape: { kind: type === "Text" ? "text" : "nat" } }));
}

/** The innermost place in a module that is deployed: nobody looks into the library for their mistakes. */
function placeOf(failure: Failure, { machine, closure }: Ran): SourcePlace | undefined {
  for (const { module, offset } of placesOf(machine.state, failure)) {
    const source = closure.get(module)?.source;
    if (source !== undefined) return { module, ...positionIn(source, offset) };
  }
  return undefined;
}
