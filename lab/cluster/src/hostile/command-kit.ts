// Commands made by hand, each part open to tampering: payload text, signatures, order, and the JSON they
// travel in. It uses keys it was given and nothing of the SDK, which would not let one do wrong.

import { randomBytes } from "node:crypto";
import type { SignedCommandJson } from "@juno/api";
import { type Hash, hex, type Prng, signedBytes, utf8 } from "@juno/base";
import type { Signer } from "@juno/client";
import { callAccounts } from "../accounts.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const create = (name: string, key: Uint8Array): Fields => ({
  call: callAccounts("create", { name, owner: { key: hex(key) } }),
});

const EXPIRES_IN_MS = 300_000;

export class CommandKit {
  readonly #network: Hash;
  #accounts = 0;

  constructor(network: Hash) {
    this.#network = network;
  }

  /** The payload's fields for one new account; `changes` replace or, if undefined, remove fields. */
  fields(signers: readonly Signer[], changes: Fields = {}): Fields {
    const all = {
      network: hex(this.#network),
      nonce: randomBytes(16).toString("hex"),
      expires: new Date(Date.now() + EXPIRES_IN_MS).toISOString(),
      gasLimit: 100_000,
      signers: signers.map(({ key }) => ({ key: hex(key) })),
      actions: [create(`made${++this.#accounts}`, signers[0]!.key)],
      ...changes,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  async sign(payload: string, signers: readonly Signer[]): Promise<SignedCommandJson> {
    const message = signedBytes({ tag: "command", network: this.#network, body: utf8(payload) });
    const signatures = await Promise.all(
      signers.map(async ({ key, sign }) => ({ key: hex(key), signature: hex(await sign(message)) })),
    );
    return { payload, signatures };
  }

  async command(signers: readonly Signer[], changes: Fields = {}): Promise<SignedCommandJson> {
    return await this.sign(JSON.stringify(this.fields(signers, changes)), signers);
  }
}

/** Text with one place changed. */
export function bendText(prng: Prng, text: string): string {
  const at = prng.below(text.length);
  const how = prng.below(6);
  if (how === 0) return text.slice(0, at) + text.slice(at + 1);
  if (how === 1) return text.slice(0, at) + text.charAt(at) + text.slice(at);
  if (how === 2) return text.slice(0, at);
  if (how === 3) return text.slice(0, at) + String.fromCharCode(32 + prng.below(95)) + text.slice(at + 1);
  if (how === 4) return text.slice(0, at) + prng.pick(SPECIAL) + text.slice(at);
  return text.slice(0, at) + prng.pick(SPECIAL) + text.slice(at + 1 + prng.below(8));
}

const SPECIAL = [
  "\0",
  "\\u0000",
  "\ud800",
  "\u{1f4a9}",
  '"',
  "\\",
  "{",
  "[",
  "]}",
  "-0",
  "1e9",
  ".5",
  "9007199254740992",
  "null",
  ",",
  '"x":1,',
  " ",
  "\n",
  "\ufeff",
  "[".repeat(70),
];

/** Values of a JSON document, replaced by others that do not belong there. */
export function bendValue(prng: Prng, value: unknown): unknown {
  if (prng.chance(1, 4)) return prng.pick(STRANGE);
  if (Array.isArray(value)) return bendArray(prng, value);
  if (typeof value === "object" && value !== null) return bendObject(prng, value as Fields);
  if (typeof value === "string" && value.length > 0) return bendText(prng, value);
  if (typeof value === "number") return prng.pick([0, -1, 0.5, value + 1, 2 ** 53, 1e300, value * 1e6]);
  return prng.pick(STRANGE);
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  "",
  0,
  -1,
  1.5,
  2 ** 53,
  [],
  {},
  [[]],
  "x".repeat(5000),
  { __proto__x: 1 },
  Array(1001).fill(0),
];

function bendArray(prng: Prng, items: readonly unknown[]): unknown[] {
  const at = prng.below(Math.max(1, items.length));
  const how = prng.below(5);
  if (how === 0) return [...items, ...items];
  if (how === 1) return items.filter((_, i) => i !== at);
  if (how === 2) return [...items].reverse();
  if (how === 3) return [...items, prng.pick(STRANGE)];
  return items.map((item, i) => (i === at ? bendValue(prng, item) : item));
}

function bendObject(prng: Prng, fields: Fields): Fields {
  const names = Object.keys(fields);
  const name = names.length === 0 ? "x" : prng.pick(names);
  const how = prng.below(6);
  if (how === 0) return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
  if (how === 1) return { ...fields, [bendText(prng, name)]: fields[name] };
  if (how === 2) return Object.fromEntries(Object.entries(fields).reverse());
  return { ...fields, [name]: bendValue(prng, fields[name]) };
}
