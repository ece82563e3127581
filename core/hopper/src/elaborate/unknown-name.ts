// What to do about a name that means nothing here: import it where a known module has it, else the nearest name.

import { compareText } from "@juno/base";
import { builtinSince } from "../builtins/table.ts";
import type { Names } from "./names.ts";
import { suggest } from "./suggest.ts";

/** More would be a guess. */
const HOMES_MAX = 3;

/** The claim, without its help. */
export const unknownMessage = (names: Names, name: string, what = ""): string =>
  names.isFurtherDown(name)
    ? `\`${name}\` is declared only further down`
    : `there is no ${what}\`${name}\` here`;

/** C34: of a name that only later versions of the language have. A receipt has no help, so every program refuses it alike. */
export function laterHelp(module: string, name: string): { help: string } | undefined {
  const since = builtinSince(module, name);
  if (since === undefined) return undefined;
  return { help: `\`${module}\` has it from language version ${since} on, and this is of an earlier one` };
}

export function unknownHelp(names: Names, name: string, known: readonly string[]): { help: string } {
  if (names.isFurtherDown(name)) {
    return { help: "put its declaration above this one; if each needs the other, neither can be" };
  }
  const homes = names.homesOf(name).sort(compareText);
  if (homes.length === 1) return { help: `import it: \`import ${homes[0]} {${name}}\`` };
  if (homes.length > 1 && homes.length <= HOMES_MAX) {
    return { help: `import it from one of ${homes.map((home) => `\`${home}\``).join(", ")}` };
  }
  return suggest(name, known, "declare it, or import it from the module that does");
}
