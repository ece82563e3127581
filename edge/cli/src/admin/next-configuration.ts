// The complete next configuration, made from the one in force and what shall change (E55). An act names all of it, so that
// whoever signs sees the network that results, and not a step that depends on what others do meanwhile.

import { canonicalText, Epoch, equalBytes, hex, type Json, jsonObject } from "@juno/base";
import { type Configuration, type Member, type MemberRole, type Policy, policyJson } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import type { AnnouncedKeys } from "./node-keys-file.ts";

export type Change =
  | { readonly kind: "add"; readonly keys: AnnouncedKeys; readonly role: MemberRole }
  | { readonly kind: "remove"; readonly id: number }
  | { readonly kind: "role"; readonly id: number; readonly role: MemberRole }
  /** The same node under other keys. */
  | { readonly kind: "keys"; readonly keys: AnnouncedKeys }
  | { readonly kind: "replace"; readonly id: number; readonly keys: AnnouncedKeys }
  | { readonly kind: "admins"; readonly policy: Policy };

const KEYS_OF = ["signKey", "transportKey"] as const;

function memberOf({ members }: Configuration, id: number): Member {
  const member = members.find((one) => one.id === id);
  if (member !== undefined) return member;
  const known = members.map((one) => one.id).join(", ");
  throw new Complaint(`The network has no node ${id}; its nodes are ${known}.`);
}

/** The same node under the keys of a file; an address that the file does not say stays. */
const rekeyed = (member: Member, { id, signKey, transportKey, address }: AnnouncedKeys): Member => ({
  ...member,
  ...{ id, signKey, transportKey, address: address ?? member.address },
});

function added(now: Configuration, keys: AnnouncedKeys, role: MemberRole): readonly Member[] {
  const known = now.members.find(({ id }) => id === keys.id);
  if (known === undefined) return [...now.members, { ...keys, role }];
  throw new Complaint(
    `The network has a node ${keys.id} already, a${known.role === "observer" ? "n" : ""} ${known.role}: promote it, rotate its keys, or give the new one another id.`,
  );
}

function withRole(now: Configuration, id: number, role: MemberRole): readonly Member[] {
  const member = memberOf(now, id);
  if (member.role === role)
    throw new Complaint(`Node ${id} is a${role === "observer" ? "n" : ""} ${role} already.`);
  return now.members.map((one) => (one.id === id ? { ...one, role } : one));
}

function withKeys(now: Configuration, keys: AnnouncedKeys): readonly Member[] {
  const member = memberOf(now, keys.id);
  const after = rekeyed(member, keys);
  const isSame = KEYS_OF.every((name) => equalBytes(member[name], keys[name]));
  if (isSame && after.address === member.address)
    throw new Complaint(`Node ${keys.id} has these keys already.`);
  return now.members.map((one) => (one.id === keys.id ? after : one));
}

function replaced(now: Configuration, old: number, keys: AnnouncedKeys): readonly Member[] {
  const member = memberOf(now, old);
  if (keys.id !== old && now.members.some(({ id }) => id === keys.id))
    throw new Complaint(`The network has a node ${keys.id} already: give the new one another id.`);
  const kept = KEYS_OF.find((name) => equalBytes(member[name], keys[name]));
  if (kept !== undefined)
    throw new Complaint(
      `The new node has the ${kept} of node ${old}: another machine needs keys of its own.`,
    );
  return now.members.map((one) =>
    one.id === old ? { ...rekeyed(member, keys), address: keys.address } : one,
  );
}

function membersAfter(now: Configuration, change: Change): readonly Member[] {
  if (change.kind === "add") return added(now, change.keys, change.role);
  if (change.kind === "role") return withRole(now, change.id, change.role);
  if (change.kind === "keys") return withKeys(now, change.keys);
  if (change.kind === "replace") return replaced(now, change.id, change.keys);
  if (change.kind === "admins") return now.members;
  memberOf(now, change.id);
  return now.members.filter(({ id }) => id !== change.id);
}

export function nextConfiguration(now: Configuration, change: Change): Configuration {
  const admin = change.kind === "admins" ? change.policy : now.admin;
  if (change.kind === "admins" && canonicalText(policyJson(admin)) === canonicalText(policyJson(now.admin)))
    throw new Complaint("The administrators' policy is that already.");
  const members = [...membersAfter(now, change)].sort((a, b) => a.id - b.id);
  return { epoch: Epoch(now.epoch + 1), members, admin };
}

/** E55: the content of the act. */
export const configurationJson = ({ epoch, members, admin }: Configuration): Json =>
  jsonObject({
    epoch,
    nodes: members.map(({ id, role, signKey, transportKey, address }) =>
      jsonObject({ id, role, signKey: hex(signKey), transportKey: hex(transportKey), address }),
    ),
    policies: jsonObject({ admin: policyJson(admin) }),
  });
