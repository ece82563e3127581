// The versions that entries are applied by (C36): of the ledger's own rules (spec 4), and of the language (spec 5). Here
// stands which of them this program knows, and nowhere else. Invariant: it knows every version up to the highest, since
// whoever follows a log from its beginning applies each entry by the version of its time.

import { FIRST_LANGUAGE, LANGUAGE_VERSION } from "@juno/hopper";

export type Versions = { readonly ledger: number; readonly language: number };

/** By which every network begins. */
export const FIRST_VERSIONS: Versions = { ledger: 1, language: FIRST_LANGUAGE };

/** The highest that this program knows. */
export const KNOWN_VERSIONS: Versions = { ledger: 2, language: LANGUAGE_VERSION };

const NAMES = ["ledger", "language"] as const satisfies readonly (keyof Versions)[];

/** Which of them a program that knows `known` lacks, in words: `ledger version 3 (it knows 1 to 2)`; undefined if none. */
export function lackingVersions(known: Versions, needed: Versions): string | undefined {
  const lacking = NAMES.filter((name) => needed[name] > known[name]);
  if (lacking.length === 0) return undefined;
  return lacking
    .map((name) => {
      const range = known[name] === 1 ? "1" : `1 to ${known[name]}`;
      return `${name} version ${needed[name]} (it knows ${range})`;
    })
    .join(" and ");
}

/** Whether these are later than those, and none of them earlier. */
export const areLater = (versions: Versions, than: Versions): boolean =>
  NAMES.every((name) => versions[name] >= than[name]) && NAMES.some((name) => versions[name] > than[name]);
