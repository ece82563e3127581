// A node's secrets, `node.json`: the key that signs for consensus, and the key that proves the node to
// its peers. They differ, so that the signing key can live elsewhere. It knows files and keys, not
// genesis: that these are the keys of voter `id` is checked by whoever holds both.

import { equalBytes, hex, type JsonObject, jsonObject, NodeId } from "@juno/base";
import { createKeyPair, publicKeyOf } from "../crypto/sodium.ts";
import { type KeyFields, keyDocument, readKeyFile } from "./key-fields.ts";
import { createKeyFile } from "./key-file.ts";
import type { Passphrase } from "./passphrase.ts";
import { certificateKey, createCertificate } from "./transport-certificate.ts";

/** Keys and secrets are raw, 32 bytes each; the certificate is PEM and carries `transportKey`. */
export type NodeKeys = {
  readonly id: NodeId;
  readonly signKey: Uint8Array;
  readonly signSecret: Uint8Array;
  readonly transportKey: Uint8Array;
  readonly transportSecret: Uint8Array;
  readonly transportCertificate: string;
};

/** What a node holds: its signing key may be another process's (E62). */
export type HeldKeys = Omit<NodeKeys, "signSecret"> & { readonly signSecret: Uint8Array | undefined };

/** What others may know. */
export type PublicNodeKeys = Pick<NodeKeys, "id" | "signKey" | "transportKey">;

/** What can be seen of a key file. */
export type NodeKeyFile = PublicNodeKeys & { readonly isEncrypted: boolean };

/** Keys that stay what they are, as a transport asks for them. */
export const fixedKeys = <K extends Pick<NodeKeys, "transportKey">>(...all: readonly K[]) => ({
  all,
  transport: (key: Uint8Array) => all.find(({ transportKey }) => equalBytes(transportKey, key)),
});

export async function createNodeKeys(id: NodeId): Promise<NodeKeys> {
  const signing = createKeyPair();
  const transport = createKeyPair();
  return {
    id,
    signKey: signing.key,
    signSecret: signing.secret,
    transportKey: transport.key,
    transportSecret: transport.secret,
    transportCertificate: await createCertificate({ secret: transport.secret, name: `juno node ${id}` }),
  };
}

/** In place of the signing key's secret. */
const EXTERNAL = "external";

export function nodeDocument(keys: HeldKeys, passphrase: Passphrase | undefined): JsonObject {
  const { id, signKey, signSecret, transportKey, transportSecret, transportCertificate } = keys;
  const signer = signSecret === undefined ? EXTERNAL : undefined;
  return keyDocument(
    jsonObject({ id, signKey: hex(signKey), signer, transportKey: hex(transportKey), transportCertificate }),
    { ...(signSecret === undefined ? {} : { signSecret }), transportSecret },
    passphrase,
  );
}

/** Writes a new `node.json`; throws Failure("key_unusable") if there is one. */
export function saveNodeKeys(path: string, keys: NodeKeys, passphrase?: Passphrase): void {
  createKeyFile(path, nodeDocument(keys, passphrase));
}

/** Reads and checks a `node.json`; throws Failure("key_unusable") saying what is wrong with it. */
export function loadHeldKeys(path: string, passphrase?: Passphrase): HeldKeys {
  return whole(readKeyFile(path), passphrase);
}

/** Of a node that holds its signing key itself. */
export function loadNodeKeys(path: string, passphrase?: Passphrase): NodeKeys {
  const fields = readKeyFile(path);
  const { signSecret, ...keys } = whole(fields, passphrase);
  if (signSecret === undefined) return fields.fail("the signing key is held by a signer");
  return { ...keys, signSecret };
}

/** Of an encrypted file without its passphrase: that the keys are those of the secrets shows only when it is opened. */
export function peekNodeKeys(path: string): NodeKeyFile {
  const fields = readKeyFile(path);
  const { isEncrypted } = fields;
  if (!isEncrypted) {
    const { id, signKey, transportKey } = whole(fields, undefined);
    return { id, signKey, transportKey, isEncrypted };
  }
  const keys = open(fields);
  fields.end();
  checkOpen(fields, keys);
  const { id, signKey, transportKey } = keys;
  return { id, signKey, transportKey, isEncrypted };
}

type OpenNodeKeys = Omit<NodeKeys, "signSecret" | "transportSecret"> & { readonly isExternal: boolean };

function open(fields: KeyFields): OpenNodeKeys {
  const signer = fields.optionalText("signer");
  if (signer !== undefined && signer !== EXTERNAL) fields.fail(`"signer" is not "${EXTERNAL}"`);
  return {
    isExternal: signer === EXTERNAL,
    id: NodeId(fields.number("id")),
    signKey: fields.key("signKey"),
    transportKey: fields.key("transportKey"),
    transportCertificate: fields.text("transportCertificate"),
  };
}

function checkOpen(fields: KeyFields, keys: Omit<OpenNodeKeys, "isExternal">): void {
  if (equalBytes(keys.signKey, keys.transportKey))
    fields.fail("the signing key and the transport key are the same; they must differ");
  const certified = certificateKey(keys.transportCertificate);
  if (certified === undefined || !equalBytes(certified, keys.transportKey))
    fields.fail(`"transportCertificate" is not an Ed25519 certificate of "transportKey"`);
}

function whole(fields: KeyFields, passphrase: Passphrase | undefined): HeldKeys {
  const { isExternal, ...seen } = open(fields);
  const secrets = isExternal
    ? { signSecret: undefined, ...fields.secrets(["transportSecret"], passphrase) }
    : fields.secrets(["signSecret", "transportSecret"], passphrase);
  const keys = { ...seen, ...secrets };
  fields.end();
  if (keys.signSecret !== undefined && !equalBytes(publicKeyOf(keys.signSecret), keys.signKey))
    fields.fail(`"signKey" is not the key of "signSecret"`);
  if (!equalBytes(publicKeyOf(keys.transportSecret), keys.transportKey))
    fields.fail(`"transportKey" is not the key of "transportSecret"`);
  checkOpen(fields, keys);
  return keys;
}
