// Proof that a voter has lied (E36): two statements that it signed and that no honest voter ever
// signs both. It convinces whoever has the genesis, and changes nothing about what is safe. Invariant:
// nothing that an honest voter says, in whatever order and however often it restarts, is evidence.

import {
  decodeWith,
  type Epoch,
  equalBytes,
  type Hash,
  type LogIndex,
  type NodeId,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
  type Term,
  Writer,
} from "@juno/base";
import {
  type AppendBody,
  type AppendStatement,
  decodeAppendBody,
  readAppendStatement,
  writeAppendStatement,
} from "./append-statement.ts";
import { entryHash } from "./entry.ts";
import { electorateOfBody, type KnownEpochs } from "./known-epochs.ts";
import { rootsConflict } from "./outcome.ts";
import { type Electorate, leaderOf } from "./quorum.ts";
import {
  type Ack,
  compareRank,
  decodeAck,
  decodeVote,
  readStatement,
  type SignedStatement,
  type StatementTag,
  statementCheck,
  type Vote,
  writeStatement,
} from "./statement.ts";

/** E36: the order of the kinds is their code, from 1. */
export const EVIDENCE_KINDS = ["equivocation", "double-vote", "stale-vote", "false-attestation"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

type Two<S> = { readonly first: S; readonly second: S };

export type Evidence =
  | ({ readonly kind: "equivocation" } & Two<AppendStatement>)
  | ({ readonly kind: "double-vote" | "stale-vote" | "false-attestation" } & Two<SignedStatement>);

/** What evidence proves: of whom, and where. It is the same whichever statements show it. */
export type EvidenceClaim = {
  readonly kind: EvidenceKind;
  readonly accused: NodeId;
  readonly epoch: Epoch;
  /** Undefined for a false attestation only. */
  readonly term: Term | undefined;
  /** Of a false attestation: the applied index. */
  readonly index: LogIndex | undefined;
};

export type CheckedEvidence = EvidenceClaim & { readonly checks: readonly SignatureCheck[] };

type Context = { readonly electorate: Electorate; readonly sha256: Sha256 };

/** S1: one vote in a term, for one base. */
export const votesTwice = (first: Vote, second: Vote): boolean =>
  first.term === second.term &&
  !(compareRank(first.base, second.base) === 0 && equalBytes(first.base.hash, second.base.hash));

/** S2, S4: whoever votes acks no lower term any more, so what it certified there, it held when it voted. */
export const votesBelow = (ack: Ack, vote: Vote): boolean =>
  ack.term < vote.term && compareRank({ term: ack.term, index: ack.certified.index }, vote.base) > 0;

/**
 * Only what is committed is applied, and applying is a function: one index has one outcome. Before the
 * first entry there is nothing to lie about. What was stored may differ without a lie, as an honest voter
 * changes branches on a certificate.
 */
export const attestsTwice = (first: Ack, second: Ack): boolean =>
  first.applied.index > 0 && rootsConflict(first.applied, second.applied);

export function writeEvidence(writer: Writer, evidence: Evidence): Writer {
  writer.u8(EVIDENCE_KINDS.indexOf(evidence.kind) + 1);
  if (evidence.kind === "equivocation")
    return writeAppendStatement(writeAppendStatement(writer, evidence.first), evidence.second);
  return writeStatement(writeStatement(writer, evidence.first), evidence.second);
}

export function readEvidence(reader: Reader): Evidence {
  const kind = EVIDENCE_KINDS[reader.u8() - 1] ?? reader.fail("a kind of evidence is 1 to 4");
  if (kind === "equivocation")
    return { kind, first: readAppendStatement(reader), second: readAppendStatement(reader) };
  return { kind, first: readStatement(reader), second: readStatement(reader) };
}

export const encodeEvidence = (evidence: Evidence): Uint8Array<ArrayBuffer> =>
  writeEvidence(new Writer(1024), evidence).finish();
export const decodeEvidence = (bytes: Uint8Array): Result<Evidence, Refusal> =>
  decodeWith(bytes, readEvidence);

/** Everything about evidence of one epoch but its signatures, which are returned for checking. */
export function checkEvidence(context: Context, bytes: Uint8Array): Result<CheckedEvidence, Refusal> {
  const decoded = decodeEvidence(bytes);
  if (!decoded.ok) return decoded;
  const evidence = decoded.value;
  if (evidence.kind === "equivocation") return checkEquivocation(context, evidence);
  return CHECKS[evidence.kind](context, evidence);
}

/** E36: the same, of whichever epoch its statements name. */
export function checkEvidenceIn(
  { epochs, sha256 }: { readonly epochs: KnownEpochs; readonly sha256: Sha256 },
  bytes: Uint8Array,
): Result<CheckedEvidence, Refusal> {
  const decoded = decodeEvidence(bytes);
  if (!decoded.ok) return decoded;
  const electorate = electorateOfBody(epochs, decoded.value.first.body);
  return electorate.ok ? checkEvidence({ electorate: electorate.value, sha256 }, bytes) : electorate;
}

const bad = (detail: string) => refuse("bad_evidence", detail);

type Said = { readonly epoch: Epoch; readonly from: NodeId };

/** What makes any two statements one voter's of this epoch. */
function checkSpeaker({ electorate }: Context, first: Said, second: Said): Result<undefined, Refusal> {
  if (first.from !== second.from) return bad("the two statements are not of one voter");
  if (first.epoch !== second.epoch) return bad("the two statements are not of one epoch");
  if (first.epoch !== electorate.epoch) return refuse("wrong_epoch", "evidence of another epoch");
  if (!electorate.keyOf.has(first.from)) return bad("the accused is not a voter");
  return ok(undefined);
}

/** E37: what the leader of a term signed passes through two entries at one index. */
function checkEquivocation(
  context: Context,
  evidence: Two<AppendStatement>,
): Result<CheckedEvidence, Refusal> {
  const first = chainOf(context.sha256, evidence.first);
  if (!first.ok) return first;
  const second = chainOf(context.sha256, evidence.second);
  if (!second.ok) return second;
  const { from, term, epoch } = first.value.body;
  const speaker = checkSpeaker(context, first.value.body, second.value.body);
  if (!speaker.ok) return speaker;
  if (term !== second.value.body.term) return bad("the two statements are not of one term");
  // Whoever does not lead a term may sign what it likes in its name: that accuses nobody.
  if (leaderOf(context.electorate, term) !== from) return bad("the accused does not lead that term");
  const conflict = [...first.value.hashes].some(([index, hash]) => {
    const rival = second.value.hashes.get(index);
    return rival !== undefined && !equalBytes(rival, hash);
  });
  if (!conflict) return bad("the two statements do not conflict");
  const statements = [evidence.first, evidence.second].map((each) => ({ voter: from, ...each }));
  const checks = checksOf(context, "append-entries", statements);
  return ok({ kind: "equivocation", accused: from, epoch, term, index: undefined, checks });
}

/** The hash at every index that a statement vouches for, its previous one included. */
function chainOf(
  sha256: Sha256,
  statement: AppendStatement,
): Result<{ body: AppendBody; hashes: Map<number, Hash> }, Refusal> {
  const body = decodeAppendBody(statement.body);
  if (!body.ok) return body;
  let { index, hash }: { index: number; hash: Hash } = body.value.previous;
  const hashes = new Map<number, Hash>([[index, hash]]);
  for (const header of statement.headers) {
    if (header.index !== index + 1) return bad("headers are not consecutive");
    hash = entryHash(sha256, hash, header);
    index = header.index;
    hashes.set(index, hash);
  }
  const { last } = body.value;
  if (index !== last.index || !equalBytes(hash, last.hash))
    return bad("the headers do not hash to what was signed");
  return ok({ body: body.value, hashes });
}

type Kind<B> = {
  readonly tag: StatementTag;
  readonly decode: (body: Uint8Array) => Result<B, Refusal>;
};
const VOTE: Kind<Vote> = { tag: "vote", decode: decodeVote };
const ACK: Kind<Ack> = { tag: "ack", decode: decodeAck };

/** Evidence of two statements of certain kinds that contradict each other. */
function contradiction<A extends Said, B extends Said>(rule: {
  readonly kind: EvidenceKind;
  readonly of: readonly [Kind<A>, Kind<B>];
  readonly conflict: (first: A, second: B) => boolean;
  readonly place: (second: B) => Pick<EvidenceClaim, "term" | "index">;
}): (context: Context, evidence: Two<SignedStatement>) => Result<CheckedEvidence, Refusal> {
  const [firstKind, secondKind] = rule.of;
  return (context, { first, second }) => {
    const a = firstKind.decode(first.body);
    if (!a.ok) return a;
    const b = secondKind.decode(second.body);
    if (!b.ok) return b;
    // Each names the voter under whose key it is judged (E14), and both name the same.
    if (a.value.from !== first.voter || b.value.from !== second.voter)
      return bad("a statement names another sender");
    const speaker = checkSpeaker(context, a.value, b.value);
    if (!speaker.ok) return speaker;
    if (!rule.conflict(a.value, b.value)) return bad("the two statements do not conflict");
    const checks = [
      ...checksOf(context, firstKind.tag, [first]),
      ...checksOf(context, secondKind.tag, [second]),
    ];
    const { from: accused, epoch } = a.value;
    return ok({ kind: rule.kind, accused, epoch, ...rule.place(b.value), checks });
  };
}

const inTerm = ({ term }: Vote) => ({ term, index: undefined });

const CHECKS = {
  /** E38 */
  "double-vote": contradiction({
    ...{ kind: "double-vote", of: [VOTE, VOTE], conflict: votesTwice, place: inTerm },
  }),
  /** E38 */
  "stale-vote": contradiction({
    ...{ kind: "stale-vote", of: [ACK, VOTE], conflict: votesBelow, place: inTerm },
  }),
  /** E39 */
  "false-attestation": contradiction({
    ...{ kind: "false-attestation", of: [ACK, ACK], conflict: attestsTwice },
    place: ({ applied }) => ({ term: undefined, index: applied.index }),
  }),
};

/** The signatures of a voter of this epoch. */
function checksOf(
  { electorate }: Context,
  tag: string,
  statements: readonly SignedStatement[],
): readonly SignatureCheck[] {
  return statements.flatMap((statement) => statementCheck(electorate, tag, statement) ?? []);
}
