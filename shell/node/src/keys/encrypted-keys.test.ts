// Encrypted key files (E61): what is sealed is opened by its passphrase alone, a wrong one is told from a damaged file, nothing is
// lost on the way there and back, and no message shows a secret.

import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  canonicalJson,
  type Hash,
  hex,
  type Json,
  NodeId,
  parseHex,
  parseJsonText,
  taggedHash,
} from "@juno/base";
import { Failure } from "@juno/failure";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair, sha256 } from "../crypto/sodium.ts";
import { loadClientKeys, peekClientKeys, saveClientKeys } from "./client-keys.ts";
import { changePassphrase, decryptKeyFile, encryptKeyFile, isKeyFileEncrypted } from "./convert-key-file.ts";
import { createNodeKeys, loadNodeKeys, peekNodeKeys, saveNodeKeys } from "./node-keys.ts";
import { isBearable, Passphrase, readPassphrase } from "./passphrase.ts";

const WORDS = "correct horse battery";
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-sealed-"));
  path = join(folder, "alice.json");
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
const fieldsOf = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Fields;

/** One derivation for all tests: what they are about is around it. */
const passphrase = new Passphrase(WORDS);
const wrong = new Passphrase("incorrect horse battery");

function sealedAlice() {
  const keys = { name: "alice", ...createKeyPair() };
  saveClientKeys(path, keys, passphrase);
  return keys;
}

describe("an encrypted key file", () => {
  it("shows its public key to anybody, its secret to the passphrase alone", () => {
    const keys = sealedAlice();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(peekClientKeys(path)).toEqual({ name: "alice", key: keys.key, isEncrypted: true });
    expect(loadClientKeys(path, passphrase)).toEqual(keys);
    expect(loadClientKeys(path, new Passphrase(WORDS))).toEqual(keys);
    expect(readFileSync(path, "utf8")).not.toContain(hex(keys.secret));
    expect(complaint(() => loadClientKeys(path))).toBe(
      `${path} is encrypted: give its passphrase in --passphrase-file FILE`,
    );
    expect(complaint(() => loadClientKeys(path, wrong))).toBe(`${path}: the passphrase is wrong`);
  });

  it("is what E61 says, byte for byte", () => {
    const keys = sealedAlice();
    const { sealed, sum, ...open } = fieldsOf(path) as { sealed: string; sum: string };
    expect(open).toMatchObject({
      ...{ name: "alice", key: hex(keys.key) },
      encryption: { kdf: "scrypt", n: 131_072, r: 8, p: 1, cipher: "aes-256-gcm" },
    });
    const header = parseJsonText(JSON.stringify(open));
    const bytes = canonicalJson((header as { value: Json }).value);
    const box = parseHex(sealed)!;
    expect(box).toHaveLength(32 + 16);
    expect(sum).toBe(hex(taggedHash(sha256, "key-file", bytes, box)));
  });

  it("is told from one that is damaged, wherever it is", () => {
    sealedAlice();
    const fields = fieldsOf(path);
    const { encryption } = fields as { encryption: Fields };
    const spoiled: Fields[] = [
      { ...fields, key: hex(createKeyPair().key) },
      { ...fields, name: "alicf" },
      { ...fields, colour: "red" },
      { ...fields, sealed: hex(new Uint8Array(48)) },
      { ...fields, sealed: "" },
      { ...fields, sealed: undefined },
      { ...fields, sum: hex(new Uint8Array(32)) },
      { ...fields, sum: undefined },
      { ...fields, encryption: { ...encryption, n: 2 } },
      { ...fields, encryption: { ...encryption, salt: hex(new Uint8Array(16)) } },
      { ...fields, encryption: 7 },
    ];
    for (const bad of spoiled) {
      writeFileSync(path, JSON.stringify(bad));
      expect(complaint(() => loadClientKeys(path, passphrase))).toBe(
        `${path} is damaged: restore it from a backup`,
      );
    }
  });

  it("cannot be given another name, key or secret by whoever can count a sum", () => {
    sealedAlice();
    const { sealed, sum: _, ...open } = fieldsOf(path) as { sealed: string; sum: string };
    const box = parseHex(sealed)!;
    const write = (header: Fields, bytes: Uint8Array) => {
      const read = parseJsonText(JSON.stringify(header)) as { value: Json };
      const sum: Hash = taggedHash(sha256, "key-file", canonicalJson(read.value), bytes);
      writeFileSync(path, JSON.stringify({ ...header, sealed: hex(bytes), sum: hex(sum) }));
      return complaint(() => loadClientKeys(path, passphrase));
    };
    expect(write(open, box)).toBe("nothing was refused");
    expect(write({ ...open, name: "mallory" }, box)).toBe(`${path}: the passphrase is wrong`);
    expect(write(open, box.with(0, box[0]! ^ 1))).toBe(`${path}: the passphrase is wrong`);
  });

  it("makes nobody take on any cost that it names", () => {
    sealedAlice();
    const { sealed, sum: _, ...open } = fieldsOf(path) as { sealed: string; sum: string; encryption: Fields };
    const { encryption } = open;
    const refusedWith = (changes: Fields) => {
      const header = { ...open, encryption: { ...encryption, ...changes } };
      const read = parseJsonText(JSON.stringify(header)) as { value: Json };
      const sum = taggedHash(sha256, "key-file", canonicalJson(read.value), parseHex(sealed)!);
      writeFileSync(path, JSON.stringify({ ...header, sealed, sum: hex(sum) }));
      return complaint(() => loadClientKeys(path, passphrase));
    };
    for (const cost of [{ n: 2 ** 21 }, { n: 100_000 }, { r: 33 }, { p: 17 }, { n: 2 ** 20, r: 8 }])
      expect(refusedWith(cost)).toContain("no cost of scrypt that is taken on");
    expect(refusedWith({ n: 0 })).toContain("is encrypted as nobody here opens it: n: ");
    expect(refusedWith({ kdf: "argon2id" })).toContain('"scrypt" is expected');
    expect(refusedWith({ cipher: "rot13" })).toContain('"aes-256-gcm" is expected');
    expect(isBearable({ n: 2 ** 17, r: 8, p: 4 })).toBe(true);
    expect(isBearable({ n: 2 ** 17, r: 8, p: 5 })).toBe(false);
  });

  it("that holds a node's keys is opened and shown like a client's", async () => {
    const keys = await createNodeKeys(NodeId(3));
    saveNodeKeys(path, keys, passphrase);
    expect(loadNodeKeys(path, passphrase)).toEqual(keys);
    const { id, signKey, transportKey } = keys;
    expect(peekNodeKeys(path)).toEqual({ id, signKey, transportKey, isEncrypted: true });
    const text = readFileSync(path, "utf8");
    for (const secret of [keys.signSecret, keys.transportSecret]) expect(text).not.toContain(hex(secret));
    expect(complaint(() => loadClientKeys(path, passphrase))).toContain("it holds a node's keys");
    sealedOverNode();
    expect(complaint(() => loadNodeKeys(path, passphrase))).toContain('"id" is not a whole number');
  });

  function sealedOverNode() {
    rmSync(path);
    sealedAlice();
  }
});

describe("encrypting in place", () => {
  const ask = () => Promise.resolve(passphrase);

  it("and decrypting keep every key and leave nothing beside the file", async () => {
    const client = { name: "alice", ...createKeyPair() };
    saveClientKeys(path, client);
    const nodePath = join(folder, "node.json");
    const node = await createNodeKeys(NodeId(2));
    saveNodeKeys(nodePath, node);
    for (const file of [path, nodePath]) {
      await encryptKeyFile(file, ask);
      expect(isKeyFileEncrypted(file)).toBe(true);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(loadClientKeys(path, passphrase)).toEqual(client);
    expect(loadNodeKeys(nodePath, passphrase)).toEqual(node);
    for (const file of [path, nodePath]) await decryptKeyFile(file, ask);
    expect(loadClientKeys(path)).toEqual(client);
    expect(loadNodeKeys(nodePath)).toEqual(node);
    expect(readdirSync(folder).sort()).toEqual(["alice.json", "node.json"]);
  });

  it("refuses what is so already, and changes nothing with a wrong passphrase", async () => {
    sealedAlice();
    const before = readFileSync(path);
    await expect(encryptKeyFile(path, ask)).rejects.toThrow(`${path} is encrypted already`);
    await expect(decryptKeyFile(path, () => Promise.resolve(wrong))).rejects.toThrow(
      "the passphrase is wrong",
    );
    expect(readFileSync(path)).toEqual(before);
    await decryptKeyFile(path, ask);
    await expect(decryptKeyFile(path, ask)).rejects.toThrow(`${path} is not encrypted`);
  });

  it("gives a file another passphrase without a clear one in between, and opens it with no other (E61)", async () => {
    const keys = sealedAlice();
    const secret = hex(keys.secret);
    const seen = new Set<string>();
    const other = () => {
      for (const name of readdirSync(folder)) seen.add(readFileSync(join(folder, name), "utf8"));
      return Promise.resolve(wrong);
    };
    await expect(changePassphrase(path, { of: other, as: other })).rejects.toThrow("the passphrase is wrong");
    await changePassphrase(path, { of: ask, as: other });
    expect(loadClientKeys(path, wrong)).toEqual(keys);
    expect(complaint(() => loadClientKeys(path, passphrase))).toContain("the passphrase is wrong");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const text of [...seen, readFileSync(path, "utf8")]) expect(text).not.toContain(secret);
    await decryptKeyFile(path, other);
    await expect(changePassphrase(path, { of: ask, as: ask })).rejects.toThrow(`${path} is not encrypted`);
  });

  it("refuses what is no key file, before it asks for anything", async () => {
    writeFileSync(path, '{"colour":"red"}', { mode: 0o600 });
    const nobody = () => Promise.reject(new Error("nobody is to be asked"));
    await expect(encryptKeyFile(path, nobody)).rejects.toThrow('"key" is not 64 lower-case hex digits');
  });
});

describe("a passphrase", () => {
  it("is shown by nothing that is logged", () => {
    passphrase.open(
      { derivation: passphrase.derivation(), nonce: randomBytes(12), box: new Uint8Array(48) },
      new Uint8Array(),
    );
    expect(`${inspect(passphrase, { showHidden: true, depth: 9 })}${JSON.stringify(passphrase)}`).not.toMatch(
      /correct|bytes|key|[0-9]{3}/i,
    );
  });

  it("is the one line of a file that others cannot read", () => {
    const file = join(folder, "passphrase");
    writeFileSync(file, `${WORDS}\n`, { mode: 0o600 });
    expect(readPassphrase(file).equals(passphrase)).toBe(true);
    writeFileSync(file, `${WORDS}\r\n`);
    expect(readPassphrase(file).equals(passphrase)).toBe(true);
    chmodSync(file, 0o440);
    expect(readPassphrase(file).equals(passphrase)).toBe(true);
    chmodSync(file, 0o604);
    expect(complaint(() => readPassphrase(file))).toContain("is open to other users (mode 0604)");
    chmodSync(file, 0o600);
    writeFileSync(file, "one\ntwo\n");
    expect(complaint(() => readPassphrase(file))).toBe(`${file}: a passphrase is one line`);
    for (const text of ["", "\n", "x".repeat(1025)]) {
      writeFileSync(file, text);
      expect(complaint(() => readPassphrase(file))).toContain("a passphrase has 1 to 1024 bytes");
    }
    expect(complaint(() => readPassphrase(join(folder, "none")))).toContain("there is no passphrase file");
  });

  it("that is short seals nothing", () => {
    expect(complaint(() => new Passphrase("elevenchars").demandStrength())).toContain("of 11 characters");
    expect(complaint(() => new Passphrase("twelve chars").demandStrength())).toBe("nothing was refused");
  });
});
