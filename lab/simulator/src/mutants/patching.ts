// Loads the project's source with the patches of one mutant. To be imported before anything else of the
// project is: what is loaded already stays as it was.

import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { Mutant, Patch } from "./mutant.ts";
import { MUTANTS, NO_ASSERTIONS } from "./mutants.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Replaces what must stand there exactly once. */
export function patched(source: string, patches: readonly Patch[]): string {
  return patches.reduce((text, { file, find, put }) => {
    const parts = text.split(find);
    if (parts.length !== 2)
      throw new Error(`${file} has ${parts.length - 1} places where a mutant expects one: ${find}`);
    return parts.join(put);
  }, source);
}

export const mutantNamed = (name: string): Mutant => {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined)
    throw new Error(`there is no mutant ${name}; there are ${MUTANTS.map((m) => m.name).join(", ")}`);
  return found;
};

/** From now on the project's files are loaded with these patches. */
export function loadWith(patches: readonly Patch[]): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const path = url.startsWith("file:") ? fileURLToPath(url) : "";
      const own = patches.filter(({ file }) => path === ROOT + file);
      if (own.length === 0) return loaded;
      const source =
        typeof loaded.source === "string"
          ? loaded.source
          : new TextDecoder().decode(loaded.source as Uint8Array);
      return { ...loaded, source: patched(source, own) };
    },
  });
}

/** A mutant's own, and what silences the assertions. */
export const patchesOf = ({ patches }: Mutant): readonly Patch[] => [...NO_ASSERTIONS, ...patches];
