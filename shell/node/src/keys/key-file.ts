// Files that hold secrets: read only if nobody else can read them, created once and never replaced.
// It knows nothing of what the secrets are for. Invariant: a file either stands whole, synced and
// private, or does not stand; an existing one is never touched.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { parseHex } from "@juno/base";
import { Failure } from "@juno/failure";

const FILE_BYTES_MAX = 65_536;
const OTHERS_MASK = 0o077;

const unusable = (message: string, cause?: unknown): Failure =>
  new Failure("key_unusable", message, { cause });

/** The fields of a key file; throws Failure("key_unusable") unless it is private and a JSON object. */
export function readKeyFile(path: string): KeyFields {
  const text = readPrivateText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message may quote the secret.
    throw unusable(`${path} is not JSON: restore it from a backup`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw unusable(`${path} does not hold a JSON object`);
  return new KeyFields(path, value);
}

function readPrivateText(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw unusable(missing ? `there is no key file ${path}` : `${path} cannot be opened`, cause);
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if ((mode & 0o170000) !== 0o100000) throw unusable(`${path} is not a file`);
    // Windows has no such modes; there the folder's access list has to keep others out.
    if (process.platform !== "win32" && (mode & OTHERS_MASK) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, "0");
      throw unusable(`${path} is open to other users (mode ${shown}): run chmod 600 ${path}`);
    }
    if (size > FILE_BYTES_MAX)
      throw unusable(`${path} has ${size} bytes, a key file at most ${FILE_BYTES_MAX}`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a new file of mode 0600; throws Failure("key_unusable") if one exists or it cannot be written. */
export function createKeyFile(path: string, fields: Readonly<Record<string, string | number>>): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    writeSynced(draft, `${JSON.stringify(fields, undefined, 2)}\n`);
    // A link, unlike a rename, refuses to replace what is there.
    linkSync(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST")
      throw unusable(`${path} exists already; keys are never overwritten`, cause);
    throw unusable(`${path} cannot be written: does its folder exist, and is there space?`, cause);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

function writeSynced(path: string, text: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Without this a power loss may take the new name away again. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Takes the fields of one key file out one by one; each complaint names file and field, never a secret. */
export class KeyFields {
  readonly #path: string;
  readonly #fields: Map<string, unknown>;

  constructor(path: string, fields: object) {
    this.#path = path;
    this.#fields = new Map(Object.entries(fields));
  }

  fail(detail: string): never {
    throw unusable(`${this.#path}: ${detail}`);
  }

  #take(name: string): unknown {
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
