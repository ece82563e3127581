// The document of a key file whose secrets are sealed under a passphrase (E61): what may be seen stands in clear, the secrets in
// one box. It says whether a document is one, and is whole, before anybody needs a passphrase.

import {
  canonicalJson,
  hex,
  type Json,
  type JsonField,
  type JsonObject,
  jsonObject,
  ok,
  parseHex,
  type Refusal,
  type Result,
  readJson,
  refuse,
  taggedHash,
} from "@juno/base";
import { sha256 } from "../crypto/sodium.ts";
import {
  freshNonce,
  isBearable,
  NONCE_BYTES,
  type Passphrase,
  SALT_BYTES,
  type Sealed,
  TAG_BYTES,
} from "./passphrase.ts";

const KDF = "scrypt";
const CIPHER = "aes-256-gcm";
/** What a sealed document has besides the fields that anybody may see. */
const SEALED_MEMBERS: ReadonlySet<string> = new Set(["encryption", "sealed", "sum"]);
const COUNT_MAX = 0xffff_ffff;

export type SealedDocument = {
  /** What is not secret. */
  readonly open: JsonObject;
  readonly sealed: Sealed;
  /** What the seal covers besides the secrets. */
  readonly header: Uint8Array;
};

export const isSealed = (document: JsonObject): boolean => document.has("encryption");

const headerOf = (open: JsonObject, encryption: Json): Uint8Array =>
  canonicalJson(new Map([...open, ["encryption", encryption]]));

/** Found wrong before any work is done: what was damaged is told from what was opened with a wrong passphrase. */
const sumOf = (header: Uint8Array, box: Uint8Array): string =>
  hex(taggedHash(sha256, "key-file", header, box));

export function sealDocument(open: JsonObject, secret: Uint8Array, passphrase: Passphrase): JsonObject {
  const derivation = passphrase.derivation();
  const nonce = freshNonce();
  const { n, r, p, salt } = derivation;
  const encryption = jsonObject({
    ...{ kdf: KDF, n, r, p, salt: hex(salt) },
    ...{ cipher: CIPHER, nonce: hex(nonce) },
  });
  const header = headerOf(open, encryption);
  const box = passphrase.seal({ secret, derivation, nonce, header });
  return new Map<string, Json>([
    ...open,
    ["encryption", encryption],
    ["sealed", hex(box)],
    ["sum", sumOf(header, box)],
  ]);
}

const damaged = () => refuse("malformed", "is damaged: restore it from a backup");

/** Refused if it is not what was written, whatever the passphrase. */
export function readSealed(document: JsonObject): Result<SealedDocument, Refusal> {
  const open = new Map([...document].filter(([name]) => !SEALED_MEMBERS.has(name)));
  const [encryption, sealed, sum] = ["encryption", "sealed", "sum"].map((name) => document.get(name));
  const box = typeof sealed === "string" ? parseHex(sealed) : undefined;
  if (encryption === undefined || box === undefined || box.length <= TAG_BYTES) return damaged();
  const header = headerOf(open, encryption);
  if (sum !== sumOf(header, box)) return damaged();
  const read = readEncryption(encryption);
  if (!read.ok) return refuse("malformed", `is encrypted as nobody here opens it: ${read.error.detail}`);
  return ok({ open, sealed: { ...read.value, box }, header });
}

function readEncryption(encryption: Json): Result<Omit<Sealed, "box">, Refusal> {
  return readJson(encryption, "malformed", (field) => {
    const fields = field.object(["kdf", "n", "r", "p", "salt", "cipher", "nonce"]);
    if (fields.kdf.text() !== KDF) fields.kdf.fail(`"${KDF}" is expected`);
    if (fields.cipher.text() !== CIPHER) fields.cipher.fail(`"${CIPHER}" is expected`);
    const cost = { n: count(fields.n), r: count(fields.r), p: count(fields.p) };
    if (!isBearable(cost)) fields.n.fail("with r and p this is no cost of scrypt that is taken on");
    const derivation = { ...cost, salt: fields.salt.hexBytes(SALT_BYTES) };
    return { derivation, nonce: fields.nonce.hexBytes(NONCE_BYTES) };
  });
}

const count = (field: JsonField): number => field.integer({ min: 1, max: COUNT_MAX });
