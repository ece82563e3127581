// Configurations and elections for chains in memory: whatever administrators and voters sign, signed at once, since
// whoever makes such a chain holds all their keys.

import {
  canonicalJson,
  type Hash,
  hex,
  jsonObject,
  type NodeId,
  type Sha256,
  type Sign,
  signedBytes,
  Term,
} from "@juno/base";
import {
  actId,
  approvalCheck,
  type Certificate,
  type Configuration,
  type Electorate,
  encodeAck,
  encodeConfigBody,
  encodeVote,
  type MemberRole,
  type Point,
  policyJson,
  readinessBytes,
  type SignedStatement,
} from "@juno/proof";

export type MemoryVoter = { readonly id: NodeId; readonly sign: Sign };

/** A member of the epoch to come, with its secret where it votes. */
export type MemoryMember = MemoryVoter & {
  readonly signKey: Uint8Array;
  readonly transportKey: Uint8Array;
  readonly role?: MemberRole;
  readonly address?: string;
};

/** The end of the year 9998. */
const EXPIRES = 253_370_764_799_999;

export type MemoryAdmin = { readonly key: Uint8Array; readonly sign: Sign };

export type MemoryConfiguration = {
  readonly members: readonly MemoryMember[];
  /** Who approves: enough of those whom the policy of the epoch names, which stays as it is. */
  readonly admins: readonly MemoryAdmin[];
  readonly reason: string;
};

/** E55: the body of a config entry that may end the epoch of `before`. */
export function configBody(
  context: { readonly sha256: Sha256; readonly network: Hash; readonly before: Configuration },
  { members, admins, reason }: MemoryConfiguration,
): Uint8Array {
  const { network, sha256, before } = context;
  const epoch = before.epoch + 1;
  const nodes = members.map(({ id, role = "voter", signKey, transportKey, address }) =>
    jsonObject({ id, role, signKey: hex(signKey), transportKey: hex(transportKey), address }),
  );
  const policies = jsonObject({ admin: policyJson(before.admin) });
  const act = jsonObject({
    ...{ format: 1, kind: "configure", nonce: epoch.toString(16).padStart(32, "0") },
    ...{ expires: EXPIRES, reason },
    content: jsonObject({ epoch, nodes, policies }),
  });
  const document = canonicalJson(act);
  const id = actId(sha256, document);
  const approvals = admins
    .map(({ key, sign }) => {
      const { message } = approvalCheck(network, id, { key, signature: new Uint8Array(64) });
      return { key, signature: sign(message) };
    })
    .sort((a, b) => (hex(a.key) < hex(b.key) ? -1 : 1));
  const ready = votersAmong(members).map(({ id: node, sign }) => ({
    ...{ node, signature: sign(readinessBytes(network, id)) },
  }));
  return encodeConfigBody({ document, approvals, ready });
}

/** Ascending by id. */
export const votersAmong = (members: readonly MemoryMember[]): MemoryMember[] =>
  members.filter(({ role }) => role !== "observer").sort((a, b) => a.id - b.id);

const said = (
  { id, sign }: MemoryVoter,
  { tag, network, body }: { readonly tag: string; readonly network: Hash; readonly body: Uint8Array },
): SignedStatement => ({ voter: id, body, signature: sign(signedBytes({ tag, network, body })) });

/** Votes of a quorum for a term right above a point that is certified in term 0. */
export function electionUpon(
  { network, epoch, quorum }: Electorate,
  voters: readonly MemoryVoter[],
  { term, base }: { readonly term: Term; readonly base: Point },
): Certificate {
  const statements = voters.slice(0, quorum).map((voter) => {
    const vote = { epoch, from: voter.id, term, base: { term: Term(0), ...base } };
    return said(voter, { tag: "vote", network, body: encodeVote(vote) });
  });
  return { kind: "election", epoch, position: { term, index: base.index, hash: base.hash }, statements };
}

/** What each voter says once it has stored, certified and applied everything. */
export const acksOf = (
  { network, epoch }: Electorate,
  voters: readonly MemoryVoter[],
  at: {
    readonly term: Term;
    readonly head: Point;
    readonly applied: { readonly index: Point["index"]; readonly root: Hash };
  },
): readonly SignedStatement[] =>
  voters.map((voter) => {
    const { term, head, applied } = at;
    const ack = { epoch, from: voter.id, term, stored: head, certified: head, applied };
    return said(voter, { tag: "ack", network, body: encodeAck(ack) });
  });
