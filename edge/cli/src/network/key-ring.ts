// The keys that stand in a network folder: clients/, operators/, keys/, one file a key. It makes and
// finds them; what is signed with them is decided elsewhere. Secrets never leave it but as signers.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { hex, type Sign } from "@juno/base";
import type { Signer } from "@juno/client";
import { createKeyPair, loadClientKeys, peekClientKeys, saveClientKeys, signerFrom } from "@juno/node/light";
import { type Policy, policyKeys, satisfies } from "@juno/proof";
import { Complaint, usage } from "../complaint.ts";
import { passphraseFor } from "../passphrase.ts";

export type NamedSigner = Signer & { readonly name: string };

/**
 * A signer from a key file; throws Failure("key_unusable") saying what is wrong with the file. One that is encrypted is opened when
 * something is to be signed: who only looks at the key is asked nothing.
 */
export function loadSigner(path: string): NamedSigner {
  const { name = basename(path, ".json"), key, isEncrypted } = peekClientKeys(path);
  if (!isEncrypted) return { name, key, sign: signerFrom(loadClientKeys(path).secret) };
  let opened: Sign | undefined;
  const sign = async (message: Uint8Array) => {
    opened ??= signerFrom(loadClientKeys(path, await passphraseFor(path)).secret);
    return opened(message);
  };
  return { name, key, sign };
}

/** The same, of a file that is not looked at before something is to be signed. */
export function signerWhenAsked(path: string): Signer {
  let loaded: NamedSigner | undefined;
  const load = () => {
    loaded ??= loadSigner(path);
    return loaded;
  };
  return {
    get key() {
      return load().key;
    },
    sign: (message) => load().sign(message),
  };
}

/** Names of accounts may hold what a file's name may not. */
const fileOf = (name: string): string => `${encodeURIComponent(name)}.json`;

export class KeyRing {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #files(place: string): string[] {
    const folder = join(this.#folder, place);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => join(folder, name));
  }

  /** The client that commands are charged to: the named one, or the first. */
  client(name: string | undefined): NamedSigner {
    return loadSigner(this.clientFile(name));
  }

  /** Undefined if no such key is here. */
  firstFile(place: "clients" | "operators" | "admins"): string | undefined {
    return this.#files(place)[0];
  }

  clientFile(name: string | undefined): string {
    const files = this.#files("clients");
    const file = name === undefined ? files[0] : files.find((path) => basename(path, ".json") === name);
    if (file !== undefined) return file;
    const known = files.map((path) => basename(path, ".json")).join(", ");
    throw usage(
      name === undefined
        ? `There is no client's key in ${join(this.#folder, "clients")}; copy one there, or give --key FILE.`
        : `There is no client ${name} in ${join(this.#folder, "clients")}; there are: ${known || "none"}.`,
    );
  }

  /** As few operators as the policy asks for; throws a Complaint if too few keys are here. */
  operators(policy: Policy): NamedSigner[] {
    const chosen: NamedSigner[] = [];
    const keys = new Set<string>();
    const asked = new Set(policyKeys(policy));
    for (const file of this.#files("operators")) {
      if (satisfies(policy, keys)) break;
      const signer = loadSigner(file);
      if (!asked.has(hex(signer.key))) continue;
      chosen.push(signer);
      keys.add(hex(signer.key));
    }
    if (satisfies(policy, keys)) return chosen;
    const place = join(this.#folder, "operators");
    throw new Complaint(`Operators must sign this, and ${place} holds too few of their keys.`);
  }

  /** What people call the keys whose files are here, by key in lower-case hex; a file that cannot be read names nothing. */
  names(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const file of ["clients", "operators", "admins"].flatMap((place) => this.#files(place))) {
      try {
        const { key, name } = JSON.parse(readFileSync(file, "utf8")) as { key?: unknown; name?: unknown };
        if (typeof key === "string" && typeof name === "string") names.set(key, name);
      } catch {
        // Who may sign is not decided by these names.
      }
    }
    return names;
  }

  accountPath(name: string): string {
    return join(this.#folder, "keys", fileOf(name));
  }

  /** The key of an account's owner, if it is here. */
  account(name: string): NamedSigner | undefined {
    const path = this.accountPath(name);
    return existsSync(path) ? loadSigner(path) : undefined;
  }

  /** The key of an account's owner, an operator or a client, in this order. */
  named(name: string): NamedSigner | undefined {
    const wanted: ReadonlySet<string> = new Set([fileOf(name), `${name}.json`]);
    const files = ["keys", "operators", "clients"].flatMap((place) => this.#files(place));
    const file = files.find((path) => wanted.has(basename(path)));
    return file === undefined ? undefined : loadSigner(file);
  }

  /** The key of an account's owner, made if it is not here yet. */
  accountMade(name: string): { readonly signer: NamedSigner; readonly isNew: boolean } {
    const path = this.accountPath(name);
    const isNew = !existsSync(path);
    if (isNew) {
      mkdirSync(join(this.#folder, "keys"), { recursive: true });
      saveClientKeys(path, { name, ...createKeyPair() });
    }
    return { signer: loadSigner(path), isNew };
  }

  /** Removes a key that opened nothing. */
  forget(name: string): void {
    rmSync(this.accountPath(name), { force: true });
  }

  /** Names of the accounts whose keys are here, for completion. */
  accountNames(): string[] {
    return this.#files("keys").map((path) => decodeURIComponent(basename(path, ".json")));
  }
}
