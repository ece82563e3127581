// The keys that a node holds: those it goes by, and while they are being replaced, those that it will go by. The new ones
// stand in a file of their own beside the old ones until an epoch names them; then they take the old file's place.

import { existsSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { equalBytes, type Sign } from "@juno/base";
import type { Keyring } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { signerFrom } from "../crypto/sodium.ts";
import { syncFolder } from "./key-file.ts";
import {
  createNodeKeys,
  loadNodeKeys,
  type NodeKeys,
  type PublicNodeKeys,
  peekNodeKeys,
  saveNodeKeys,
} from "./node-keys.ts";
import type { Passphrase } from "./passphrase.ts";

/** Beside `node.json`. */
export const nextKeysPath = (keysPath: string): string => join(dirname(keysPath), "node.next.json");

/**
 * Makes the keys that a node is to have next; encrypted if there is a passphrase, which is that of those it goes by, where these are.
 * Throws Failure("key_unusable") if there are such already.
 */
export async function createNextKeys(keysPath: string, passphrase?: Passphrase): Promise<NodeKeys> {
  const keys = await createNodeKeys(loadNodeKeys(keysPath, passphrase).id);
  saveNodeKeys(nextKeysPath(keysPath), keys, passphrase);
  return keys;
}

export class NodeKeyring implements Keyring {
  readonly #path: string;
  readonly #passphrase: Passphrase | undefined;
  #current: NodeKeys;
  #next: NodeKeys | undefined;

  /** Throws Failure("key_unusable") if the files cannot be read, or are encrypted and this passphrase does not open them. */
  constructor(keysPath: string, passphrase?: Passphrase) {
    this.#path = keysPath;
    this.#passphrase = passphrase;
    this.#current = loadNodeKeys(keysPath, passphrase);
    this.#next = this.#loadNext(() => true);
  }

  /** Opened only if they are wanted: in a running node a derivation holds up everything else. */
  #loadNext(isWanted: (keys: PublicNodeKeys) => boolean): NodeKeys | undefined {
    const path = nextKeysPath(this.#path);
    if (!existsSync(path) || !isWanted(peekNodeKeys(path))) return undefined;
    const keys = loadNodeKeys(path, this.#passphrase);
    if (keys.id !== this.#current.id)
      throw new Failure(
        "key_unusable",
        `${path} is of node ${keys.id}, ${this.#path} of node ${this.#current.id}`,
      );
    return keys;
  }

  get current(): NodeKeys {
    return this.#current;
  }

  get own(): Sign {
    return signerFrom(this.#current.signSecret);
  }

  signer(key: Uint8Array): Sign | undefined {
    return this.#find(
      ({ signKey }) => equalBytes(signKey, key),
      (keys) => signerFrom(keys.signSecret),
    );
  }

  /** The keys with which a transport key is proved. */
  transport(key: Uint8Array): NodeKeys | undefined {
    return this.#find(
      ({ transportKey }) => equalBytes(transportKey, key),
      (keys) => keys,
    );
  }

  /** New keys may have been made since this process began. */
  #find<T>(isWanted: (keys: PublicNodeKeys) => boolean, take: (keys: NodeKeys) => T): T | undefined {
    if (isWanted(this.#current)) return take(this.#current);
    if (this.#next === undefined || !isWanted(this.#next))
      this.#next = this.#loadNext(isWanted) ?? this.#next;
    return this.#next !== undefined && isWanted(this.#next) ? take(this.#next) : undefined;
  }

  /** All that may be proved, those it goes by first. */
  get all(): readonly NodeKeys[] {
    return this.#next === undefined ? [this.#current] : [this.#current, this.#next];
  }

  /** An epoch names this signing key for the node: if it is the next one, the keys before it are destroyed. */
  settle(signKey: Uint8Array): boolean {
    if (this.#next === undefined || !equalBytes(this.#next.signKey, signKey)) return false;
    const path = nextKeysPath(this.#path);
    // What somebody has put there instead must not take the place of keys that are still good for something.
    if (!existsSync(path) || !equalBytes(peekNodeKeys(path).signKey, signKey)) return false;
    renameSync(path, this.#path);
    syncFolder(dirname(this.#path));
    this.#current = this.#next;
    this.#next = undefined;
    return true;
  }
}
