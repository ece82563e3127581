// Modules that are deployed (L21): a source with its version. Those of the genesis stand from the beginning; the others,
// and the genesis's once they are upgraded, are rows of the ledger's own table. What a source and its imports
// mean is asked elsewhere (module-registry.ts).

import {
  assert,
  canonicalJson,
  compareText,
  hex,
  isJsonObject,
  type JsonObject,
  jsonObject,
  parseJsonText,
  parseUtf8,
  type Sha256,
  utf8,
} from "@juno/base";
import { FIRST_LANGUAGE, importsOf } from "@juno/hopper";
import { Memo } from "./memo.ts";

/** C14: the ledger's own rows. No module may be called so. */
export const SYSTEM = {
  module: "juno",
  modules: "modules",
  redactions: "redactions",
  redacted: "redacted",
  /** C24: every act that was proposed, by its id, and what is not decided yet of them. */
  acts: "acts",
  agenda: "agenda",
  /** C26 */
  epochs: "epochs",
  /** C27 */
  switches: "switches",
  /** C28: where they differ from the genesis. */
  policies: "policies",
  clients: "clients",
  clientKeys: "client-keys",
  roles: "roles",
  /** C29: what roles let their clients do, where it differs from the genesis. */
  access: "access",
  /** C31: what clients have used of their quotas. */
  usage: "usage",
} as const;

/** In order of name. */
export const SYSTEM_TABLES: readonly string[] = Object.entries(SYSTEM)
  .filter(([name]) => name !== "module")
  .map(([, table]) => table)
  .sort(compareText);

export type DeployedModule = {
  readonly name: string;
  readonly version: number;
  readonly source: string;
  /** SHA-256 of the source, lower-case hex. */
  readonly hash: string;
  /** The index of the entry that deployed it; undefined: the genesis did. */
  readonly at: number | undefined;
  /** C34: the version of the language that it is checked by, now and ever. */
  readonly language: number;
  /** Modules that it imports, without the library's, in order of name. */
  readonly imports: readonly string[];
};

const isOfLibrary = (module: string): boolean => module === "std" || module.startsWith("std.");

/** Imports by the source's hash: a function of the source. */
const knownImports = new Memo<readonly string[]>({ itemsMax: 4_096 });

function importsOfSource(name: string, source: string, hash: string): readonly string[] {
  return knownImports.get(hash, () =>
    importsOf({ name, text: source }).filter((module) => !isOfLibrary(module)),
  );
}

export function deployedModule(
  sha256: Sha256,
  parts: Pick<DeployedModule, "name" | "version" | "source" | "at" | "language">,
): DeployedModule {
  const { name, source } = parts;
  const hash = hex(sha256(utf8(source)));
  return { ...parts, hash, imports: importsOfSource(name, source, hash) };
}

/** C34: what is said of a module's language, in its row and to people: nothing of the first version, which knew no other. */
export const saidLanguage = ({ language }: Pick<DeployedModule, "language">): number | undefined =>
  language === FIRST_LANGUAGE ? undefined : language;

/** C14: the row of a module. */
export function moduleRow(module: DeployedModule): Uint8Array<ArrayBuffer> {
  const { version, source, hash, at } = module;
  return canonicalJson(jsonObject({ version, source, hash, at, language: saidLanguage(module) }));
}

/** Rows are never changed in place, so the same bytes are the same module. */
const knownRows = new WeakMap<Uint8Array, DeployedModule>();

export function moduleOfRow(name: string, row: Uint8Array): DeployedModule {
  let module = knownRows.get(row);
  if (module === undefined) {
    const json = rowJson(row);
    const source = json.get("source") as string;
    const hash = json.get("hash") as string;
    const [version, at] = [json.get("version") as number, json.get("at") as number];
    const language = (json.get("language") as number | undefined) ?? FIRST_LANGUAGE;
    module = { name, version, source, hash, at, language, imports: importsOfSource(name, source, hash) };
    knownRows.set(row, module);
  }
  return module;
}

function rowJson(row: Uint8Array): JsonObject {
  const text = parseUtf8(row);
  const parsed = text === undefined ? undefined : parseJsonText(text);
  assert(parsed?.ok === true && isJsonObject(parsed.value), "a module's row is a JSON object");
  return parsed.value;
}
