// Policies: which sets of signatures have authority (C6). A policy is a key or "at least k of these
// policies". Each key stands in it once, so that no signer is counted twice, and k is within reach,
// so that every policy can be satisfied.

import { assert, type Json, type JsonField, jsonObject } from "@juno/base";

/** Keys are Ed25519 public keys in lower-case hex. */
export type Policy =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "atLeast"; readonly count: number; readonly of: readonly Policy[] };

const POLICY_DEPTH_MAX = 4;
const POLICY_KEYS_MAX = 64;

/** C6: reads {"key": hex} or {"atLeast": k, "of": [policy…]}. */
export const readPolicy = (field: JsonField): Policy => readNested(field, new Set(), 0);

function readNested(field: JsonField, keys: Set<string>, depth: number): Policy {
  const { key, atLeast, of } = field.object([], ["key", "atLeast", "of"]);
  if (key !== undefined) {
    if (atLeast !== undefined || of !== undefined) field.fail("a policy is a key or a list, not both");
    key.hexBytes(32);
    const text = key.text();
    if (keys.has(text)) key.fail("this key stands in the policy already");
    keys.add(text);
    if (keys.size > POLICY_KEYS_MAX) key.fail(`a policy has at most ${POLICY_KEYS_MAX} keys`);
    return { kind: "key", key: text };
  }
  if (atLeast === undefined || of === undefined) {
    return field.fail('a policy is {"key": …} or {"atLeast": k, "of": […]}');
  }
  if (depth === POLICY_DEPTH_MAX) field.fail(`policies are at most ${POLICY_DEPTH_MAX} deep`);
  const items = of.array({ min: 1, max: POLICY_KEYS_MAX });
  const count = atLeast.integer({ min: 1, max: items.length });
  return { kind: "atLeast", count, of: items.map((item) => readNested(item, keys, depth + 1)) };
}

/** The form that `readPolicy` reads. */
export function policyJson(policy: Policy): Json {
  if (policy.kind === "key") return jsonObject({ key: policy.key });
  return jsonObject({ atLeast: policy.count, of: policy.of.map(policyJson) });
}

/** Whether the holders of `keys` (lower-case hex), all of whom signed, have the policy's authority. */
export function satisfies(policy: Policy, keys: ReadonlySet<string>): boolean {
  if (policy.kind === "key") return keys.has(policy.key);
  let met = 0;
  for (const part of policy.of) if (satisfies(part, keys)) met += 1;
  return met >= policy.count;
}

/** All keys that stand in the policy. */
export function policyKeys(policy: Policy): string[] {
  return policy.kind === "key" ? [policy.key] : policy.of.flatMap(policyKeys);
}

/** The policy of one key. */
export function keyPolicy(key: string): Policy {
  assert(key.length === 64, "a policy's key is 64 hex digits");
  return { kind: "key", key };
}
