// Key files: what is written is read back, others' eyes and damaged fields are refused with the reason,
// and nothing is ever overwritten.

import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex, NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair } from "../crypto/sodium.ts";
import { loadClientKeys, peekClientKeys, saveClientKeys } from "./client-keys.ts";
import { createNodeKeys, loadNodeKeys, saveNodeKeys } from "./node-keys.ts";
import { certificateKey, transportKeyPem } from "./transport-certificate.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-keys-"));
  path = join(folder, "node.json");
});

afterEach(() => rmSync(folder, { recursive: true }));

function complaint(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).code).toBe("key_unusable");
    return (error as Failure).message;
  }
  return "nothing was refused";
}

type Fields = Record<string, unknown>;

async function nodeFields(): Promise<Fields> {
  saveNodeKeys(path, await createNodeKeys(NodeId(3)));
  return JSON.parse(readFileSync(path, "utf8")) as Fields;
}

function complaintAbout(fields: Fields): string {
  writeFileSync(path, JSON.stringify(fields));
  return complaint(() => loadNodeKeys(path));
}

describe("node.json", () => {
  it("is read back as it was made, private from the first moment", async () => {
    const keys = await createNodeKeys(NodeId(3));
    saveNodeKeys(path, keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["node.json"]);
    expect(loadNodeKeys(path)).toEqual(keys);
  });

  it("holds a certificate of the transport key that never expires", async () => {
    const keys = await createNodeKeys(NodeId(3));
    const certificate = new X509Certificate(keys.transportCertificate);
    expect(hex(certificateKey(certificate)!)).toBe(hex(keys.transportKey));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validToDate.getUTCFullYear()).toBe(9999);
    expect(certificate.subject).toBe("CN=juno node 3");
    expect(transportKeyPem(keys.transportSecret)).toContain("BEGIN PRIVATE KEY");
  });

  it("never takes the place of an existing file", async () => {
    const first = await createNodeKeys(NodeId(1));
    saveNodeKeys(path, first);
    const second = await createNodeKeys(NodeId(2));
    expect(complaint(() => saveNodeKeys(path, second))).toBe(
      `${path} exists already; keys are never overwritten`,
    );
    expect(loadNodeKeys(path)).toEqual(first);
    expect(readdirSync(folder)).toEqual(["node.json"]);
  });

  it("says so if its folder is missing", async () => {
    const keys = await createNodeKeys(NodeId(1));
    const nowhere = join(folder, "missing", "node.json");
    expect(complaint(() => saveNodeKeys(nowhere, keys))).toContain("does its folder exist");
  });

  it("is refused while others can read it", async () => {
    await nodeFields();
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      chmodSync(path, mode);
      const shown = `0${mode.toString(8)}`;
      expect(complaint(() => loadNodeKeys(path))).toBe(
        `${path} is open to other users (mode ${shown}): run chmod 600 ${path}`,
      );
    }
    chmodSync(path, 0o400);
    expect(loadNodeKeys(path).id).toBe(3);
  });

  it("is refused if missing, a folder, too large or no JSON object", async () => {
    expect(complaint(() => loadNodeKeys(path))).toBe(`there is no key file ${path}`);
    const inner = join(folder, "inner");
    mkdirSync(inner, { mode: 0o700 });
    expect(complaint(() => loadNodeKeys(inner))).toBe(`${inner} is not a file`);
    writeFileSync(path, "x".repeat(70_000), { mode: 0o600 });
    expect(complaint(() => loadNodeKeys(path))).toBe(`${path} has 70000 bytes, a key file at most 65536`);
    writeFileSync(path, `{"signSecret": "5eac`);
    expect(complaint(() => loadNodeKeys(path))).toBe(`${path} is not JSON: restore it from a backup`);
    writeFileSync(path, "[]");
    expect(complaint(() => loadNodeKeys(path))).toBe(`${path} does not hold a JSON object`);
  });

  it("is refused with the name of the bad field", async () => {
    const fields = await nodeFields();
    expect(complaintAbout({ ...fields, id: 0 })).toBe(`${path}: "id" is not a whole number above zero`);
    expect(complaintAbout({ ...fields, id: "1" })).toBe(`${path}: "id" is not a whole number above zero`);
    expect(complaintAbout({ ...fields, signKey: String(fields.signKey).toUpperCase() })).toBe(
      `${path}: "signKey" is not 64 lower-case hex digits`,
    );
    expect(complaintAbout({ ...fields, transportSecret: undefined })).toBe(
      `${path}: "transportSecret" is not 64 lower-case hex digits`,
    );
    expect(complaintAbout({ ...fields, transportCertificate: 7 })).toBe(
      `${path}: "transportCertificate" is missing or not a text`,
    );
    expect(complaintAbout({ ...fields, colour: "red" })).toBe(
      `${path}: there is no field "colour" in such a file`,
    );
  });

  it("is refused if its parts do not belong together", async () => {
    const fields = await nodeFields();
    const other = hex(createKeyPair().key);
    expect(complaintAbout({ ...fields, signKey: other })).toBe(
      `${path}: "signKey" is not the key of "signSecret"`,
    );
    expect(complaintAbout({ ...fields, transportKey: other })).toBe(
      `${path}: "transportKey" is not the key of "transportSecret"`,
    );
    const { transportCertificate } = await createNodeKeys(NodeId(3));
    const notCertified = `${path}: "transportCertificate" is not an Ed25519 certificate of "transportKey"`;
    expect(complaintAbout({ ...fields, transportCertificate })).toBe(notCertified);
    expect(complaintAbout({ ...fields, transportCertificate: "no certificate" })).toBe(notCertified);
    const same = { signKey: fields.transportKey, signSecret: fields.transportSecret };
    expect(complaintAbout({ ...fields, ...same })).toBe(
      `${path}: the signing key and the transport key are the same; they must differ`,
    );
  });

  it("never tells the secret", async () => {
    const fields = await nodeFields();
    const secret = String(fields.signSecret);
    for (const bad of [`${secret}00`, secret.toUpperCase(), secret.slice(1)]) {
      expect(complaintAbout({ ...fields, signSecret: bad })).not.toContain(secret.slice(1, 20));
    }
  });
});

describe("a client's key file", () => {
  it("is read back, with and without a name", () => {
    const pair = createKeyPair();
    const named = join(folder, "wjm.json");
    saveClientKeys(named, { name: "wjm", ...pair });
    expect(loadClientKeys(named)).toEqual({ name: "wjm", ...pair });
    const nameless = join(folder, "nameless.json");
    saveClientKeys(nameless, { name: undefined, ...pair });
    expect(loadClientKeys(nameless)).toEqual({ name: undefined, ...pair });
    expect(Object.keys(JSON.parse(readFileSync(nameless, "utf8")) as Fields)).toEqual(["key", "secret"]);
  });

  it("is no node's, whose keys another command shows", async () => {
    saveNodeKeys(path, await createNodeKeys(NodeId(3)));
    for (const look of [loadClientKeys, peekClientKeys])
      expect(complaint(() => look(path))).toMatch(
        /node\.json: it holds a node's keys, .*`juno node keys --folder FOLDER`/,
      );
  });

  it("is refused if key and secret differ", () => {
    const fields = { key: hex(createKeyPair().key), secret: hex(createKeyPair().secret) };
    writeFileSync(path, JSON.stringify(fields), { mode: 0o600 });
    expect(complaint(() => loadClientKeys(path))).toBe(`${path}: "key" is not the key of "secret"`);
  });
});
