// A passphrase, and the sealing of secrets under it (E61): scrypt makes a key of it, AES-256-GCM seals with that. It knows bytes
// and no files. The text and what follows from it are private fields, so that no log or message that is handed one shows them.

import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { equalBytes, isWellFormedText, utf8 } from "@juno/base";
import { Failure } from "@juno/failure";
import { readPrivateText } from "./key-file.ts";

/** How a key is derived: scrypt's cost and the salt. */
export type Derivation = {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
};

export type Sealed = {
  readonly derivation: Derivation;
  readonly nonce: Uint8Array;
  /** The secret's bytes encrypted, then the tag. */
  readonly box: Uint8Array;
};

export const SALT_BYTES = 16;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const KEY_BYTES = 32;
const CIPHER = "aes-256-gcm";

/** 128 MiB, and a good part of a second: what a guess costs whoever stole the file. */
const COST = { n: 2 ** 17, r: 8, p: 1 };
const N_MAX = 2 ** 20;
const R_MAX = 32;
const P_MAX = 16;
/** Of n · r · p: at most 512 MiB, and four times the work of what is written here. */
const WORK_MAX = 2 ** 22;
const BYTES_PER_UNIT = 128;
/** Beyond what n and r take. */
const SLACK_BYTES = 2 ** 20;

/** Shorter ones are guessed, whatever a guess costs. */
const CHARACTERS_MIN = 12;
const PASSPHRASE_BYTES_MAX = 1024;

/** Whether this is a cost that a reader takes upon itself: nobody's file makes a node take all memory. */
export function isBearable({ n, r, p }: Omit<Derivation, "salt">): boolean {
  const isPowerOfTwo = n >= 2 && Number.isInteger(Math.log2(n));
  return isPowerOfTwo && n <= N_MAX && r <= R_MAX && p <= P_MAX && n * r * p <= WORK_MAX;
}

const sameDerivation = (a: Derivation, b: Derivation): boolean =>
  a.n === b.n && a.r === b.r && a.p === b.p && equalBytes(a.salt, b.salt);

export class Passphrase {
  readonly #bytes: Uint8Array;
  /** The last derivation and its key: files that share a salt cost one derivation. */
  #derived: { readonly derivation: Derivation; readonly key: Uint8Array } | undefined;

  /** Throws Failure("key_unusable") if the text can be no passphrase. */
  constructor(text: string) {
    const bytes = isWellFormedText(text) ? utf8(text) : new Uint8Array();
    if (bytes.length === 0 || bytes.length > PASSPHRASE_BYTES_MAX)
      throw new Failure("key_unusable", `a passphrase has 1 to ${PASSPHRASE_BYTES_MAX} bytes of UTF-8`);
    this.#bytes = bytes;
  }

  equals(other: Passphrase): boolean {
    return equalBytes(this.#bytes, other.#bytes);
  }

  /** Throws Failure("key_unusable") if files shall not be sealed with it. */
  demandStrength(): void {
    const characters = [...Buffer.from(this.#bytes).toString("utf8")].length;
    if (characters < CHARACTERS_MIN)
      throw new Failure(
        "key_unusable",
        `a passphrase of ${characters} characters is guessed too easily: take ${CHARACTERS_MIN} or more`,
      );
  }

  #keyFor(derivation: Derivation): Uint8Array {
    if (this.#derived !== undefined && sameDerivation(this.#derived.derivation, derivation))
      return this.#derived.key;
    const { n, r, p, salt } = derivation;
    const maxmem = BYTES_PER_UNIT * r * (n + p) + SLACK_BYTES;
    const key = new Uint8Array(scryptSync(this.#bytes, salt, KEY_BYTES, { N: n, r, p, maxmem }));
    this.#derived = { derivation, key };
    return key;
  }

  /**
   * How it seals: as the last file that it opened or sealed was, else with a new salt. So the keys that follow others can be opened by a
   * process that has opened those without the work of another derivation.
   */
  derivation(): Derivation {
    return this.#derived?.derivation ?? { ...COST, salt: new Uint8Array(randomBytes(SALT_BYTES)) };
  }

  /** `header` is what the file says in clear: it cannot be changed without the seal breaking. */
  seal(parts: {
    readonly secret: Uint8Array;
    readonly derivation: Derivation;
    readonly nonce: Uint8Array;
    readonly header: Uint8Array;
  }): Uint8Array {
    const cipher = createCipheriv(CIPHER, this.#keyFor(parts.derivation), parts.nonce);
    cipher.setAAD(parts.header);
    return new Uint8Array(Buffer.concat([cipher.update(parts.secret), cipher.final(), cipher.getAuthTag()]));
  }

  /** The secret, or undefined if this is not the passphrase, or the header not the one that was sealed. */
  open({ derivation, nonce, box }: Sealed, header: Uint8Array): Uint8Array | undefined {
    const at = box.length - TAG_BYTES;
    const cipher = createDecipheriv(CIPHER, this.#keyFor(derivation), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(header).setAuthTag(box.subarray(at));
    try {
      return new Uint8Array(Buffer.concat([cipher.update(box.subarray(0, at)), cipher.final()]));
    } catch {
      return undefined;
    }
  }
}

/** What service managers hand over is open to its group, where they let a user other than root read it. */
const OTHERS_MASK = 0o007;

/** A file's one line; throws Failure("key_unusable"). */
export function readPassphrase(path: string): Passphrase {
  const text = readPrivateText(path, { what: "passphrase file", othersMask: OTHERS_MASK });
  const [line = "", ...more] = text.replace(/\r?\n$/, "").split("\n");
  if (more.length > 0) throw new Failure("key_unusable", `${path}: a passphrase is one line`);
  return new Passphrase(line);
}

export const freshNonce = (): Uint8Array => new Uint8Array(randomBytes(NONCE_BYTES));
