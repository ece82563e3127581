// One key has one purpose: a key that two parts of the system use cannot be replaced in one.

import { hex, type JsonField } from "@juno/base";

export class KeyOwners {
  readonly #owners = new Map<string, string>();

  /** Reads a public key; refuses one that this document names already. */
  read(field: JsonField): Uint8Array {
    const bytes = field.hexBytes(32);
    this.take(hex(bytes), field);
    return bytes;
  }

  /** `key` in lower-case hex. */
  take(key: string, field: JsonField): void {
    const owner = this.#owners.get(key);
    if (owner !== undefined) field.fail(`this key is ${owner} already; every key has one purpose`);
    this.#owners.set(key, field.path);
  }
}
