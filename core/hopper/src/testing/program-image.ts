// Compiled modules with the library, linked, and their sources beside them, so that places in code become places that
// people can look at. Tests, sessions and coverage run on it.

import { type CompiledModule, libraryCode } from "../compile.ts";
import type { Source, Span } from "../diagnostic/source.ts";
import type { Place } from "../machine/abort.ts";
import { Program } from "../machine/program.ts";
import { expressionAt } from "../syntax/expression-at.ts";

export class ProgramImage extends Program {
  readonly compiled: readonly CompiledModule[];
  readonly #sources: ReadonlyMap<string, Source>;

  constructor(compiled: readonly CompiledModule[]) {
    super([...libraryCode(), ...compiled.map(({ code }) => code)]);
    this.compiled = compiled;
    this.#sources = new Map(compiled.map(({ name, source }) => [name, source]));
  }

  /** Undefined for the library's: nobody looks there for their mistakes. */
  sourceOf(module: string): Source | undefined {
    return this.#sources.get(module);
  }

  /** The expression at a place; undefined in the library. */
  spanOf({ module, offset }: Pick<Place, "module" | "offset">): Span | undefined {
    const source = this.#sources.get(module);
    return source && { source, ...expressionAt(source, offset) };
  }
}
