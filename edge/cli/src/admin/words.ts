// Acts and configurations in words: whoever signs must be able to read what it means.

import { canonicalText, hex } from "@juno/base";
import {
  type Configuration,
  faultsOf,
  type Member,
  type Policy,
  policyJson,
  quorumOf,
  satisfies,
  votersOf,
} from "@juno/proof";

/** What a key, lower-case hex, is called by people. */
export type NameOf = (key: string) => string;

const KEY_DIGITS = 12;

export const shortKey = (key: string): string => key.slice(0, KEY_DIGITS);

export const namesOf =
  (known: ReadonlyMap<string, string>): NameOf =>
  (key) =>
    known.get(key) ?? `key ${shortKey(key)}`;

export function policyText(policy: Policy, nameOf: NameOf): string {
  if (policy.kind === "key") return nameOf(policy.key);
  const parts = policy.of.map((part) => {
    const text = policyText(part, nameOf);
    return part.kind === "key" ? text : `(${text})`;
  });
  return parts.length === 1 ? parts[0]! : `${policy.count} of ${parts.join(", ")}`;
}

/** What a policy still lacks of these keys; undefined if nothing. */
export function lackingText(policy: Policy, keys: ReadonlySet<string>, nameOf: NameOf): string | undefined {
  if (satisfies(policy, keys)) return undefined;
  if (policy.kind === "key") return nameOf(policy.key);
  const met = policy.of.filter((part) => satisfies(part, keys)).length;
  const open = policy.of.flatMap((part) => lackingText(part, keys, nameOf) ?? []);
  const needed = policy.count - met;
  return needed === open.length && needed === 1 ? open[0]! : `${needed} of ${open.join(", ")}`;
}

const placeOf = ({ address }: Member): string => (address === undefined ? "" : ` at ${address}`);
const keyChanged = (name: string, before: Uint8Array, after: Uint8Array): string[] =>
  hex(before) === hex(after) ? [] : [`another ${name}, ${shortKey(hex(after))} for ${shortKey(hex(before))}`];

function memberChange(before: Member, after: Member): string[] {
  const changes = [
    ...(before.role === after.role ? [] : [`${before.role} becomes ${after.role}`]),
    ...keyChanged("signing key", before.signKey, after.signKey),
    ...keyChanged("transport key", before.transportKey, after.transportKey),
    ...(before.address === after.address ? [] : [`address ${after.address ?? "not told"}`]),
  ];
  return changes.length === 0 ? [] : [`node ${after.id}: ${changes.join("; ")}`];
}

function quorumLine(what: string, before: number, after: number): string {
  return `  ${what}: ${before === after ? after : `${before} → ${after}`}`;
}

/** What another configuration changes, and the quorum that results. */
export function configurationWords(before: Configuration, after: Configuration, nameOf: NameOf): string[] {
  const was = new Map(before.members.map((member) => [member.id, member]));
  const stays = new Set(after.members.map(({ id }) => id));
  const changes = after.members.flatMap((member) => {
    const old = was.get(member.id);
    if (old !== undefined) return memberChange(old, member);
    return [
      `node ${member.id} joins, ${member.role}${placeOf(member)}, signing key ${shortKey(hex(member.signKey))}`,
    ];
  });
  const gone = before.members
    .filter(({ id }) => !stays.has(id))
    .map(({ id, role }) => `node ${id} leaves, ${role}`);
  const isSameAdmin = canonicalText(policyJson(before.admin)) === canonicalText(policyJson(after.admin));
  const admins = isSameAdmin
    ? []
    : [`administrators: ${policyText(after.admin, nameOf)}, for ${policyText(before.admin, nameOf)}`];
  const [n, m] = [votersOf(before).length, votersOf(after).length];
  return [
    `Epoch ${after.epoch}, after epoch ${before.epoch}:`,
    ...[...changes, ...gone, ...admins].map((line) => `  ${line}`),
    quorumLine("voters (n)", n, m),
    quorumLine("may be down or lie (f)", faultsOf(n), faultsOf(m)),
    quorumLine("must agree (q)", quorumOf(n), quorumOf(m)),
  ];
}
