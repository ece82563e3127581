// The API over TLS (A40): renewed certificates without a restart, and files that are wrong while a node runs.

import { webcrypto, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiCertificate } from "../../src/http/api-certificate.ts";
import { NOW, pretendNetwork } from "./pretend-network.ts";

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "juno-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));
const files = { certificatePath: join(folder, "api.pem"), keyPath: join(folder, "api.key.pem") };

type Pair = { readonly cert: string; readonly key: string };

async function pairUntil(notAfter: number): Promise<Pair> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...{ name: "CN=node", keys, signingAlgorithm: algorithm },
    ...{ notBefore: new Date(NOW - DAY), notAfter: new Date(notAfter) },
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const body = pkcs8.toString("base64");
  return {
    cert: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
  };
}

let first: Pair;
let second: Pair;
let old: Pair;
beforeAll(async () => {
  [first, second, old] = await Promise.all([
    pairUntil(NOW + 90 * DAY),
    pairUntil(NOW + 10 * DAY),
    pairUntil(NOW - 1000),
  ]);
});

const put = ({ cert, key }: Pair) => {
  writeFileSync(files.certificatePath, cert);
  writeFileSync(files.keyPath, key);
};

let noted: string[];
const opened = () => new ApiCertificate(files, { note: ({ code }) => noted.push(code), wallMs: () => NOW });
beforeEach(() => {
  noted = [];
  put(first);
});

const told = (pair: Pair) => new X509Certificate(pair.cert).fingerprint256;

/** Over a new connection: whose certificate, and what is answered. */
const ask = (port: number): Promise<{ fingerprint: string; signature: unknown }> =>
  new Promise((resolve, reject) => {
    const options = {
      port,
      host: "127.0.0.1",
      path: "/api/v1/livez",
      rejectUnauthorized: false,
      agent: false,
    };
    const outgoing = request(options, (reply) => {
      const { socket, headers } = reply;
      const { fingerprint256 } = (socket as import("node:tls").TLSSocket).getPeerCertificate();
      reply
        .resume()
        .once("end", () => resolve({ fingerprint: fingerprint256, signature: headers["juno-signature"] }));
    });
    outgoing.once("error", reject).end();
  });

describe("a node's API over TLS (A40)", () => {
  it("is signed as ever, and goes over to a renewed certificate", async () => {
    const certificate = opened();
    const { server } = await pretendNetwork({ certificate });
    const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
    expect(await ask(port)).toEqual({
      fingerprint: told(first),
      signature: expect.stringMatching(/^1:[0-9a-f]{128}$/),
    });
    put(second);
    certificate.look((identity) =>
      (server.app.server as import("node:https").Server).setSecureContext(identity),
    );
    expect((await ask(port)).fingerprint).toBe(told(second));
    expect(noted).toEqual(["tls_reloaded", "certificate_expires"]);
    await server.close();
  });

  it("goes on with what it had while the files are no certificate with its key, and says so once", () => {
    const certificate = opened();
    const before = certificate.identity;
    const look = () => certificate.look(() => expect.unreachable("it is not renewed"));
    writeFileSync(files.keyPath, second.key);
    look();
    look();
    rmSync(files.keyPath);
    look();
    put(first);
    look();
    expect(certificate.identity).toEqual(before);
    expect(noted).toEqual(["tls_unusable", "tls_unusable"]);
  });

  it("says that its certificate has expired, and serves", async () => {
    put(old);
    const { server } = await pretendNetwork({ certificate: opened() });
    const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
    expect((await ask(port)).fingerprint).toBe(told(old));
    expect(noted).toEqual(["certificate_expired"]);
    await server.close();
  });

  it("does not begin without a certificate and its key", () => {
    writeFileSync(files.keyPath, second.key);
    expect(opened).toThrow(/apiTls: .*api\.pem/);
    rmSync(files.certificatePath);
    expect(opened).toThrow(/ENOENT/);
  });
});
