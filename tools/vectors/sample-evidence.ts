// Lies of the made-up network's voters for the golden vectors: one evidence of each kind, by what two
// statements it is made of.

import { LogIndex, NodeId, signedBytes, Term, utf8 } from "@juno/base";
import {
  type AppendStatement,
  type BareEntry,
  chainEntry,
  type Evidence,
  encodeAck,
  encodeAppendBody,
  encodeVote,
} from "@juno/proof";
import { ackOf, commands, entries, TERM, vote } from "./sample-log.ts";
import { digestOf, EPOCH, NETWORK, sha256, signWith, statementOf, VOTERS } from "./sample-network.ts";

/** Leads term 1. */
const LEADER = 2;

/** What the leader signs when it appends one entry above the first. */
function appendOf(content: Pick<BareEntry, "kind" | "body">): AppendStatement {
  const [previous, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
  const entry = chainEntry(sha256, previous.hash, { ...second, ...content });
  if (!entry.ok) throw new Error(entry.error.detail);
  const at = { index: previous.index, hash: previous.hash };
  const last = { index: entry.value.index, hash: entry.value.hash };
  const body = encodeAppendBody({ epoch: EPOCH, from: NodeId(LEADER), term: TERM, previous: at, last });
  const signature = signWith(
    VOTERS[LEADER - 1]!.pair,
    signedBytes({ tag: "append-entries", network: NETWORK, body }),
  );
  return { body, signature, headers: [entry.value] };
}

const voteFor = (term: number, index: number) => {
  const hash = index === 0 ? NETWORK : entries[index - 1]!.hash;
  const base = { term: Term(index === 0 ? 0 : 1), index: LogIndex(index), hash };
  return statementOf("vote", 1, encodeVote({ ...vote, term: Term(term), base }));
};
const ack = ackOf(3, { stored: 4, certified: 2 });

export const evidence: readonly Evidence[] = [
  {
    kind: "equivocation",
    first: appendOf(entries[1]!),
    second: appendOf({ kind: "config", body: utf8(`in place of ${commands.length} commands`) }),
  },
  { kind: "double-vote", first: voteFor(2, 2), second: voteFor(2, 3) },
  {
    kind: "stale-vote",
    first: statementOf("ack", 1, encodeAck(ackOf(1, { stored: 4, certified: 2 }))),
    second: voteFor(2, 0),
  },
  {
    kind: "false-attestation",
    first: statementOf("ack", 3, encodeAck(ack)),
    second: statementOf(
      "ack",
      3,
      encodeAck({ ...ack, applied: { ...ack.applied, root: digestOf("another root") } }),
    ),
  },
];
