// The fields of one key file, taken out one by one; each complaint names file and field, never a secret. Secrets stand there in
// clear, or sealed under a passphrase (E61); whoever takes them out need not know which.

import { concatBytes, hex, type Json, type JsonObject, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import { readKeyDocument } from "./key-file.ts";
import type { Passphrase } from "./passphrase.ts";
import { isSealed, readSealed, type SealedDocument, sealDocument } from "./sealed-document.ts";

const SECRET_BYTES = 32;

/** A key file's document: what anybody may see, and the secrets, sealed if there is a passphrase for them. */
export function keyDocument(
  open: JsonObject,
  secrets: Readonly<Record<string, Uint8Array>>,
  passphrase: Passphrase | undefined,
): JsonObject {
  if (passphrase !== undefined) return sealDocument(open, concatBytes(...Object.values(secrets)), passphrase);
  const inClear = Object.entries(secrets).map(([name, secret]) => [name, hex(secret)] as const);
  return new Map<string, Json>([...open, ...inClear]);
}

/** Throws Failure("key_unusable") unless the file is private, and whole as far as can be seen without a passphrase. */
export function readKeyFile(path: string): KeyFields {
  return new KeyFields(path, readKeyDocument(path));
}

export class KeyFields {
  readonly #path: string;
  readonly #fields: Map<string, Json>;
  readonly #sealed: SealedDocument | undefined;

  constructor(path: string, document: JsonObject) {
    this.#path = path;
    const sealed = isSealed(document) ? readSealed(document) : undefined;
    if (sealed !== undefined && !sealed.ok)
      throw new Failure("key_unusable", `${path} ${sealed.error.detail}`);
    this.#sealed = sealed?.value;
    this.#fields = new Map(this.#sealed?.open ?? document);
  }

  get isEncrypted(): boolean {
    return this.#sealed !== undefined;
  }

  fail(detail: string): never {
    throw new Failure("key_unusable", `${this.#path}: ${detail}`);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  #take(name: string): Json | undefined {
    const value = this.#fields.get(name);
    this.#fields.delete(name);
    return value;
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value !== "string" || value === "") this.fail(`"${name}" is missing or not a text`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#fields.has(name) ? this.text(name) : undefined;
  }

  /** 32 bytes of lower-case hex. */
  key(name: string): Uint8Array {
    const value = this.#take(name);
    const bytes = typeof value === "string" ? parseHex(value, 32) : undefined;
    if (bytes === undefined) this.fail(`"${name}" is not 64 lower-case hex digits`);
    return bytes;
  }

  opensWith(passphrase: Passphrase): boolean {
    return (
      this.#sealed !== undefined && passphrase.open(this.#sealed.sealed, this.#sealed.header) !== undefined
    );
  }

  /** Those of these names, in the order in which they are sealed. */
  secrets<N extends string>(
    names: readonly N[],
    passphrase: Passphrase | undefined,
  ): Readonly<Record<N, Uint8Array>> {
    const found = this.#sealed === undefined ? undefined : this.#open(this.#sealed, passphrase);
    if (found !== undefined && found.length !== names.length * SECRET_BYTES)
      this.fail("other secrets are sealed in it than such a file has");
    const secrets = names.map((name, i) => {
      const secret = found?.slice(i * SECRET_BYTES, (i + 1) * SECRET_BYTES) ?? this.key(name);
      return [name, secret] as const;
    });
    return Object.fromEntries(secrets) as Record<N, Uint8Array>;
  }

  #open({ sealed, header }: SealedDocument, passphrase: Passphrase | undefined): Uint8Array {
    const path = this.#path;
    if (passphrase === undefined)
      throw new Failure(
        "key_unusable",
        `${path} is encrypted: give its passphrase in --passphrase-file FILE`,
      );
    const secret = passphrase.open(sealed, header);
    if (secret === undefined) throw new Failure("key_unusable", `${path}: the passphrase is wrong`);
    return secret;
  }

  /** A whole number from 1 up to 2^32 - 1. */
  number(name: string): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > 0xffff_ffff)
      this.fail(`"${name}" is not a whole number above zero`);
    return value;
  }

  end(): void {
    const [unknown] = this.#fields.keys();
    if (unknown !== undefined) this.fail(`there is no field "${unknown}" in such a file`);
  }
}
