// The keys that a node holds: those it goes by, and while they are being replaced, those that it will go by. The new ones
// stand in a file of their own beside the old ones until an epoch names them; then they take the old file's place.

import { existsSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { equalBytes, type Sign } from "@juno/base";
import type { Keyring } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { signerFrom } from "../crypto/sodium.ts";
import type { RemoteSigner } from "../signer/remote-signer.ts";
import type { ReadSigner } from "../transport/read-header.ts";
import { syncFolder } from "./key-file.ts";
import {
  createNodeKeys,
  type HeldKeys,
  loadHeldKeys,
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
  const keys = await createNodeKeys(loadHeldKeys(keysPath, passphrase).id);
  saveNodeKeys(nextKeysPath(keysPath), keys, passphrase);
  return keys;
}

export class NodeKeyring implements Keyring {
  readonly #path: string;
  readonly #passphrase: Passphrase | undefined;
  readonly #signer: RemoteSigner | undefined;
  #current: HeldKeys;
  #next: HeldKeys | undefined;

  /** Throws Failure("key_unusable") if the files cannot be read, or are encrypted and this passphrase does not open them. */
  constructor(keysPath: string, passphrase?: Passphrase, signer?: RemoteSigner) {
    this.#path = keysPath;
    this.#passphrase = passphrase;
    this.#signer = signer;
    this.#current = loadHeldKeys(keysPath, passphrase);
    this.#next = this.#loadNext(() => true);
  }

  /** Opened only if they are wanted: in a running node a derivation holds up everything else. */
  #loadNext(isWanted: (keys: PublicNodeKeys) => boolean): HeldKeys | undefined {
    const path = nextKeysPath(this.#path);
    if (!existsSync(path) || !isWanted(peekNodeKeys(path))) return undefined;
    const keys = loadHeldKeys(path, this.#passphrase);
    if (keys.id !== this.#current.id)
      throw new Failure(
        "key_unusable",
        `${path} is of node ${keys.id}, ${this.#path} of node ${this.#current.id}`,
      );
    return keys;
  }

  get current(): HeldKeys {
    return this.#current;
  }

  get own(): Sign {
    return this.#signOf(this.#current);
  }

  /** What another process holds, it is asked for (E62). */
  #signOf({ signKey, signSecret }: HeldKeys): Sign {
    if (signSecret !== undefined) return signerFrom(signSecret);
    const signer = this.#signer;
    if (signer === undefined)
      throw new Failure(
        "key_unusable",
        `${this.#path}: a signer holds the signing key, and config.json names none`,
      );
    return (message) => signer.sign(signKey, message);
  }

  signer(key: Uint8Array): Sign | undefined {
    return this.#find(
      ({ signKey }) => equalBytes(signKey, key),
      (keys) => this.#signOf(keys),
    );
  }

  /** Whether another process holds one of the signing keys. */
  get isExternal(): boolean {
    return this.all.some(({ signSecret }) => signSecret === undefined);
  }

  /** Signs under a key that is held, or else under that which the node goes by, without holding anything up. */
  signLater(key: Uint8Array | undefined, message: Uint8Array): Promise<Uint8Array> {
    const keys =
      this.all.find(({ signKey }) => key !== undefined && equalBytes(signKey, key)) ?? this.#current;
    const later = keys.signSecret === undefined ? this.#signer?.signLater(keys.signKey, message) : undefined;
    return later ?? Promise.resolve(this.#signOf(keys)(message));
  }

  /** Who reads from other nodes (A42): under the key by which they know the node, if that is held, or else under that which it goes by. */
  reader(known: Uint8Array | undefined): ReadSigner {
    const key = known !== undefined && this.signer(known) !== undefined ? known : this.#current.signKey;
    return { key, sign: (message) => this.signLater(key, message) };
  }

  /** The keys with which a transport key is proved. */
  transport(key: Uint8Array): HeldKeys | undefined {
    return this.#find(
      ({ transportKey }) => equalBytes(transportKey, key),
      (keys) => keys,
    );
  }

  /** New keys may have been made since this process began. */
  #find<T>(isWanted: (keys: PublicNodeKeys) => boolean, take: (keys: HeldKeys) => T): T | undefined {
    if (isWanted(this.#current)) return take(this.#current);
    if (this.#next === undefined || !isWanted(this.#next))
      this.#next = this.#loadNext(isWanted) ?? this.#next;
    return this.#next !== undefined && isWanted(this.#next) ? take(this.#next) : undefined;
  }

  /** All that may be proved, those it goes by first. */
  get all(): readonly HeldKeys[] {
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
