// Encrypts a key file in its place, decrypts it, and gives it another passphrase: whatever kind of key file it is, it says the same before
// and after.

import type { JsonObject } from "@juno/base";
import { Failure } from "@juno/failure";
import { clientDocument, loadClientKeys } from "./client-keys.ts";
import { readKeyFile } from "./key-fields.ts";
import { createKeyFile, replaceKeyFile } from "./key-file.ts";
import { loadHeldKeys, loadNodeKeys, nodeDocument } from "./node-keys.ts";
import type { Passphrase } from "./passphrase.ts";

/** Throws Failure("key_unusable"), and leaves the file as it is, if it is no key file or encrypted already. */
export async function encryptKeyFile(path: string, ask: () => Promise<Passphrase>): Promise<void> {
  if (isKeyFileEncrypted(path)) throw new Failure("key_unusable", `${path} is encrypted already`);
  const document = read(path, undefined);
  replaceKeyFile(path, document(await ask()));
}

/** Throws Failure("key_unusable"), and leaves the file as it is, if the passphrase does not open it or need not. */
export async function decryptKeyFile(path: string, ask: () => Promise<Passphrase>): Promise<void> {
  if (!isKeyFileEncrypted(path)) throw new Failure("key_unusable", `${path} is not encrypted`);
  const document = read(path, await ask());
  replaceKeyFile(path, document(undefined));
}

/** No clear text of it reaches the disk. Throws Failure("key_unusable"), and leaves the file as it is, if the first does not open it. */
export async function changePassphrase(
  path: string,
  ask: { of(): Promise<Passphrase>; as(): Promise<Passphrase> },
): Promise<void> {
  if (!isKeyFileEncrypted(path)) throw new Failure("key_unusable", `${path} is not encrypted`);
  const document = read(path, await ask.of());
  replaceKeyFile(path, document(await ask.as()));
}

export const isKeyFileEncrypted = (path: string): boolean => readKeyFile(path).isEncrypted;

/** Only a node's keys have a number. */
function read(path: string, passphrase: Passphrase | undefined): (as: Passphrase | undefined) => JsonObject {
  if (readKeyFile(path).has("id")) {
    const keys = loadHeldKeys(path, passphrase);
    return (as) => nodeDocument(keys, as);
  }
  const keys = loadClientKeys(path, passphrase);
  return (as) => clientDocument(keys, as);
}

/**
 * Moves a node's signing key out of its file into one for its signer (E62), encrypted if the node's is. The signer's file stands before the secret
 * leaves the node's; throws Failure("key_unusable"), and loses nothing, if it cannot be made.
 */
export function splitNodeKeys(path: string, target: string, passphrase: Passphrase | undefined): void {
  const { signSecret, ...keys } = loadNodeKeys(path, passphrase);
  const moved = { name: `node ${keys.id}`, key: keys.signKey, secret: signSecret };
  createKeyFile(target, clientDocument(moved, passphrase));
  replaceKeyFile(path, nodeDocument({ ...keys, signSecret: undefined }, passphrase));
}
