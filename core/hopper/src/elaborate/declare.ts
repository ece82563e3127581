// The heads of a module's declarations, before any body is looked at: types, assets, tables, records, signatures. In this
// order, so that each may mention what it needs wherever in the source it stands.

import type { Term } from "../kernel/term.ts";
import { bind, type Environment, UNIT_TYPE } from "../kernel/value.ts";
import type {
  Declaration,
  Field,
  FunctionDeclaration,
  Name,
  Parameter,
  TypeExpr,
  TypeParameter,
} from "../syntax/ast.ts";
import type { Checker } from "./checker.ts";
import type { DataGlobal, Global, SignatureBinder } from "./global.ts";
import { extend, type Scope } from "./scope.ts";

export type Of<K extends Declaration["kind"]> = K extends FunctionDeclaration["kind"]
  ? Declaration & FunctionDeclaration
  : Extract<Declaration, { kind: K }>;

export const declarationsOf = <K extends Declaration["kind"]>(
  declarations: readonly Declaration[],
  ...kinds: readonly K[]
): Of<K>[] => declarations.filter((one): one is Of<K> => (kinds as readonly string[]).includes(one.kind));

export function declare(checker: Checker, name: Name, global: Global): boolean {
  if (checker.names.declare(name.text, global)) return true;
  checker.complain(name, {
    code: "H0408",
    message: `\`${name.text}\` is declared twice in this module`,
    help: "give one of them another name",
  });
  return false;
}

export const head = (checker: Checker, declaration: Declaration, name: Name) => ({
  ref: { module: checker.names.module, name: name.text },
  source: checker.source,
  range: { start: name.start, end: name.end },
  doc: declaration.doc,
});

/** `<a>`, `<a: Type>`, `<s: Stage>`: known while checking only. */
export function elaborateTypeParameters(
  checker: Checker,
  params: readonly TypeParameter[],
): { binders: SignatureBinder[]; scope: Scope } {
  let scope: Scope = null;
  const binders = params.map((param) => {
    const range = { start: param.start, end: param.end };
    const type: Term =
      param.type === undefined ? { range, kind: "sort", sort: "Data" } : checker.type(scope, param.type);
    const value = checker.normal.type(type, null);
    const variable = checker.variable(param.name.text, param.name, value);
    scope = extend(scope, { variable, type: value, erased: true });
    return { id: variable.id, name: param.name.text, type };
  });
  return { binders, scope };
}

/** Fields or parameters, later ones seeing earlier ones. */
export function elaborateFields(
  checker: Checker,
  outer: Scope,
  fields: readonly (Field | (Parameter & { type: TypeExpr }))[],
): { binders: SignatureBinder[]; scope: Scope } {
  let scope = outer;
  const binders = fields.map(({ name, type: expr }) => {
    const type = checker.type(scope, expr);
    const value = checker.normal.type(type, null);
    const variable = checker.variable(name.text, name, value);
    scope = extend(scope, { variable, type: value, erased: false });
    return { id: variable.id, name: name.text, type };
  });
  return { binders, scope };
}

export function declareTypes(checker: Checker, declarations: readonly Declaration[]): void {
  const types = declarationsOf(declarations, "record", "sum");
  const shells = new Map<Declaration, DataGlobal & { params: readonly SignatureBinder[] }>();
  for (const one of types) {
    const global = {
      ...head(checker, one, one.name),
      kind: "data" as const,
      resource: one.resource,
      record: one.kind === "record",
      params: [] as readonly SignatureBinder[],
      constructors: [],
    };
    if (declare(checker, one.name, global)) shells.set(one, global);
  }
  declareAssets(checker, declarations);
  const scopes = new Map<Declaration, Scope>();
  for (const one of types) {
    const global = shells.get(one);
    if (global === undefined) continue;
    const { binders, scope } = elaborateTypeParameters(checker, one.params);
    (global as { params: readonly SignatureBinder[] }).params = binders;
    scopes.set(one, scope);
  }
  for (const one of declarationsOf(declarations, "alias")) {
    const { binders, scope } = elaborateTypeParameters(checker, one.params);
    const type = checker.type(scope, one.type);
    if (checker.isResource(checker.normal.type(type, null))) {
      checker.complain(one.name, {
        code: "H0519",
        message: `\`${one.name.text}\` stands for a resource, and does not say so`,
        help: "write the type itself, so that everybody sees that it cannot be copied",
      });
    }
    declare(checker, one.name, { ...head(checker, one, one.name), kind: "alias", params: binders, type });
  }
  for (const one of types) {
    const global = shells.get(one);
    if (global !== undefined) fillConstructors(checker, one, global, scopes.get(one) ?? null);
  }
  for (const one of types) if (shells.has(one)) checkSort(checker, one, shells.get(one)!);
}

function fillConstructors(
  checker: Checker,
  one: Of<"record" | "sum">,
  global: DataGlobal,
  scope: Scope,
): void {
  if (one.kind === "record") {
    const fields = distinct(checker, one.fields);
    global.constructors = [{ name: one.name.text, fields: elaborateFields(checker, scope, fields).binders }];
    return;
  }
  global.constructors = one.constructors.map(({ name, args }) => {
    const fields = args.map((part, at): Field => {
      const unnamed = { text: `${at}`, start: part.type.start, end: part.type.end };
      return { name: part.name ?? unnamed, type: part.type, start: part.type.start, end: part.type.end };
    });
    return { name: name.text, fields: elaborateFields(checker, scope, fields).binders };
  });
}

function distinct<T extends { name: Name }>(checker: Checker, fields: readonly T[]): T[] {
  const seen = new Set<string>();
  return fields.filter(({ name }) => {
    if (!seen.has(name.text)) {
      seen.add(name.text);
      return true;
    }
    checker.complain(name, {
      code: "H0408",
      message: `\`${name.text}\` is declared twice here`,
      help: "give one of them another name",
    });
    return false;
  });
}

/** L11: what holds a resource whatever its parameters are is one, and says so. */
function checkSort(checker: Checker, one: Of<"record" | "sum">, global: DataGlobal): void {
  if (one.resource) return;
  let environment: Environment = null;
  for (const { id, type } of global.params)
    if (type.kind === "sort") environment = bind(environment, id, UNIT_TYPE);
  for (const { fields } of global.constructors) {
    for (const { name, type } of fields) {
      if (!checker.isResource(checker.normal.type(type, environment))) continue;
      const field = one.kind === "record" ? one.fields.find((each) => each.name.text === name) : undefined;
      checker.complain(field ?? one.name, {
        code: "H0519",
        message: `\`${one.name.text}\` holds a resource${field === undefined ? "" : ` (\`${name}\`)`}, and does not say so`,
        help: `write \`resource ${one.name.text}\`: then nobody can copy or lose it`,
      });
    }
  }
}

/** The name of an asset is Data: it can be copied and dropped, and what is in it as well. */
function refuseResources(
  checker: Checker,
  params: readonly Parameter[],
  binders: readonly SignatureBinder[],
): void {
  for (const [at, { name, type }] of binders.entries()) {
    if (!checker.isResource(checker.normal.type(type, null))) continue;
    checker.complain(params[at]!, {
      code: "H0518",
      message: `\`${name}\` is a resource, and the name of an asset holds Data only`,
      help: "tell assets apart by a text or a number",
    });
  }
}

function declareAssets(checker: Checker, declarations: readonly Declaration[]): void {
  for (const one of declarationsOf(declarations, "asset")) {
    const params = one.params.filter(
      (param): param is Parameter & { type: TypeExpr } => param.type !== undefined,
    );
    const { binders } = elaborateFields(checker, null, params);
    refuseResources(checker, params, binders);
    const decimals = one.settings.find(({ name }) => name.text === "decimals")?.value;
    const count = decimals?.kind === "integer" ? Number(decimals.value) : undefined;
    if (count === undefined || count > 18 || (!one.currency && count !== 0)) {
      checker.complain(decimals ?? one.name, {
        code: "H0909",
        message: one.currency
          ? "a currency says how many decimals it has, from 0 to 18"
          : "an asset is counted in whole units: `decimals: 0`; what has decimals is a `currency`",
        help: `write \`${one.currency ? "currency" : "asset"} ${one.name.text} { decimals: ${one.currency ? 2 : 0}, mint: … }\``,
      });
    }
    const mint = one.settings.find(({ name }) => name.text === "mint")?.value;
    if (mint === undefined) {
      checker.complain(one.name, {
        code: "H0910",
        message: `\`${one.name.text}\` does not say who may mint it`,
        help: "write `mint: self` for this module's code alone, or `mint: POLICY`",
      });
    }
    const isSelf = mint === undefined || (mint.kind === "name" && mint.name.text === "self");
    const ref = { module: checker.names.module, name: `${one.name.text}$mint` };
    declare(checker, one.name, {
      ...head(checker, one, one.name),
      kind: "asset",
      currency: one.currency,
      params: binders,
      decimals: count ?? 0,
      mint: isSelf ? undefined : ref,
    });
  }
}

export function declareTables(checker: Checker, declarations: readonly Declaration[]): void {
  for (const [index, one] of declarationsOf(declarations, "table").entries()) {
    const key = checker.type(null, one.key);
    const keyValue = checker.normal.type(key, null);
    const parts = key.kind === "telescope" ? key.binders : [];
    let scope: Scope = null;
    for (const { variable, type } of parts) {
      scope = extend(scope, { variable, type: checker.normal.type(type, null), erased: true });
    }
    const row = checker.type(scope, one.row);
    if (checker.isResource(keyValue)) {
      checker.complain(one.key, {
        code: "H0911",
        message: "a table's key must be Data",
        help: "use a text, a number or a pair of them",
      });
    }
    declare(checker, one.name, {
      ...head(checker, one, one.name),
      kind: "table",
      index,
      key: parts.length === 1 ? parts[0]!.type : key,
      keyParts: parts.map(({ variable, type }) => ({ id: variable.id, name: variable.name, type })),
      row,
      keyText: checker.text(one.key),
      rowText: checker.text(one.row),
      invariants: [],
    });
  }
}

export function declareRecords(checker: Checker, declarations: readonly Declaration[]): void {
  for (const one of declarationsOf(declarations, "error", "event", "capability")) {
    const { binders } = elaborateFields(checker, null, distinct(checker, one.fields));
    for (const { name, type } of binders) {
      if (!checker.isResource(checker.normal.type(type, null))) continue;
      const field = one.fields.find((each) => each.name.text === name);
      checker.complain(field ?? one.name, {
        code: "H0518",
        message: `\`${name}\` is a resource, and ${one.kind === "capability" ? "a capability" : `an ${one.kind}`} holds Data only`,
        help: "hold how much it is instead, as a Money or a Nat",
      });
    }
    const spends =
      one.kind === "capability" && one.spends !== undefined
        ? spentField(checker, binders, one.spends)
        : undefined;
    declare(checker, one.name, { ...head(checker, one, one.name), kind: one.kind, fields: binders, spends });
  }
}

function spentField(checker: Checker, binders: readonly SignatureBinder[], name: Name): number | undefined {
  const index = binders.findIndex((binder) => binder.name === name.text);
  const type = binders[index] && checker.force(checker.normal.type(binders[index].type, null));
  if (type?.kind === "primitive" && (type.name === "Nat" || type.name === "Money" || type.name === "Int"))
    return index;
  checker.complain(name, {
    code: "H0912",
    message: `\`${name.text}\` cannot be spent: it is no amount among the capability's fields`,
    help: "name a field of type Money or Nat",
  });
  return undefined;
}
