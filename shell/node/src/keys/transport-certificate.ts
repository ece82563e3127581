// The self-signed Ed25519 certificate that carries a node's transport key through TLS. Nobody reads
// anything in it but the key: peers pin that, so names and dates mean nothing and expiry can never
// stop consensus. The library that writes certificates is loaded only when one is made.

import { createPrivateKey, type KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { concatBytes, parseHex } from "@juno/base";

/** What RFC 8410 puts before the 32 bytes of an Ed25519 secret (PKCS #8) and public key (SPKI). */
const PKCS8_HEAD = parseHex("302e020100300506032b657004220420")!;
const SPKI_HEAD = parseHex("302a300506032b6570032100")!;

/** 9999-12-31: "no well-defined expiration date" (RFC 5280, 4.1.2.5). */
const NOT_BEFORE = new Date("2000-01-01T00:00:00Z");
const NOT_AFTER = new Date("9999-12-31T23:59:59Z");

/** The secret seed as a key that TLS takes, PEM. */
export function transportKeyPem(secret: Uint8Array): string {
  const der = Buffer.from(concatBytes(PKCS8_HEAD, secret));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
}

/** A new certificate, PEM, for the key pair of `secret`; `name` is for people who look at it. */
export async function createCertificate(identity: { secret: Uint8Array; name: string }): Promise<string> {
  await import("reflect-metadata");
  const { X509CertificateGenerator } = await import("@peculiar/x509");
  const pkcs8 = concatBytes(PKCS8_HEAD, identity.secret);
  const { subtle } = webcrypto;
  const privateKey = await subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = await subtle.exportKey("jwk", privateKey);
  const publicKey = await subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: x! }, "Ed25519", true, [
    "verify",
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${identity.name}`,
    serialNumber: "01",
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    keys: { privateKey, publicKey },
    signingAlgorithm: { name: "Ed25519" },
  });
  return `${certificate.toString("pem")}\n`;
}

/** The raw Ed25519 key (32 bytes) of a certificate, or undefined if it holds none or cannot be read. */
export function certificateKey(certificate: X509Certificate | string): Uint8Array | undefined {
  let key: KeyObject;
  try {
    key = (typeof certificate === "string" ? new X509Certificate(certificate) : certificate).publicKey;
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyType !== "ed25519") return undefined;
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(SPKI_HEAD.length));
}
