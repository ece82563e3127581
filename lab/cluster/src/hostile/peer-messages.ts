// One genuine message of every kind, as a voter may send it at any time: correct in form, signed, and of
// no consequence. Lies are made by changing these.

import { concatBytes, Term, utf8, Writer } from "@juno/base";
import {
  encodeAppendAttachment,
  encodeFetchBody,
  encodeRequestVoteBody,
  type Frame,
  type MessageKind,
  writeProofs,
  writeRecollection,
} from "@juno/consensus";
import { sha256 } from "@juno/node";
import {
  chainEntry,
  type Entry,
  encodeAck,
  encodeAppendBody,
  encodeEvidence,
  encodePreVote,
  encodeSnapshotStatement,
  encodeVote,
  FIRST_EPOCH,
  type Point,
  writeCertificate,
  writeEpochLink,
  writePosition,
  writeTermCertificate,
} from "@juno/proof";
import type { Intruder } from "./intruder.ts";
import type { Overheard } from "./overheard.ts";

export const NONE = Uint8Array.of(0);

/** `command` is the body of a command that may be relayed. */
export function peerMessages(
  intruder: Intruder,
  known: Overheard,
  command: Uint8Array,
): Readonly<Record<MessageKind, Frame>> {
  const common = { epoch: FIRST_EPOCH, from: intruder.id };
  const { term, certificate, termCertificate, commitProof, genesis } = known;
  const { position } = certificate;
  const base = { term: genesis.term, index: genesis.index, hash: genesis.hash };
  const point: Point = { index: position.index, hash: position.hash };
  const [before, ...entries] = known.entries.slice(-3);
  const proved = (writer: Writer) => writeCertificate(writer, certificate).finish();
  const attached = concatBytes(Uint8Array.of(1), proved(new Writer()));
  const probe = () => new Writer().u64(common.epoch).u32(common.from).u64(7);
  const fetch = { direction: "back" as const, certified: true, point, entriesMax: 100, bytesMax: 1000 };
  return {
    prevote: intruder.frame("prevote", {
      body: encodePreVote({ ...common, term: Term(term + 1), entered: false, certified: position }),
      attachment: attached,
    }),
    proofs: intruder.bulk("proofs", (w) => writeProofs(w, { termCertificate, certificate, commitProof })),
    "request-vote": intruder.frame("request-vote", {
      body: encodeRequestVoteBody({ ...common, term, base: position }),
      attachment: writeTermCertificate(writeCertificate(new Writer(), certificate), termCertificate).finish(),
    }),
    vote: intruder.frame("vote", { body: encodeVote({ ...common, term, base }), attachment: NONE }),
    "append-entries": appendOf(intruder, { term, previous: before!, entries }),
    ack: intruder.frame("ack", {
      body: encodeAck({ ...common, term, stored: point, certified: point, applied: known.ack.applied }),
      attachment: attached,
    }),
    commands: intruder.bulk("commands", (w) => w.list([command], (item, body) => item.bytes(body))),
    fetch: intruder.frame("fetch", { body: encodeFetchBody({ ...common, ...fetch }) }),
    "fetch-reply": intruder.bulk("fetch-reply", (w) => w.raw(known.fetchReply.attachment)),
    evidence: evidenceOf(intruder, known),
    probe: intruder.frame("probe", { body: probe().finish() }),
    "probe-reply": intruder.frame("probe-reply", {
      body: writePosition(probe(), position).finish(),
      attachment: proved(new Writer()),
    }),
    snapshot: intruder.frame("snapshot", {
      body: encodeSnapshotStatement({ ...common, index: point.index, snapshot: point.hash }),
    }),
    recall: intruder.frame("recall", { body: probe().finish() }),
    recollection: intruder.bulk("recollection", (w) => writeRecollection(w, { nonce: 7, words: [] })),
    epochs: intruder.bulk("epochs", (w) => w.list([], writeEpochLink)),
  };
}

/** AppendEntries with these consecutive entries. */
export function appendOf(
  intruder: Intruder,
  content: { readonly term: Term; readonly previous: Point; readonly entries: readonly Entry[] },
): Frame {
  const { term, previous, entries } = content;
  const fields = { epoch: FIRST_EPOCH, from: intruder.id, term, previous, last: entries.at(-1) ?? previous };
  return intruder.frame("append-entries", {
    body: encodeAppendBody(fields),
    attachment: encodeAppendAttachment(entries, undefined),
  });
}

/** Two entries of one leader at one index: against itself, in the term in which it would lead. */
function evidenceOf(intruder: Intruder, { genesis }: Overheard): Frame {
  const { voters } = intruder.genesis;
  const term = Term(voters.findIndex(({ id }) => id === intruder.id) || voters.length);
  const statements = ["one", "another"].map((text) => {
    const bare = { epoch: FIRST_EPOCH, index: 1, term, time: 1, kind: "config", body: utf8(text) } as Entry;
    const entry = chainEntry(sha256, genesis.hash, bare);
    if (!entry.ok) throw new Error(entry.error.detail);
    const fields = { epoch: FIRST_EPOCH, from: intruder.id, term, previous: genesis, last: entry.value };
    const body = encodeAppendBody(fields);
    return { body, signature: intruder.sign("append-entries", body), headers: [entry.value] };
  });
  const [first, second] = statements;
  return intruder.bulk("evidence", (w) =>
    w.raw(encodeEvidence({ kind: "equivocation", first: first!, second: second! })),
  );
}
