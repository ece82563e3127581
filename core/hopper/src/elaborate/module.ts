// One module: imports, heads, bodies, and the passes over the bodies. The result is what machines run and what other modules
// are checked against; with an error among the diagnostics there is no code.

import { compareText } from "@juno/base";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { CheckExhausted, Normalizer } from "../kernel/normalizer.ts";
import type { Term } from "../kernel/term.ts";
import { primitive, type Semantic } from "../kernel/value.ts";
import type { Declaration, Expr, Module, Name, Parameter, TypeExpr } from "../syntax/ast.ts";
import {
  type CheckedFunction,
  checkConstant,
  checkFunction,
  checkInvariant,
  checkMigration,
  checkTest,
} from "./body.ts";
import { Checker } from "./checker.ts";
import {
  declarationsOf,
  declare,
  declareRecords,
  declareTables,
  declareTypes,
  elaborateFields,
  head,
  type Of,
} from "./declare.ts";
import { type Declared, declareFunction } from "./declare-function.ts";
import { exhausted } from "./exhausted.ts";
import { RECURSION } from "./expression.ts";
import type { FunctionGlobal, Library, ModuleInterface, TableGlobal } from "./global.ts";
import { importAll } from "./imports.ts";
import { Names } from "./names.ts";
import { type PassFuel, passBody, passFuel, passTermination } from "./passes.ts";
import { rowFields } from "./row-fields.ts";
import { passTypes } from "./type-passes.ts";

export type CheckedModule = {
  readonly interface: ModuleInterface;
  readonly checker: Checker;
  readonly functions: readonly CheckedFunction[];
  readonly tests: readonly { readonly title: string; readonly fn: string; readonly at: number }[];
  /** The function () → Policy of `upgrade by`. */
  readonly upgrade: string | undefined;
  readonly imports: readonly string[];
  readonly migrations: readonly Migration[];
  readonly diagnostics: readonly Diagnostic[];
  /** Units of fuel that checking, and what was made of the module since, took. */
  readonly work: () => number;
};

export type Migration = { readonly table: string; readonly fn: string; readonly old: Term };

export type ModuleParts = {
  readonly name: string;
  readonly source: Source;
  readonly module: Module;
  /** No error was found in the source, nor in the modules it imports: all that its bodies mention has a type. */
  readonly sound: boolean;
  /** Of a prelude module: its builtins, declared like functions without bodies. */
  readonly builtins: readonly Declaration[];
  readonly library: Library;
  /** Units of fuel that checking may take, at most `FUEL_MAX`. */
  readonly fuel: number;
};

export function checkModule(parts: ModuleParts): CheckedModule {
  const { name, source, module, library, fuel } = parts;
  const names = new Names(name, library);
  const normal = new Normalizer((ref) => {
    const global = names.global(ref);
    if (global?.kind !== "function") return undefined;
    const { signature, body } = global;
    const total = signature.effect === "total" && !signature.partial && !signature.checked;
    return { total, params: signature.params.map(({ id }) => id), body };
  }, fuel);
  const checker = new Checker({ source, names, recursion: RECURSION, normal });
  let imports: ReadonlySet<string> = new Set();
  const work = new ModuleWork(checker, { fuel: passFuel(fuel), sound: parts.sound });
  try {
    imports = importAll(checker, module.imports);
    work.declareAll(module.declarations, parts.builtins);
    work.checkBodies(module.declarations);
  } catch (error) {
    if (!(error instanceof CheckExhausted)) throw error;
    exhausted(checker, name);
  }
  return {
    interface: { name, source, globals: names.own() },
    checker,
    functions: work.functions,
    tests: work.tests,
    upgrade: work.upgrade,
    migrations: work.migrations,
    imports: [...imports].sort(compareText),
    diagnostics: checker.diagnostics,
    work: () => Math.min(fuel, fuel - normal.fuel) + work.passFuelSpent,
  };
}

class ModuleWork {
  readonly #checker: Checker;
  readonly functions: CheckedFunction[] = [];
  readonly tests: { title: string; fn: string; at: number }[] = [];
  readonly migrations: Migration[] = [];
  upgrade: string | undefined;
  readonly #declared: Declared[] = [];
  /** With a name missing, what a body moves cannot be told. */
  #headsAreSound: boolean;
  readonly #fuel: PassFuel;
  readonly #sound: CheckedFunction[] = [];
  readonly #constants: CheckedFunction[] = [];

  constructor(checker: Checker, parts: { readonly fuel: PassFuel; readonly sound: boolean }) {
    this.#checker = checker;
    this.#fuel = parts.fuel;
    this.#headsAreSound = parts.sound;
  }

  get passFuelSpent(): number {
    return this.#fuel.coverage.spent + this.#fuel.termination.spent;
  }

  declareAll(declarations: readonly Declaration[], builtins: readonly Declaration[]): void {
    const checker = this.#checker;
    checker.names.announce(declarations.flatMap((one) => ("name" in one ? [one.name.text] : [])));
    declareTypes(checker, declarations);
    declareTables(checker, declarations);
    declareRecords(checker, declarations);
    for (const one of declarationsOf(builtins, "fn")) {
      const { global } = declareFunction(checker, one, "builtin");
      declare(checker, one.name, global);
    }
    // In the order of the source: a constant may use the functions before it, a head the constants before it.
    for (const one of declarationsOf(declarations, "fn", "action", "query", "init", "const", "policy")) {
      if (one.kind === "const" || one.kind === "policy") this.#declareConstant(one);
      else this.#declareFunction(one);
    }
    checker.settle();
    if (checker.errors === 0) passTypes(checker);
    if (checker.errors > 0) this.#headsAreSound = false;
  }

  #declareFunction(one: Of<"fn">): void {
    const declared = declareFunction(this.#checker, one);
    if (declare(this.#checker, one.name, declared.global)) this.#declared.push(declared);
  }

  #declareConstant(one: Of<"const" | "policy">): void {
    const checker = this.#checker;
    const written =
      one.kind === "policy"
        ? primitive("Policy")
        : one.type && checker.normal.type(checker.type(null, one.type), null);
    const checked = checkConstant(checker, {
      name: one.name.text,
      role: one.kind,
      value: one.value,
      type: written,
      range: { start: one.start, end: one.end },
    });
    const isPublic = one.kind === "policy" || one.public;
    const global = this.#constant(one, one.name.text, checked, isPublic);
    if (!declare(checker, one.name, global)) return;
    this.functions.push(checked);
    this.#constants.push(checked);
  }

  #constant(
    one: Declaration,
    name: string,
    checked: CheckedFunction & { type: Semantic },
    isPublic: boolean,
  ): FunctionGlobal {
    const checker = this.#checker;
    const result = checker.quote(checked.range, checked.type);
    const range = checked.range;
    return {
      ...head(checker, one, { text: name, ...range }),
      kind: "function",
      role: checked.role as "const" | "policy",
      public: isPublic,
      signature: { implicit: [], params: [], result, effect: "total", partial: false, checked: false },
      body: checked.body,
    };
  }

  checkBodies(declarations: readonly Declaration[]): void {
    const checker = this.#checker;
    this.#checkAssets(declarations);
    this.#checkUpgrade(declarations);
    this.#passConstants();
    this.#checkInvariants(declarations);
    this.#checkMigrations(declarations);
    for (const declared of this.#declared) {
      this.#passing(declared.global.range, () => checkFunction(checker, declared));
    }
    for (const [at, one] of declarationsOf(declarations, "test").entries()) {
      const name = `test$${at}`;
      const range = { start: one.start, end: one.end };
      this.#passing(range, () => checkTest(checker, { name, body: one.body, range }));
      this.tests.push({ title: one.title, fn: name, at: one.start });
    }
    passTermination(checker, this.#sound, this.#fuel);
  }

  #checkMigrations(declarations: readonly Declaration[]): void {
    const checker = this.#checker;
    for (const one of declarationsOf(declarations, "migrate")) {
      const table = this.#ownTable(one.table);
      if (table === undefined) continue;
      if (this.migrations.some((other) => other.table === one.table.text)) {
        checker.complain(one.table, {
          code: "H0408",
          message: `how rows of \`${one.table.text}\` are migrated is said twice`,
          help: "leave one of them out",
        });
        continue;
      }
      const params = one.params.filter(
        (param): param is Parameter & { type: TypeExpr } => param.type !== undefined,
      );
      if (params.length !== 1 || one.params.length !== 1) {
        checker.complain(one.table, {
          code: "H0506",
          message: "a migration takes one parameter: the row as it was",
        });
        continue;
      }
      const { binders, scope } = elaborateFields(checker, null, params);
      const row = checker.normal.type(table.row, null);
      const range = { start: one.start, end: one.end };
      const name = `migrate$${one.table.text}`;
      this.#passing(range, () =>
        checkMigration(checker, { name, params: binders, scope, row, body: one.body, range }),
      );
      this.migrations.push({ table: one.table.text, fn: name, old: binders[0]!.type });
    }
  }

  #ownTable(name: Name): TableGlobal | undefined {
    const table = this.#checker.names.find(name.text);
    if (table?.kind === "table" && table.ref.module === this.#checker.names.module) return table;
    this.#checker.complain(name, {
      code: "H0904",
      message: `there is no table \`${name.text}\` in this module`,
      help: "name a table that this module declares",
    });
    return undefined;
  }

  /** Elaborates a body, settles it, and asks the passes if it is sound. */
  #passing(place: Range, elaborate: () => CheckedFunction | undefined): void {
    const checker = this.#checker;
    const before = checker.errors;
    let fn: CheckedFunction | undefined;
    try {
      fn = elaborate();
      checker.settle();
    } catch (error) {
      if (!(error instanceof CheckExhausted) || error.what !== "depth") throw error;
      checker.complain(place, {
        code: "H1001",
        message: "this is nested too deeply to be checked",
        help: "give parts of it names with `let`, or make them functions of their own",
      });
    }
    if (fn === undefined) return;
    this.functions.push(fn);
    if (!this.#headsAreSound || checker.errors > before) return;
    passBody(checker, fn, this.#fuel);
    if (checker.errors === before) this.#sound.push(fn);
  }

  /** A constant is Data, and what it is computed from need not be: its body is asked like any other. */
  #passConstants(): void {
    for (const constant of this.#constants) {
      if (!this.#headsAreSound || this.#checker.errors > 0) return;
      passBody(this.#checker, constant, this.#fuel);
      if (this.#checker.errors === 0) this.#sound.push(constant);
    }
  }

  #policyFunction(one: Declaration, name: string, value: Expr): void {
    const checker = this.#checker;
    const range = { start: one.start, end: one.end };
    const checked = checkConstant(checker, { name, role: "policy", value, type: primitive("Policy"), range });
    checker.settle();
    this.#constants.push(checked);
    checker.names.declare(name, this.#constant(one, name, checked, false));
    this.functions.push(checked);
  }

  #checkAssets(declarations: readonly Declaration[]): void {
    for (const one of declarationsOf(declarations, "asset")) {
      const mint = one.settings.find(({ name }) => name.text === "mint")?.value;
      if (mint === undefined || (mint.kind === "name" && mint.name.text === "self")) continue;
      this.#policyFunction(one, `${one.name.text}$mint`, mint);
    }
  }

  #checkUpgrade(declarations: readonly Declaration[]): void {
    const [first, second] = declarationsOf(declarations, "upgrade");
    if (second !== undefined) {
      this.#checker.complain(second, {
        code: "H0408",
        message: "who may upgrade this module is said twice",
        help: "leave one of them out",
      });
    }
    if (first?.policy === undefined) return;
    this.upgrade = "upgrade$";
    this.#policyFunction(first, this.upgrade, first.policy);
  }

  #checkInvariants(declarations: readonly Declaration[]): void {
    const checker = this.#checker;
    for (const [at, one] of declarationsOf(declarations, "invariant").entries()) {
      const table = this.#ownTable(one.table);
      if (table === undefined) continue;
      const row = checker.normal.type(table.row, null);
      const fields = rowFields(checker, row);
      if (fields === undefined) {
        checker.complain(one.table, {
          code: "H0907",
          message: "an invariant speaks of a record's fields, and these rows are no records",
          help: "let the rows be records: `type Row { … }`, `table t: Key => Row`",
        });
        continue;
      }
      const name = `invariant$${at}`;
      this.#passing(one.table, () =>
        checkInvariant(checker, { name, condition: one.condition, row, fields }),
      );
      table.invariants.push({ fn: name, clause: checker.text(one.condition) });
    }
  }
}
