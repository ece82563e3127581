// The keys that a node holds: those it goes by, and those that take their place once an epoch names them.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex, NodeId, utf8 } from "@juno/base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair, verifySignature } from "../crypto/sodium.ts";
import { loadClientKeys, saveClientKeys } from "./client-keys.ts";
import { encryptKeyFile, splitNodeKeys } from "./convert-key-file.ts";
import { createNextKeys, NodeKeyring, nextKeysPath } from "./node-keyring.ts";
import {
  createNodeKeys,
  loadHeldKeys,
  loadNodeKeys,
  type NodeKeys,
  peekNodeKeys,
  saveNodeKeys,
} from "./node-keys.ts";
import { Passphrase } from "./passphrase.ts";

let folder: string;
let path: string;
let first: NodeKeys;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-keyring-"));
  path = join(folder, "node.json");
  first = await createNodeKeys(NodeId(3));
  saveNodeKeys(path, first);
});
afterEach(() => rmSync(folder, { recursive: true }));

const message = utf8("what is signed");
const signsAs = (keyring: NodeKeyring, key: Uint8Array): boolean => {
  const signature = keyring.signer(key)?.(message);
  return signature !== undefined && verifySignature({ key, message, signature });
};
const verifiedBy = (signature: Uint8Array, { signKey: key }: NodeKeys) =>
  verifySignature({ key, message, signature });

describe("new keys of a node", () => {
  it("stand beside its own, for the same node, and are made once", async () => {
    const next = await createNextKeys(path);
    expect(next.id).toBe(3);
    expect(loadNodeKeys(nextKeysPath(path))).toEqual(next);
    expect(loadNodeKeys(path)).toEqual(first);
    expect(hex(next.signKey)).not.toBe(hex(first.signKey));
    await expect(createNextKeys(path)).rejects.toThrow("node.next.json exists already");
    expect(loadNodeKeys(nextKeysPath(path))).toEqual(next);
  });

  it("are none where the node has none of its own", async () => {
    rmSync(path);
    await expect(createNextKeys(path)).rejects.toThrow("there is no key file");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a keyring", () => {
  it("reads from other nodes under the key by which they know the node, if it holds that (A42)", async () => {
    const next = await createNextKeys(path);
    const keyring = new NodeKeyring(path);
    const keyFor = (known?: Uint8Array) => hex(keyring.reader(known).key);
    expect(keyFor(next.signKey)).toBe(hex(next.signKey));
    for (const known of [undefined, first.signKey, createKeyPair().key])
      expect(keyFor(known)).toBe(hex(first.signKey));
    expect(verifiedBy(await keyring.reader(next.signKey).sign(message), next)).toBe(true);
  });

  it("signs with the keys that it holds, and with no others", () => {
    const keyring = new NodeKeyring(path);
    expect(keyring.current).toEqual(first);
    expect(keyring.all).toEqual([first]);
    expect(verifiedBy(keyring.own(message), first)).toBe(true);
    expect(signsAs(keyring, first.signKey)).toBe(true);
    expect(keyring.transport(first.transportKey)).toEqual(first);
    expect(keyring.signer(createKeyPair().key)).toBeUndefined();
    expect(keyring.transport(first.signKey)).toBeUndefined();
  });

  it("finds keys that were made since it began, and goes by the old ones meanwhile", async () => {
    const keyring = new NodeKeyring(path);
    const next = await createNextKeys(path);
    expect(signsAs(keyring, next.signKey)).toBe(true);
    expect(keyring.transport(next.transportKey)).toEqual(next);
    expect(keyring.all).toEqual([first, next]);
    expect(verifiedBy(keyring.own(message), first)).toBe(true);
  });

  it("goes by the next keys once an epoch names them, and destroys those before", async () => {
    const next = await createNextKeys(path);
    const keyring = new NodeKeyring(path);
    expect(keyring.settle(first.signKey)).toBe(false);
    expect(keyring.settle(createKeyPair().key)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["node.json", "node.next.json"]);
    expect(keyring.settle(next.signKey)).toBe(true);
    expect(readdirSync(folder)).toEqual(["node.json"]);
    expect(loadNodeKeys(path)).toEqual(next);
    expect(readFileSync(path, "utf8")).not.toContain(hex(first.signSecret));
    expect(keyring.all).toEqual([next]);
    expect(verifiedBy(keyring.own(message), next)).toBe(true);
    expect(keyring.signer(first.signKey)).toBeUndefined();
    expect(keyring.settle(next.signKey)).toBe(false);
    expect(new NodeKeyring(path).current).toEqual(next);
  });

  it("puts no other file in the place of the keys it goes by", async () => {
    const next = await createNextKeys(path);
    const keyring = new NodeKeyring(path);
    rmSync(nextKeysPath(path));
    expect(keyring.settle(next.signKey)).toBe(false);
    const other = await createNextKeys(path);
    expect(keyring.settle(next.signKey)).toBe(false);
    expect(loadNodeKeys(path)).toEqual(first);
    expect(keyring.settle(other.signKey)).toBe(false);
    expect(signsAs(keyring, other.signKey)).toBe(true);
    expect(keyring.settle(other.signKey)).toBe(true);
  });

  it("refuses the next keys of another node", async () => {
    saveNodeKeys(nextKeysPath(path), await createNodeKeys(NodeId(4)));
    expect(() => new NodeKeyring(path)).toThrow("node.next.json is of node 4");
  });
});

describe("a keyring of encrypted keys", () => {
  const passphrase = new Passphrase("correct horse battery");
  const wrong = new Passphrase("incorrect horse battery");

  it("is opened by its passphrase, and its next keys are encrypted under the same", async () => {
    rmSync(path);
    saveNodeKeys(path, first, passphrase);
    expect(() => new NodeKeyring(path)).toThrow("is encrypted");
    expect(() => new NodeKeyring(path, wrong)).toThrow("the passphrase is wrong");
    await expect(createNextKeys(path)).rejects.toThrow("is encrypted");
    await expect(createNextKeys(path, wrong)).rejects.toThrow("the passphrase is wrong");
    expect(existsSync(nextKeysPath(path))).toBe(false);

    const keyring = new NodeKeyring(path, passphrase);
    const next = await createNextKeys(path, new Passphrase("correct horse battery"));
    expect(peekNodeKeys(nextKeysPath(path)).isEncrypted).toBe(true);
    expect(signsAs(keyring, next.signKey)).toBe(true);
    expect(keyring.settle(next.signKey)).toBe(true);
    expect(peekNodeKeys(path)).toMatchObject({ signKey: next.signKey, isEncrypted: true });
    expect(new NodeKeyring(path, passphrase).current).toEqual(next);
  });

  it("costs a running node no second derivation", async () => {
    rmSync(path);
    saveNodeKeys(path, first, passphrase);
    await createNextKeys(path, passphrase);
    const saltOf = (file: string) =>
      (JSON.parse(readFileSync(file, "utf8")) as { encryption: { salt: string } }).encryption.salt;
    expect(saltOf(nextKeysPath(path))).toBe(saltOf(path));
  });

  it("does not open next keys that nobody asks for", async () => {
    const keyring = new NodeKeyring(path);
    const next = await createNextKeys(path, passphrase);
    expect(keyring.signer(createKeyPair().key)).toBeUndefined();
    expect(() => keyring.signer(next.signKey)).toThrow("node.next.json is encrypted");
  });
});

describe("a keyring without its signing key", () => {
  const passphrase = new Passphrase("correct horse battery");

  it("has moved it to a file for the signer, and loses none on the way", async () => {
    const target = join(folder, "signer.json");
    splitNodeKeys(path, target, undefined);
    expect(loadClientKeys(target)).toEqual({ name: "node 3", key: first.signKey, secret: first.signSecret });
    expect(readFileSync(path, "utf8")).not.toContain(hex(first.signSecret));
    expect(loadHeldKeys(path)).toEqual({ ...first, signSecret: undefined });
    expect(() => loadNodeKeys(path)).toThrow("the signing key is held by a signer");
    expect(() => splitNodeKeys(path, join(folder, "again.json"), undefined)).toThrow("held by a signer");
    expect(() => new NodeKeyring(path).own).toThrow("config.json names none");
  });

  it("is encrypted where it was, and moves nothing where something is", async () => {
    await encryptKeyFile(path, () => Promise.resolve(passphrase));
    const target = join(folder, "signer.json");
    saveClientKeys(target, { name: "other", ...createKeyPair() });
    expect(() => splitNodeKeys(path, target, passphrase)).toThrow("exists already");
    expect(loadNodeKeys(path, passphrase)).toEqual(first);
    rmSync(target);
    splitNodeKeys(path, target, passphrase);
    expect(loadClientKeys(target, passphrase).secret).toEqual(first.signSecret);
    expect(() => loadClientKeys(target)).toThrow("is encrypted");
    expect(loadHeldKeys(path, passphrase)).toEqual({ ...first, signSecret: undefined });
    const next = await createNextKeys(path, passphrase);
    expect(next.id).toBe(3);
  });
});
