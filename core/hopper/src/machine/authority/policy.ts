// Policies (C6, L43): which sets of signers have authority. A policy is a key, a role, "at least k of these",
// or a policy that holds from some time on. Limits keep them small enough to be judged exactly: at most 4 such
// lists and times within each other, at most 64 keys and roles, each key once, k within reach.

import { err, hex, ok, parseHex, type Result } from "@juno/base";
import { PersistentList } from "../persistent-list.ts";
import { Construct, type Integer, type Value } from "../value.ts";

export type Policy =
  /** An Ed25519 public key, lower-case hex. */
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "at-least"; readonly count: number; readonly of: readonly Policy[] }
  | { readonly kind: "role"; readonly role: string }
  | { readonly kind: "after"; readonly time: Integer; readonly policy: Policy };

export const POLICY_DEPTH_MAX = 4;
export const POLICY_PARTS_MAX = 64;
export const KEY_BYTES = 32;

const KEY = 0;
const AT_LEAST = 1;
const ROLE = 2;
const AFTER = 3;

/** Thrown while reading only; `readPolicy` turns it into a refusal. */
class LimitRefusal extends Error {}

const refuse = (expected: string): never => {
  throw new LimitRefusal(expected);
};

/** Reads a value as a policy. Each step reads a part or ends, so sharing within the value costs nothing. */
class PolicyReader {
  readonly #keys = new Set<string>();
  #parts = 0;

  read(value: Value, depth: number): Policy {
    const { tag, fields } = value as Construct;
    if (tag === KEY || tag === ROLE) return this.#part(tag, fields[0]!);
    if (depth === POLICY_DEPTH_MAX) refuse(`a policy at most ${POLICY_DEPTH_MAX} deep`);
    if (tag === AFTER) {
      return { kind: "after", time: fields[0] as Integer, policy: this.read(fields[1]!, depth + 1) };
    }
    const [count, parts] = fields as readonly [Integer, PersistentList];
    if (count < 1 || count > parts.length) {
      refuse("a policy that asks for at least one of its parts, and for no more than it has");
    }
    const of: Policy[] = [];
    for (const part of parts) of.push(this.read(part, depth + 1));
    return { kind: "at-least", count: Number(count), of };
  }

  #part(tag: number, name: Value): Policy {
    this.#parts += 1;
    if (this.#parts > POLICY_PARTS_MAX) refuse(`a policy of at most ${POLICY_PARTS_MAX} keys and roles`);
    if (tag === ROLE) return { kind: "role", role: name as string };
    const key = hex(name as Uint8Array);
    if (this.#keys.has(key)) refuse("a policy in which each key stands once");
    this.#keys.add(key);
    return { kind: "key", key };
  }
}

type Reading = Result<Policy, { readonly expected: string }>;

/** Values do not change; an owner's policy is read for each row and each signature it stands in. */
const readings = new WeakMap<Construct, Reading>();

/** The policy of a value of that type, or what would be within the limits. */
export function readPolicy(value: Value): Reading {
  let reading = readings.get(value as Construct);
  if (reading === undefined) {
    reading = readWithin(value);
    readings.set(value as Construct, reading);
  }
  return reading;
}

function readWithin(value: Value): Reading {
  try {
    return ok(new PolicyReader().read(value, 0));
  } catch (error) {
    if (!(error instanceof LimitRefusal)) throw error;
    return err({ expected: error.message });
  }
}

export function policyValue(policy: Policy): Value {
  switch (policy.kind) {
    case "key":
      return new Construct(KEY, [parseHex(policy.key, KEY_BYTES)!]);
    case "role":
      return new Construct(ROLE, [policy.role]);
    case "after":
      return new Construct(AFTER, [policy.time, policyValue(policy.policy)]);
    case "at-least":
      return new Construct(AT_LEAST, [policy.count, PersistentList.of(policy.of.map(policyValue))]);
  }
}
