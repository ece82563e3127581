// Certificates for the APIs of a network's nodes (A53), signed by an authority of the network's own: made with the network, or for
// a node that joins it. They keep strangers from listening; who a node is, its signatures say (A16). So they never expire: a date
// that has passed would keep clients away and protect nobody. The library that writes them is loaded only when one is made.

import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { Failure } from "@juno/failure";

/** In a network's folder: whom clients and nodes trust, and the key that signs for further nodes. */
export const CA_FILE = "ca.pem";
export const CA_KEY_FILE = "ca.key.pem";
/** In a node's folder. */
const CERTIFICATE_FILE = "api.pem";
const KEY_FILE = "api.key.pem";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const NOT_BEFORE = new Date("2000-01-01T00:00:00Z");
/** "No well-defined expiration date" (RFC 5280, 4.1.2.5). */
const NOT_AFTER = new Date("9999-12-31T23:59:59Z");
const SERIAL_BYTES = 16;
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

type Pem = { readonly certificate: string; readonly key: string };

async function load() {
  await import("reflect-metadata");
  return await import("@peculiar/x509");
}

const newKeys = () => webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);

/** Positive, and not longer than authorities may choose. */
const serialNumber = (): string => `01${randomBytes(SERIAL_BYTES - 1).toString("hex")}`;

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const pem = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return pem.export({ format: "pem", type: "pkcs8" }).toString();
}

async function createAuthority(): Promise<Pem> {
  const x509 = await load();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: "CN=Juno network", serialNumber: serialNumber() },
    ...{ notBefore: NOT_BEFORE, notAfter: NOT_AFTER, keys, signingAlgorithm: SIGNING },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
}

async function createCertificate(authority: Pem, node: { name: string; host: string }): Promise<Pem> {
  const x509 = await load();
  const keys = await newKeys();
  const der = createPrivateKey(authority.key).export({ format: "der", type: "pkcs8" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, CURVE, false, ["sign"]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const name = { type: isIP(node.host) === 0 ? ("dns" as const) : ("ip" as const), value: node.host };
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject: `CN=${node.name}`, issuer: issuer.subject, serialNumber: serialNumber() },
    ...{ notBefore: NOT_BEFORE, notAfter: NOT_AFTER, signingKey, signingAlgorithm: SIGNING },
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
      new x509.SubjectAlternativeNameExtension([name]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
}

const writeNew = (path: string, text: string, mode: number): void =>
  writeFileSync(path, text, { flag: "wx", mode });

/** What stands in config.json of a node that has a certificate; the paths are relative to its folder. */
export type ApiTlsConfig = { readonly certificate: string; readonly key: string };

/** Puts a node's certificate into its folder. */
export type PlaceCertificate = (node: {
  readonly folder: string;
  readonly id: number;
  readonly host: string;
}) => Promise<ApiTlsConfig>;

const PLACED: ApiTlsConfig = { certificate: CERTIFICATE_FILE, key: KEY_FILE };

const placeSigned =
  (authority: Pem): PlaceCertificate =>
  async ({ folder, id, host }) => {
    const made = await createCertificate(authority, { name: `node-${id}`, host });
    writeNew(join(folder, CERTIFICATE_FILE), made.certificate, 0o644);
    writeNew(join(folder, KEY_FILE), made.key, 0o600);
    return PLACED;
  };

/** A new authority, its files in the network's folder. */
export async function makeAuthority(network: string): Promise<PlaceCertificate> {
  const authority = await createAuthority();
  writeNew(join(network, CA_FILE), authority.certificate, 0o644);
  writeNew(join(network, CA_KEY_FILE), authority.key, 0o600);
  return placeSigned(authority);
}

/** The network's own authority; undefined where its key is not at hand. */
export function authorityOf(network: string): PlaceCertificate | undefined {
  const [certificate, key] = [CA_FILE, CA_KEY_FILE].map((name) => join(network, name)) as [string, string];
  if (!existsSync(certificate) || !existsSync(key)) return undefined;
  return placeSigned({ certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") });
}

/** Certificates that somebody else has made, found good, and put into a network's folder. */
export type TakeCertificates = (network: string) => PlaceCertificate;

/**
 * Certificates that somebody else has made: `ca.pem`, and `node-N.pem` with `node-N.key.pem` for each node, in one folder. Only what was
 * read as a certificate or as its key is written: whatever else a file holds, such as the authority's own key, stays where it is.
 */
export function takeCertificates(given: string, { nodes, host }: GivenFor): TakeCertificates {
  const authorities = certificatesIn(join(given, CA_FILE));
  const pairs = Array.from({ length: nodes }, (_, at) => {
    const [certificate, key] = [`node-${at + 1}.pem`, `node-${at + 1}.key.pem`].map((name) =>
      join(given, name),
    );
    return pairOf({ certificate: certificate!, key: key! }, host, authorities);
  });
  return (network) => {
    writeNew(join(network, CA_FILE), authorities.join(""), 0o644);
    return async ({ folder, id }) => {
      const { certificate, key } = pairs[id - 1]!;
      writeNew(join(folder, CERTIFICATE_FILE), certificate, 0o644);
      writeNew(join(folder, KEY_FILE), key, 0o600);
      return PLACED;
    };
  };
}

type GivenFor = { readonly nodes: number; readonly host: string };

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

const unusable = (problem: string): Failure => new Failure("config_invalid", problem);

function certificatesIn(path: string): X509Certificate[] {
  try {
    const found = readFileSync(path, "utf8").match(CERTIFICATES) ?? [];
    if (found.length === 0) throw new Error("it holds none");
    return found.map((pem) => new X509Certificate(pem));
  } catch (cause) {
    throw unusable(`${path} is no file of certificates (PEM): ${messageOf(cause)}`);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const isSignedBy = (one: X509Certificate, by: X509Certificate): boolean =>
  one.checkIssued(by) && one.verify(by.publicKey);

/** A certificate, those between it and an authority behind it, and its key. */
function pairOf(path: Pem, host: string, authorities: readonly X509Certificate[]): Pem {
  const chain = certificatesIn(path.certificate);
  const [own] = chain as [X509Certificate];
  const key = privateKeyIn(path.key);
  if (!own.checkPrivateKey(key)) throw unusable(`${path.key} is not the key of ${path.certificate}`);
  const named = isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host);
  if (named === undefined) throw unusable(`${path.certificate} is not for the host ${host}`);
  // From the first on each is signed by the next, until one is by an authority.
  const last = chain.find((one, at) => chain[at + 1] === undefined || !isSignedBy(one, chain[at + 1]!))!;
  const isLinked = authorities.some((authority) => isSignedBy(last, authority));
  if (!isLinked) throw unusable(`${path.certificate} is signed by no authority of ${CA_FILE}`);
  return { certificate: chain.join(""), key: key.export({ format: "pem", type: "pkcs8" }).toString() };
}

function privateKeyIn(path: string) {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw unusable(`${path} is no private key (PEM): ${messageOf(cause)}`);
  }
}
