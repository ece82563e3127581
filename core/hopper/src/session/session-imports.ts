// What a session imports by itself: what people use all the time of the library, and every name of the modules loaded that
// only one of them has. What several have is reached by the module's name: `bank.open`.

import type { CompiledModule } from "../compile.ts";
import { isVisible } from "../elaborate/global.ts";

const LIBRARY: Readonly<Record<string, readonly string[]>> = {
  "std.auth": ["after", "allowed", "at_least", "role", "signed"],
  "std.hash": ["hash"],
  "std.money": ["down", "half_even", "up"],
  "std.testing": ["check", "check_fails", "granting", "signer", "signing", "supply", "wait"],
  "std.time": ["days", "seconds"],
};

/** Names that a session can use without saying where from, and the modules that have them: one each, or several. */
export function homesOf(modules: readonly CompiledModule[]): ReadonlyMap<string, readonly string[]> {
  const homes = new Map<string, string[]>();
  const add = (name: string, home: string): void => {
    homes.set(name, [...(homes.get(name) ?? []), home]);
  };
  for (const [home, names] of Object.entries(LIBRARY)) for (const name of names) add(name, home);
  for (const module of modules) {
    for (const [name, global] of module.interface.globals) {
      // `USD$mint` and the like are nobody's to call.
      if (isVisible(global) && !name.includes("$")) add(name, module.name);
    }
  }
  return homes;
}

/** `own` are the names that the session declares: they need no import. */
export function importLines(modules: readonly CompiledModule[], own: ReadonlySet<string>): string[] {
  const homes = homesOf(modules);
  const names = (home: string): string[] =>
    [...homes].flatMap(([name, all]) =>
      all.length === 1 && all[0] === home && !own.has(name) ? [name] : [],
    );
  return [...Object.keys(LIBRARY), ...modules.map((module) => module.name)].map(
    (home) => `import ${home} {${names(home).join(", ")}}`,
  );
}
