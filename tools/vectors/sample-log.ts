// Four entries of the made-up network: an election, two commands, a configuration. And what its
// voters say about them: the statements, certificates and proofs of the golden vectors.

import { Hash, hex, LogIndex, NodeId, signedBytes, Term, utf8 } from "@juno/base";
import {
  type Ack,
  type BareEntry,
  type Certificate,
  type CommitProof,
  chainEntry,
  type Entry,
  encodeAck,
  encodeCertificate,
  encodeCommand,
  encodePreVote,
  encodeVote,
  genesisCertificate,
  networkStart,
  type SignedCommand,
  type TermCertificate,
} from "@juno/proof";
import { digestOf, EPOCH, keyPairOf, NETWORK, sha256, signWith, statementOf } from "./sample-network.ts";

export const TERM = Term(1);
const BASE = genesisCertificate(networkStart(NETWORK)).position;
const START_MS = 1_767_225_600_000;

const client = keyPairOf("client");

/** A command that the client signed, as formats of commands want it: tag, network, payload. */
function commandOf(nonce: string): SignedCommand {
  const payload = utf8(
    `{"network":"${hex(NETWORK)}","nonce":"${nonce}","expires":"2026-01-01T00:05:00.000Z",` +
      `"gasLimit":1000,"signers":[{"key":"${hex(client.key)}"}],"actions":[]}`,
  );
  const signature = signWith(client, signedBytes({ tag: "command", network: NETWORK, body: payload }));
  return { payload, signatures: [{ key: client.key, signature }] };
}

export const commands = ["00".repeat(16), "0123456789abcdef".repeat(2)].map(commandOf);

const voteOf = (voter: number) => ({ epoch: EPOCH, from: NodeId(voter), term: TERM, base: BASE });
export const vote = voteOf(1);

/** EC(1): votes of a quorum for the genesis position. */
export const election: Certificate = {
  kind: "election",
  epoch: EPOCH,
  position: { term: TERM, index: BASE.index, hash: BASE.hash },
  statements: [1, 2, 4].map((voter) => statementOf("vote", voter, encodeVote(voteOf(voter)))),
};

function chain(): Entry[] {
  const bodies: Pick<BareEntry, "kind" | "body">[] = [
    { kind: "election", body: encodeCertificate(election) },
    ...commands.map((command) => ({ kind: "command" as const, body: encodeCommand(command) })),
    { kind: "config", body: utf8("a configuration") },
  ];
  const entries: Entry[] = [];
  bodies.forEach(({ kind, body }, i) => {
    const bare = { epoch: EPOCH, index: LogIndex(i + 1), term: TERM, time: START_MS + 10 * i, kind, body };
    const entry = chainEntry(sha256, entries.at(-1)?.hash ?? NETWORK, bare);
    if (!entry.ok) throw new Error(entry.error.detail);
    entries.push(entry.value);
  });
  return entries;
}

export const entries = chain();
const pointAt = (index: number) => ({ index: LogIndex(index), hash: Hash(entries[index - 1]!.hash) });

export const preVoteOf = (voter: number) => ({
  epoch: EPOCH,
  from: NodeId(voter),
  term: TERM,
  entered: voter === 3,
  certified: BASE,
});

export const ackOf = (voter: number, places: { stored: number; certified: number }): Ack => ({
  epoch: EPOCH,
  from: NodeId(voter),
  term: TERM,
  stored: pointAt(places.stored),
  certified: pointAt(places.certified),
  applied: { index: LogIndex(1), root: digestOf("outcome root") },
});
const signedAck = (voter: number, places: { stored: number; certified: number }) =>
  statementOf("ack", voter, encodeAck(ackOf(voter, places)));

export const licence: TermCertificate = {
  term: TERM,
  statements: [1, 2, 3].map((voter) => statementOf("prevote", voter, encodePreVote(preVoteOf(voter)))),
};

/** QC(1, 4): Acks of a quorum that stored entry 4. */
export const quorum: Certificate = {
  kind: "quorum",
  epoch: EPOCH,
  position: { term: TERM, ...pointAt(4) },
  statements: [2, 3, 4].map((voter) => signedAck(voter, { stored: 4, certified: 2 })),
};

/** Entry 2 is committed: three Acks certified 2, 3 and 4. */
export const commitProof: CommitProof = {
  term: TERM,
  ...pointAt(2),
  headers: entries.slice(2, 4),
  acks: [2, 4, 3].map((certified, i) => signedAck(i + 1, { stored: 4, certified })),
};
