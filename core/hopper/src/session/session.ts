// A session: modules that were loaded, what was declared since, a ledger in memory, and lines to run on it. Every line is
// checked, compiled and run as a test; nothing of a line that fails is kept. It prints nothing and knows no clock.

import { assert, type Json, parseJsonText, parseUtf8, type Sha256 } from "@juno/base";
import { type CompiledModule, compile } from "../compile.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source } from "../diagnostic/source.ts";
import type { RowChange } from "../machine/state/row-overlay.ts";
import { ProgramImage } from "../testing/program-image.ts";
import { LANGUAGE_VERSION } from "../version.ts";
import { type Done, finish } from "./command-run.ts";
import { readInput } from "./input.ts";
import { effectsForInput } from "./session-effects.ts";
import { homesOf } from "./session-imports.ts";
import { type Compiled, type Kept, SESSION_MODULE, SessionModule, type Snapshot } from "./session-module.ts";
import { SessionState } from "./session-state.ts";

const SESSION_GAS_LIMIT = 100_000_000;
/** The name of the latest value. */
const LATEST = "it";
const UNIT = "{}";
/** Each value waits in a table of its own, whose row's type is the value's. */
const TABLE_OF_VALUE = "session_value_";

export type Shown = { readonly type: string; readonly json: Json | undefined };

export type Reply =
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "declared"; readonly names: readonly string[]; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "typed"; readonly type: string }
  | { readonly kind: "remark"; readonly sentence: string }
  | { readonly kind: "ran"; readonly done: Done; readonly shown: Shown | undefined }
  | { readonly kind: "measured"; readonly gas: number };

const EMPTY: Snapshot = { state: new SessionState(), imports: [], declarations: [], kept: new Map() };

const refused = (diagnostics: readonly Diagnostic[]): Reply => ({ kind: "refused", diagnostics });

export class Session {
  readonly #sha256: Sha256;
  readonly #language: number;
  #loaded: ReadonlyMap<string, CompiledModule> = new Map();
  #now: Snapshot = EMPTY;
  readonly #before: Snapshot[] = [];
  #inputs = 0;
  /** Who signs every command that is called at the prompt. */
  signers: readonly string[] = [];

  /** `language`: the version that all is checked by (C34). */
  constructor(sha256: Sha256, language = LANGUAGE_VERSION) {
    this.#sha256 = sha256;
    this.#language = language;
  }

  get state(): SessionState {
    return this.#now.state;
  }

  /** What is on the ledger, as changes from nothing; values that have names are not. */
  rows(): RowChange[] {
    return this.state.rows().filter(({ module, table }) => {
      return module !== SESSION_MODULE || !table.startsWith(TABLE_OF_VALUE);
    });
  }

  /** Names of the modules that are loaded. */
  get modules(): readonly string[] {
    return [...this.#loaded.keys()];
  }

  /** What can be typed, for completion: `bank.` stands before what several modules have. */
  names(): string[] {
    const { declarations, kept } = this.#now;
    const imported = [...homesOf([...this.#loaded.values()])].flatMap(([name, homes]) =>
      homes.length === 1 ? [name] : homes.map((home) => `${home.slice(home.lastIndexOf(".") + 1)}.${name}`),
    );
    return [...new Set([...imported, ...declarations.flatMap((one) => one.names), ...kept.keys()])].sort();
  }

  /** Replaces what was loaded, and begins with an empty ledger; changes nothing if there is an error. */
  load(sources: readonly Source[]): readonly Diagnostic[] {
    const { modules, diagnostics } = compile(sources, { tests: false, language: this.#language });
    if (diagnostics.some(({ severity }) => severity === "error")) return diagnostics;
    this.#loaded = new Map(modules.map((module) => [module.name, module]));
    this.#now = EMPTY;
    this.#before.length = 0;
    return diagnostics;
  }

  /** Back to before the latest line that was kept; false if there is none. */
  undo(): boolean {
    const before = this.#before.pop();
    if (before === undefined) return false;
    this.#now = before;
    return true;
  }

  #become(next: Partial<Snapshot>, isWorthUndoing = true): void {
    if (isWorthUndoing) this.#before.push(this.#now);
    this.#now = { ...this.#now, ...next };
  }

  /** Runs, declares or names what was typed. */
  run(text: string): Reply {
    const typed = this.#typed(text);
    const input = readInput(typed);
    const { imports, declarations } = this.#now;
    switch (input.kind) {
      case "malformed":
        return refused(input.diagnostics);
      case "import":
        return this.#declare({ imports: [...imports, typed] }, []);
      case "declaration": {
        const { names } = input;
        // A name that is declared again means the new declaration.
        const others = declarations.filter((one) => !one.names.some((name) => names.includes(name)));
        return this.#declare({ declarations: [...others, { names, text: typed }] }, names);
      }
      case "let-parts":
        return {
          kind: "remark",
          sentence: "At the prompt a `let` gives one name: take the value apart where it is used.",
        };
      case "let":
        return this.#evaluate(input.value, { name: input.name, type: input.type });
      case "run":
        return this.#evaluate(typed, { name: LATEST, type: undefined });
    }
  }

  /** The type of an expression, which is not run. */
  typeOf(text: string): Reply {
    const { type, diagnostics } = this.#module().typeOf(this.#typed(text));
    return type === undefined ? refused(diagnostics) : { kind: "typed", type };
  }

  /** What running it costs, without what a session adds; nothing is kept. */
  gasOf(text: string): Reply {
    const typed = this.#typed(text);
    const module = this.#module();
    const { type, diagnostics } = module.typeOf(typed);
    if (type === undefined) return refused(diagnostics);
    const compiled = type === UNIT ? module.plain(typed) : module.measured(typed);
    if (compiled.module === undefined) return refused(compiled.diagnostics);
    const done = this.#perform(compiled);
    if ("failure" in done) return { kind: "ran", done, shown: undefined };
    return { kind: "measured", gas: done.gas - this.#perform(module.idle(typed)).gas };
  }

  #typed(text: string): Source {
    this.#inputs += 1;
    return { name: `input ${this.#inputs}`, text };
  }

  #module(snapshot: Snapshot = this.#now): SessionModule {
    return new SessionModule({ loaded: this.#loaded, snapshot, language: this.#language });
  }

  #declare(next: Partial<Snapshot>, names: readonly string[]): Reply {
    const { module, diagnostics } = this.#module({ ...this.#now, ...next }).declarations();
    if (module === undefined) return refused(diagnostics);
    this.#become(next);
    return { kind: "declared", names, warnings: diagnostics };
  }

  #evaluate(typed: Source, wanted: { readonly name: string; readonly type: string | undefined }): Reply {
    const module = this.#module();
    const { type, diagnostics } = module.typeOf(typed);
    if (type === undefined) return refused(diagnostics);
    if (type === UNIT) return this.#keep(module.plain(typed), undefined, undefined);
    const table = `${TABLE_OF_VALUE}${this.#inputs}`;
    const kept = { name: wanted.name, type: wanted.type ?? type, table };
    const keeping = module.keeping(typed, kept);
    if (keeping.module === undefined) {
      // What has no form outside cannot wait in a table: it is computed, and its type told.
      const measured = module.measured(typed);
      if (measured.module === undefined || wanted.name !== LATEST) return refused(keeping.diagnostics);
      return this.#keep(measured, undefined, type);
    }
    if (keeping.module.code.tables.some(({ name, resource }) => resource && name === table)) {
      return refused(module.dropping(typed).diagnostics);
    }
    return this.#keep(keeping, kept, kept.type);
  }

  #keep(compiled: Compiled, kept: Kept | undefined, type: string | undefined): Reply {
    if (compiled.module === undefined) return refused(compiled.diagnostics);
    const done = this.#perform(compiled);
    if ("failure" in done) return { kind: "ran", done, shown: undefined };
    const own = done.changes.find(({ table }) => table === kept?.table);
    const changes = done.changes.filter((change) => change !== own);
    const others = this.#now.kept;
    const next = {
      state: this.state.after(done),
      kept: kept === undefined ? others : new Map([...others, [kept.name, kept]]),
    };
    const isOnlyLooking = changes.length === 0 && kept?.name === LATEST && done.time === this.state.time;
    this.#become(next, !isOnlyLooking);
    const row = own?.after;
    const shown = type === undefined ? undefined : { type, json: row && jsonOf(row) };
    return { kind: "ran", done: { ...done, changes }, shown };
  }

  #perform({ module, text }: Compiled): Done {
    const compiled = module!;
    const program = new ProgramImage([...this.#loaded.values(), compiled]);
    const effects = effectsForInput({
      ...{ program, state: this.state, sha256: this.#sha256, module: SESSION_MODULE },
      signers: this.signers,
    });
    const fn = { module: SESSION_MODULE, name: compiled.code.tests.at(-1)!.fn };
    const machine = program.start({ fn, args: [], effects, gasLimit: SESSION_GAS_LIMIT });
    const done = finish(program, machine, effects);
    if (!("failure" in done)) return done;
    const places = done.failure.places.map((span) => text.typed(compiled.source, span));
    return { ...done, failure: { ...done.failure, places } };
  }
}

function jsonOf(row: Uint8Array): Json {
  const json = parseJsonText(parseUtf8(row) ?? "");
  assert(json.ok, "a row is canonical JSON");
  return json.value;
}
