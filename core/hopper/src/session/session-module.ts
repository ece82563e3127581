// The module that stands behind a session, compiled: what was declared, and a test that runs what was typed. Values that
// have a name wait in tables of this module, one each, so that they are part of the state like everything else.

import { type CompiledModule, compile } from "../compile.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source } from "../diagnostic/source.ts";
import { importLines } from "./session-imports.ts";
import type { SessionState } from "./session-state.ts";
import { SessionText } from "./session-text.ts";

export const SESSION_MODULE = "session";

/** A session between two lines; what `undo` goes back to. */
export type Snapshot = {
  readonly state: SessionState;
  readonly imports: readonly Source[];
  readonly declarations: readonly { readonly names: readonly string[]; readonly text: Source }[];
  /** Values that have names. */
  readonly kept: ReadonlyMap<string, Kept>;
};

export type Compiled = {
  readonly text: SessionText;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent if there is an error. */
  readonly module: CompiledModule | undefined;
};

/** A value that has a name: its type as written, and the table in which it waits. */
export type Kept = { readonly name: string; readonly type: string; readonly table: string };

/** What stands around what was typed in the test that runs it. */
type Around = { readonly before: string; readonly after: string; readonly kept?: Kept };

/** A name that nobody types, and that the grammar takes. */
const MEASURED = "session_value";
const HOLE = "H0520";

export class SessionModule {
  readonly #loaded: ReadonlyMap<string, CompiledModule>;
  readonly #snapshot: Snapshot;
  readonly #language: number;

  constructor(parts: {
    readonly loaded: ReadonlyMap<string, CompiledModule>;
    readonly snapshot: Snapshot;
    readonly language: number;
  }) {
    this.#loaded = parts.loaded;
    this.#snapshot = parts.snapshot;
    this.#language = parts.language;
  }

  declarations(): Compiled {
    return this.#compile(this.#head());
  }

  /** Runs it; its value is dropped, if there may be one. */
  plain(typed: Source): Compiled {
    return this.#test(typed, { before: "", after: "\n" });
  }

  /** Runs it, and says so if its value must not be dropped. */
  dropping(typed: Source): Compiled {
    return this.#test(typed, { before: "", after: "\n{}\n" });
  }

  measured(typed: Source): Compiled {
    return this.#test(typed, { before: `let ${MEASURED} = {\n`, after: "\n}\n" });
  }

  /** As much as all others do, and nothing else. */
  idle(typed: Source): Compiled {
    const text = this.#begun(typed).add("}\n");
    return this.#compile(text);
  }

  /** Runs it, and puts its value away under the name. */
  keeping(typed: Source, kept: Kept): Compiled {
    const before = `let ${MEASURED}: ${kept.type} = {\n`;
    return this.#test(typed, { before, after: `\n}\n${kept.table}.put(0, ${MEASURED})\n`, kept });
  }

  /** The type, by asking what is known at a hole behind it. */
  typeOf(typed: Source): { readonly type: string | undefined; readonly diagnostics: readonly Diagnostic[] } {
    const { diagnostics } = this.#test(typed, {
      before: `let ${MEASURED} = {\n`,
      after: `\n}\n?${MEASURED}\n`,
    });
    const hole = diagnostics.find(({ code, message }) => code === HOLE && message.includes(`?${MEASURED}\``));
    const errors = diagnostics.filter((one) => one !== hole && one.severity === "error");
    const known = hole?.known.find((fact) => fact.startsWith(`${MEASURED}: `));
    if (errors.length > 0 || known === undefined) return { type: undefined, diagnostics: errors };
    return { type: known.slice(MEASURED.length + 2), diagnostics: [] };
  }

  /** Imports, declarations, and the tables in which values wait. */
  #head(latest?: Kept): SessionText {
    const { imports, declarations, kept } = this.#snapshot;
    const text = new SessionText(SESSION_MODULE).add(`module ${SESSION_MODULE}\n`);
    const own = new Set(declarations.flatMap(({ names }) => names));
    for (const line of importLines([...this.#loaded.values()], own)) text.add(`${line}\n`);
    for (const source of imports) text.addTyped(source).add("\n");
    for (const one of declarations) text.addTyped(one.text).add("\n");
    for (const { table, type } of [...kept.values(), ...(latest === undefined ? [] : [latest])]) {
      text.add(`table ${table}: Nat => ${type}\n`);
    }
    return text;
  }

  #begun(typed: Source, latest?: Kept): SessionText {
    const text = this.#head(latest).add('test "input" {\n');
    for (const { name, table } of this.#snapshot.kept.values()) {
      if (new RegExp(`\\b${name}\\b`).test(typed.text)) text.add(`let ${name} = ${table}.get(0)\n`);
    }
    return text;
  }

  #test(typed: Source, { before, after, kept }: Around): Compiled {
    const text = this.#begun(typed, kept).add(before).addTyped(typed).add(after).add("}\n");
    return this.#compile(text);
  }

  #compile(text: SessionText): Compiled {
    const source = text.source();
    const { modules, diagnostics } = compile([source], {
      ...{ deployed: this.#loaded, language: this.#language },
      tests: true,
    });
    const told = diagnostics.map((one) => text.typedDiagnostic(source, one));
    return { text, diagnostics: told, module: modules[0] };
  }
}
