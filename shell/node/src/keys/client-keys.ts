// A client's key file: {name?, key, secret}, one Ed25519 pair that signs commands. The node uses it for
// policies and tests; the command line makes and reads the same files.

import { equalBytes, hex } from "@juno/base";
import { type KeyPair, publicKeyOf } from "../crypto/sodium.ts";
import { createKeyFile, readKeyFile } from "./key-file.ts";

export type ClientKeys = KeyPair & { readonly name: string | undefined };

/** Writes a new key file; throws Failure("key_unusable") if there is one. */
export function saveClientKeys(path: string, keys: ClientKeys): void {
  const pair = { key: hex(keys.key), secret: hex(keys.secret) };
  createKeyFile(path, keys.name === undefined ? pair : { name: keys.name, ...pair });
}

/** Reads and checks a client's key file; throws Failure("key_unusable") saying what is wrong with it. */
export function loadClientKeys(path: string): ClientKeys {
  const fields = readKeyFile(path);
  const keys = { name: fields.optionalText("name"), key: fields.key("key"), secret: fields.key("secret") };
  fields.end();
  if (!equalBytes(publicKeyOf(keys.secret), keys.key)) fields.fail(`"key" is not the key of "secret"`);
  return keys;
}
