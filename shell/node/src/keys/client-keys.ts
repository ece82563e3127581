// A client's key file: {name?, key, secret}, one Ed25519 pair that signs commands; the secret in clear, or sealed (E61). The node uses
// it for policies and tests; the command line makes and reads the same files.

import { equalBytes, hex, jsonObject } from "@juno/base";
import { type KeyPair, publicKeyOf } from "../crypto/sodium.ts";
import { type KeyFields, keyDocument, readKeyFile } from "./key-fields.ts";
import { createKeyFile } from "./key-file.ts";
import type { Passphrase } from "./passphrase.ts";

export type ClientKeys = KeyPair & { readonly name: string | undefined };

/** What can be seen of a key file. */
export type ClientKeyFile = Omit<ClientKeys, "secret"> & { readonly isEncrypted: boolean };

const SECRETS = ["secret"] as const;

export const clientDocument = ({ name, key, secret }: ClientKeys, passphrase: Passphrase | undefined) =>
  keyDocument(jsonObject({ name, key: hex(key) }), { secret }, passphrase);

/** Writes a new key file; throws Failure("key_unusable") if there is one. */
export function saveClientKeys(path: string, keys: ClientKeys, passphrase?: Passphrase): void {
  createKeyFile(path, clientDocument(keys, passphrase));
}

/** Reads and checks a client's key file; throws Failure("key_unusable") saying what is wrong with it. */
export function loadClientKeys(path: string, passphrase?: Passphrase): ClientKeys {
  const fields = readKeyFile(path);
  return whole(fields, passphrase);
}

/** Of an encrypted file without its passphrase: that the key is that of the secret shows only when it is opened. */
export function peekClientKeys(path: string): ClientKeyFile {
  const fields = readKeyFile(path);
  const { isEncrypted } = fields;
  if (!isEncrypted) {
    const { name, key } = whole(fields, undefined);
    return { name, key, isEncrypted };
  }
  const seen = open(fields);
  fields.end();
  return { ...seen, isEncrypted };
}

function open(fields: KeyFields) {
  if (fields.has("signKey"))
    fields.fail(
      "it holds a node's keys, and the key file of one client, administrator or operator is expected; `juno node keys --folder FOLDER` shows what others may know of a node's",
    );
  return { name: fields.optionalText("name"), key: fields.key("key") };
}

function whole(fields: KeyFields, passphrase: Passphrase | undefined): ClientKeys {
  const keys = { ...open(fields), ...fields.secrets(SECRETS, passphrase) };
  fields.end();
  if (!equalBytes(publicKeyOf(keys.secret), keys.key)) fields.fail(`"key" is not the key of "secret"`);
  return keys;
}
