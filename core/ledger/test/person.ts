// Whoever can really sign: key pairs of the host's, and commands of the small network that verify.

import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { signedBytes, type VerifySignature } from "@juno/base";
import type { SignedCommand } from "@juno/proof";
import { context } from "./network.ts";

export type Person = { readonly key: string; readonly secret: KeyObject };

export function person(): Person {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url").toString("hex");
  return { key, secret: privateKey };
}

export const check: VerifySignature = ({ key, message, signature }) => {
  const x = Buffer.from(key).toString("base64url");
  return verify(null, message, { key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }, signature);
};

export const signatureOf = (secret: KeyObject, message: Uint8Array): Uint8Array =>
  new Uint8Array(sign(null, message, secret));

export function signedBy(people: readonly Person[], payload: Uint8Array): SignedCommand {
  const message = signedBytes({ tag: "command", network: context.genesis.network, body: payload });
  const signatures = people.map(({ key, secret }) => ({
    key: new Uint8Array(Buffer.from(key, "hex")),
    signature: signatureOf(secret, message),
  }));
  return { payload, signatures };
}
