// A node's secrets, `node.json`: the key that signs for consensus, and the key that proves the node to
// its peers. They differ, so that the signing key can live elsewhere. It knows files and keys, not
// genesis: that these are the keys of voter `id` is checked by whoever holds both.

import { equalBytes, hex, NodeId } from "@juno/base";
import { createKeyPair, publicKeyOf } from "../crypto/sodium.ts";
import { createKeyFile, readKeyFile } from "./key-file.ts";
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

/** Writes a new `node.json`; throws Failure("key_unusable") if there is one. */
export function saveNodeKeys(path: string, keys: NodeKeys): void {
  createKeyFile(path, {
    id: keys.id,
    signKey: hex(keys.signKey),
    signSecret: hex(keys.signSecret),
    transportKey: hex(keys.transportKey),
    transportSecret: hex(keys.transportSecret),
    transportCertificate: keys.transportCertificate,
  });
}

/** Reads and checks a `node.json`; throws Failure("key_unusable") saying what is wrong with it. */
export function loadNodeKeys(path: string): NodeKeys {
  const fields = readKeyFile(path);
  const keys: NodeKeys = {
    id: NodeId(fields.number("id")),
    signKey: fields.key("signKey"),
    signSecret: fields.key("signSecret"),
    transportKey: fields.key("transportKey"),
    transportSecret: fields.key("transportSecret"),
    transportCertificate: fields.text("transportCertificate"),
  };
  fields.end();
  if (!equalBytes(publicKeyOf(keys.signSecret), keys.signKey))
    fields.fail(`"signKey" is not the key of "signSecret"`);
  if (!equalBytes(publicKeyOf(keys.transportSecret), keys.transportKey))
    fields.fail(`"transportKey" is not the key of "transportSecret"`);
  if (equalBytes(keys.signKey, keys.transportKey))
    fields.fail("the signing key and the transport key are the same; they must differ");
  const certified = certificateKey(keys.transportCertificate);
  if (certified === undefined || !equalBytes(certified, keys.transportKey))
    fields.fail(`"transportCertificate" is not an Ed25519 certificate of "transportKey"`);
  return keys;
}
