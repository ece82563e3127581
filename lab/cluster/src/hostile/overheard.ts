// What an intruder learns of a cluster by listening: terms, certificates, proofs, entries, all of them
// genuine. It is what good lies are made of.

import { decodeWith, hex, LogIndex, Term } from "@juno/base";
import { encodeFetchBody, type Frame } from "@juno/consensus";
import { sha256 } from "@juno/node";
import {
  type Ack,
  type Certificate,
  type CommitProof,
  chainEntry,
  decodeAck,
  type Entry,
  encodePreVote,
  FIRST_EPOCH,
  type Position,
  readCertificate,
  readCommitProof,
  readEntry,
  readPoint,
  readTermCertificate,
  type TermCertificate,
} from "@juno/proof";
import type { Intruder } from "./intruder.ts";

export type Overheard = {
  readonly genesis: Position;
  readonly term: Term;
  readonly termCertificate: TermCertificate;
  /** Of the newest certified position. */
  readonly certificate: Certificate;
  readonly commitProof: CommitProof;
  readonly ack: Ack;
  /** Consecutive, up to the certified position. */
  readonly entries: readonly Entry[];
  /** The frame they came in. */
  readonly fetchReply: Frame;
};

/** Asks for what is not said by itself: a node that seems to lag is shown all proofs. */
export async function overhear(intruder: Intruder): Promise<Overheard> {
  const genesis: Position = { term: Term(0), index: LogIndex(0), hash: intruder.genesis.network };
  const wish = { epoch: FIRST_EPOCH, from: intruder.id, term: Term(0), entered: false, certified: genesis };
  for (const id of intruder.peers)
    intruder.send(id, intruder.frame("prevote", { body: encodePreVote(wish), attachment: Uint8Array.of(0) }));
  const proofs = await intruder.hears("proofs", ({ attachment }) => {
    const read = decodeWith(attachment, (r) => ({
      termCertificate: r.option(readTermCertificate),
      certificate: r.option(readCertificate),
      commitProof: r.option(readCommitProof),
    }));
    if (!read.ok) return undefined;
    const { termCertificate, certificate, commitProof } = read.value;
    const isWhole = termCertificate !== undefined && certificate !== undefined && commitProof !== undefined;
    return isWhole ? { termCertificate, certificate, commitProof } : undefined;
  });
  const ack = await intruder.hears("ack", ({ body }) => {
    const read = decodeAck(body);
    return read.ok && read.value.applied.index > 0 ? read.value : undefined;
  });
  const { entries, frame: fetchReply } = await fetched(intruder, proofs.certificate.position);
  return { genesis, term: proofs.termCertificate.term, ...proofs, ack, entries, fetchReply };
}

/** The entries up to a certified position, fetched as any voter may. */
async function fetched(
  intruder: Intruder,
  { index, hash }: Position,
): Promise<{ readonly entries: readonly Entry[]; readonly frame: Frame }> {
  const body = encodeFetchBody({
    epoch: FIRST_EPOCH,
    from: intruder.id,
    direction: "back",
    certified: true,
    point: { index, hash },
    entriesMax: 256,
    bytesMax: 1 << 20,
  });
  for (const id of intruder.peers) intruder.send(id, intruder.frame("fetch", { body }));
  return await intruder.hears("fetch-reply", (frame) => {
    const entries = entriesIn(frame.attachment);
    const last = entries.at(-1);
    return last !== undefined && hex(last.hash) === hex(hash) ? { entries, frame } : undefined;
  });
}

function entriesIn(attachment: Uint8Array): Entry[] {
  const read = decodeWith(attachment, (r) => {
    r.bool();
    r.bool();
    const before = readPoint(r);
    const bare = r.list(10_000, (item) => readEntry(item, 1 << 24));
    r.raw(r.remaining);
    return { before, bare };
  });
  if (!read.ok) return [];
  const entries: Entry[] = [];
  let { hash } = read.value.before;
  for (const item of read.value.bare) {
    const entry = chainEntry(sha256, hash, item);
    if (!entry.ok) return [];
    entries.push(entry.value);
    ({ hash } = entry.value);
  }
  return entries;
}
