// What happened at an election entry: whom the quorum let lead, upon which base, who led before and what became of it. Everything
// is read out of verified entries and certificates; what is kept beside them may be missing.

import type { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import {
  decodeCertificate,
  decodeTermCertificate,
  type Entry,
  type EvidenceClaim,
  type KnownEpochs,
  leaderOf,
} from "@juno/proof";
import type { Row } from "../audit/readable.ts";
import { blob } from "../store/column.ts";

/** An entry as far as an account names it. */
export type Mark = { readonly index: LogIndex; readonly time: number };

/** What the entries before the election say of the term before. */
export type Before = {
  readonly epoch: Epoch;
  readonly term: Term;
  /** The last entry of all, upon which the new term builds. */
  readonly last: Mark;
  /** The last command of that term; undefined if it brought none, or none that is here. */
  readonly lastCommand: Mark | undefined;
  /** Whether entries of that term may be missing, since the log begins above them. */
  readonly isCut: boolean;
};

export type KeptTerm = { readonly term: number; readonly voters: readonly NodeId[] };

export type ElectionAccount = {
  readonly term: Term;
  readonly leader: NodeId | undefined;
  readonly base: { readonly index: LogIndex; readonly hash: Hash };
  /** Whose votes are in the certificate; the others' may have been given too. */
  readonly voters: readonly NodeId[];
  readonly quorum: number;
  readonly electorate: number;
  readonly before: (Before & { readonly leader: NodeId | undefined }) | undefined;
  /** Terms in between, which have no entries. */
  readonly emptyTerms: number;
  /** Term certificates that are kept of this term and those in between: who wanted an election. */
  readonly termCertificates: readonly KeptTerm[];
  /** What is proved of voters in the term before, this one, and those in between. */
  readonly evidence: readonly EvidenceClaim[];
};

export type AccountParts = {
  readonly epochs: KnownEpochs;
  /** A verified election entry. */
  readonly entry: Entry;
  readonly before: Before | undefined;
  /** Rows of verified certificates. */
  readonly certificates: Iterable<Row>;
  readonly misbehaviour: readonly EvidenceClaim[];
};

export function electionAccount(parts: AccountParts): ElectionAccount | undefined {
  const { epochs, entry, before, certificates, misbehaviour } = parts;
  const certificate = decodeCertificate(entry.body);
  const electorate = epochs.of(entry.epoch)?.electorate;
  if (!certificate.ok || electorate === undefined) return undefined;
  const { position, statements } = certificate.value;
  const { epoch, term } = entry;
  // Each epoch numbers its terms anew.
  const earlier = before?.epoch === epoch ? before.term : 0;
  const isAround = (one: Place): boolean =>
    one.epoch === epoch && one.term !== undefined && earlier <= one.term && one.term <= term;
  return {
    term,
    leader: leaderOf(electorate, term),
    base: { index: position.index, hash: position.hash },
    voters: statements.map(({ voter }) => voter),
    quorum: electorate.quorum,
    electorate: electorate.voters.length,
    before: before && { ...before, leader: leaderIn(epochs, before) },
    emptyTerms: term - earlier - 1,
    termCertificates: termsIn(certificates, (one) => isAround(one) && one.term! > earlier),
    evidence: misbehaviour.filter(isAround),
  };
}

type Place = { readonly epoch: number; readonly term: number | undefined };

const leaderIn = (epochs: KnownEpochs, { epoch, term }: Before): NodeId | undefined => {
  const electorate = epochs.of(epoch)?.electorate;
  return electorate && leaderOf(electorate, term);
};

function termsIn(certificates: Iterable<Row>, isWanted: (place: Place) => boolean): KeptTerm[] {
  const kept: KeptTerm[] = [];
  for (const row of certificates) {
    const place = { epoch: Number(row.epoch), term: Number(row.term) };
    if (row.kind !== "term-certificate" || !isWanted(place)) continue;
    const certificate = decodeTermCertificate(blob(row.bytes));
    if (!certificate.ok) continue;
    const { term, statements } = certificate.value;
    kept.push({ term, voters: statements.map(({ voter }) => voter) });
  }
  return kept;
}
