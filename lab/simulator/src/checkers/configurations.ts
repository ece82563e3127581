// What ends an epoch (S12, E55, E56), judged once more: whose approvals a configuration has, who is ready for it, who
// committed it, and who votes after it. Nothing here asks the code that nodes judge links with, but for reading bytes.

import { equalBytes, hex, type Result, signedBytes } from "@juno/base";
import {
  type BareEntry,
  type ConfigurationAct,
  decodeConfigBody,
  type EpochFacts,
  type EpochLink,
  electorateOf,
  entryHash,
  type Policy,
  parseConfigurationAct,
} from "@juno/proof";
import { sha256, verifySignature } from "../crypto.ts";
import { faultOfCommit } from "./certificates.ts";
import { quorumIn } from "./quorum.ts";

function isGranted(policy: Policy, keys: ReadonlySet<string>): boolean {
  if (policy.kind === "key") return keys.has(policy.key);
  return policy.of.filter((part) => isGranted(part, keys)).length >= policy.count;
}

type Judged = { readonly act: ConfigurationAct; readonly fault: string | undefined };

/** The act in a config entry, and why it may not end the epoch of `before`. */
function judged(before: EpochFacts, { body, time }: Pick<BareEntry, "body" | "time">): Judged | string {
  const read = decodeConfigBody(body);
  const parsed: Result<ConfigurationAct, unknown> | undefined = read.ok
    ? parseConfigurationAct(sha256, read.value.document)
    : undefined;
  if (!read.ok || !parsed?.ok) return "is no configuration";
  const act = parsed.value;
  const { network, epoch } = before.electorate;
  const approving = read.value.approvals.filter(({ key, signature }) =>
    verifySignature({ key, message: signedBytes({ tag: "act", network, body: act.id }), signature }),
  );
  const isApproved = isGranted(before.configuration.admin, new Set(approving.map(({ key }) => hex(key))));
  const voters = act.members.filter(({ role }) => role === "voter");
  const message = signedBytes({ tag: "ready", network, body: act.id });
  const ready = voters.filter(({ id, signKey }) =>
    read.value.ready.some(
      ({ node, signature }) => node === id && verifySignature({ key: signKey, message, signature }),
    ),
  );
  const faults = [
    act.epoch === epoch + 1 ? undefined : `is of epoch ${act.epoch}, and ends epoch ${epoch}`,
    time <= act.expires ? undefined : "has expired",
    isApproved ? undefined : "lacks the approval of the administrators",
    ready.length >= quorumIn(voters.length)
      ? undefined
      : `has ${ready.length} of ${voters.length} voters ready`,
  ];
  return { act, fault: faults.find((fault) => fault !== undefined) };
}

/** Why an entry may not end the epoch of `before`, or undefined. */
export function faultOfConfiguration(before: EpochFacts, entry: BareEntry): string | undefined {
  const found = judged(before, entry);
  return typeof found === "string" ? found : found.fault;
}

/** The epoch that a link leads to, or why it leads nowhere. */
export function factsAfter(before: EpochFacts, link: EpochLink): EpochFacts | string {
  const { previous, entry, proof } = link;
  const { network, epoch } = before.electorate;
  if (entry.kind !== "config" || entry.epoch !== epoch) return "is of another entry";
  const found = judged(before, entry);
  if (typeof found === "string") return found;
  if (found.fault !== undefined) return found.fault;
  const start = {
    index: entry.index,
    hash: entryHash(sha256, previous, { ...entry, bodyDigest: sha256(entry.body) }),
  };
  const isOfEntry = proof.index === start.index && equalBytes(proof.hash, start.hash);
  if (!isOfEntry) return "is proved by the commit of another entry";
  const fault = faultOfCommit(before.electorate, proof);
  if (fault !== undefined) return `is committed with ${fault}`;
  const { act } = found;
  const voters = act.members.filter(({ role }) => role === "voter");
  return {
    electorate: electorateOf({ network, epoch: act.epoch, start, voters }),
    configuration: act,
    keyOf: new Map(act.members.map(({ id, signKey }) => [id, signKey])),
    link,
  };
}
