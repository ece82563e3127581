// Verifies the documents kept in log.db: commit proofs, election and term certificates, evidence. Each
// must be valid in itself, by the voters of its epoch, stand under its own key, and agree with the log where it speaks of it.

import {
  decodeWith,
  Epoch,
  equalBytes,
  err,
  type Hash,
  LogIndex,
  ok,
  type Reader,
  type Refusal,
  type Result,
  type Sha256,
  type SignatureCheck,
} from "@juno/base";
import {
  type Certificate,
  checkCertificate,
  checkCommitProof,
  checkEvidenceIn,
  checkTermCertificate,
  decodeCertificate,
  decodeCommitProof,
  decodeTermCertificate,
  type EntryHeader,
  type EvidenceClaim,
  electorateIn,
  entryHash,
  type Point,
  readEntryHeader,
} from "@juno/proof";
import { blob, integer, text } from "../store/column.ts";
import { PROOF_SPACING } from "../store/log/proof-thinning.ts";
import { evidenceChecksum, evidenceOfRow, placeOf } from "../store/log/stored-evidence.ts";
import type { Attestations } from "./attestations.ts";
import type { AuditContext } from "./audit-context.ts";
import type { Findings } from "./findings.ts";
import { baseKey, type EntrySource } from "./log-walk.ts";
import type { LogFacts } from "./memory-audit.ts";
import { narrow, type Row, readable, shown } from "./readable.ts";
import type { SignatureQueue } from "./signature-queue.ts";

/** Documents judged between two pauses of the signature queue. */
const CHUNK_DOCUMENTS = 64;

/** Where documents are read: rows of which nothing is believed. */
export type DocumentSource = Pick<EntrySource, "place"> & {
  /** Columns kind, epoch, term, bytes. */
  certificates(): Iterable<Row>;
  /** Columns idx, epoch (where it is told), bytes; `through`, headers that lead from the log to the entry that is proved. */
  commitProofs(): Iterable<Row>;
  /** Columns id, term, bytes. */
  evidence(): Iterable<Row>;
};

export type DocumentAuditParts = {
  readonly source: DocumentSource;
  readonly context: AuditContext;
  readonly signatures: SignatureQueue;
  readonly findings: Findings;
  readonly attestations: Attestations;
};

/** What a row's document needs verified, or what is wrong with it. */
type Judged = Result<readonly SignatureCheck[], string>;
type Place = { readonly name: string; readonly index?: LogIndex };
/** `refuted`: told if a signature in the document turns out bad. */
type Visited = { readonly place: Place; readonly judged: Judged; readonly refuted?: () => void };

export class DocumentAudit {
  readonly #parts: DocumentAuditParts;
  #count = 0;
  /** By number: what kept evidence proves, unless a signature in it is bad. */
  readonly #claims = new Map<number, EvidenceClaim>();
  #proved = 0;

  constructor(parts: DocumentAuditParts) {
    this.#parts = parts;
  }

  /** Documents found valid but for their signatures. */
  get count(): number {
    return this.#count;
  }

  /** Whom the kept evidence proves to have lied; complete once all signatures are answered. */
  get misbehaviour(): readonly EvidenceClaim[] {
    return [...this.#claims.values()];
  }

  /** The highest entry of the log whose commit a proof shows; 0 if none does. */
  get proved(): LogIndex {
    return LogIndex(this.#proved);
  }

  /** The certificate of the voter's memory. */
  auditCertified(place: string, bytes: Uint8Array): void {
    const certificate = decodeCertificate(bytes);
    const judged = certificate.ok ? this.#checked(certificate.value) : unread(certificate.error);
    this.#take({ name: place }, judged);
  }

  /** `committed`: what a proof must reach; undefined if the memory does not say. */
  async audit(facts: LogFacts, committed: Point | undefined): Promise<void> {
    const { source } = this.#parts;
    await this.#proofsUpTo(facts, committed);
    await this.#each(source.certificates(), (row) => ({
      place: {
        name: `${source.place("certificates")} (${shown(row.kind)}, ${shown(row.epoch)}, ${shown(row.term)})`,
      },
      judged: this.#judge(() => this.#certificate(narrow(row), facts)),
    }));
    let due = 1;
    await this.#each(source.evidence(), (row) => {
      const number = due++;
      const judged = this.#judge(() => this.#evidenceOf(narrow(row), number));
      const refuted = () => this.#claims.delete(number);
      return { place: { name: `${source.place("evidence")} (${row.id})` }, judged, refuted };
    });
  }

  async #proofsUpTo(facts: LogFacts, committed: Point | undefined): Promise<void> {
    const { source, findings } = this.#parts;
    const name = source.place("commit_proofs");
    let last: number = facts.floor?.index ?? 0;
    await this.#each(source.commitProofs(), (row) => {
      const index = Number(row.idx);
      const judged = this.#judge(() => this.#commitProof(narrow(row), facts, committed));
      const isIndex = Number.isSafeInteger(index) && index > 0;
      if (isIndex && index - last > PROOF_SPACING) findings.remark(sparse(last, index));
      if (isIndex) last = index;
      return {
        place: { name: `${name} (${row.idx})`, ...(isIndex && { index: LogIndex(index) }) },
        judged,
      };
    });
    if (committed === undefined || committed.index === 0 || last === committed.index) return;
    findings.add(name, "No commit proof is kept for the committed entry.", committed.index);
  }

  async #each(rows: Iterable<Row>, visit: (row: Row) => Visited): Promise<void> {
    const { signatures, findings } = this.#parts;
    let count = 0;
    for (const row of rows) {
      const { place, judged, refuted } = visit(row);
      this.#take(place, judged, refuted);
      if (findings.isFull) return;
      if (++count % CHUNK_DOCUMENTS === 0) await signatures.pause();
    }
  }

  #take(place: Place, judged: Judged, refuted?: () => void): void {
    const { signatures, findings } = this.#parts;
    const refuse = (problem: string) => findings.add(place.name, problem, place.index);
    if (!judged.ok) return refuse(judged.error);
    this.#count += 1;
    signatures.add(judged.value, () => {
      refuted?.();
      refuse("A signature in it does not verify.");
    });
  }

  #judge(judge: () => Judged): Judged {
    const read = readable(judge);
    return read.ok ? read.value : err(`It cannot be read: ${read.error}.`);
  }

  #commitProof(row: Row, facts: LogFacts, committed: Point | undefined): Judged {
    const index = LogIndex(integer(row.idx));
    const proof = decodeCommitProof(blob(row.bytes));
    if (!proof.ok) return unread(proof.error);
    const { hash } = proof.value;
    const led = ledTo(this.#parts.context.sha256, row, index, facts);
    if (!led.ok) return led;
    if (proof.value.index !== index) return err(`It proves entry ${proof.value.index}.`);
    const { electorate } = this.#parts.context.epochs.at(index);
    if (row.epoch !== undefined && integer(row.epoch) !== electorate.epoch)
      return err("It is kept for another epoch than its entry's.");
    if (led.value.hash === undefined || !equalBytes(led.value.hash, hash))
      return err("It proves another entry than the log's.");
    if (committed !== undefined && index > committed.index) {
      return err(`It proves more than the committed index ${committed.index}.`);
    }
    const checks = checkCommitProof({ electorate, sha256: this.#parts.context.sha256 }, proof.value);
    if (checks.ok) this.#parts.attestations.note(proof.value.acks);
    if (checks.ok) this.#proved = Math.max(this.#proved, led.value.from);
    return invalid(checks);
  }

  #certificate(row: Row, facts: LogFacts): Judged {
    const kind = text(row.kind);
    const bytes = blob(row.bytes);
    const epoch = Epoch(integer(row.epoch));
    if (kind === "term-certificate") return this.#termCertificate(bytes, { epoch, term: integer(row.term) });
    if (kind !== "election-certificate") return err("Certificates of this kind are not kept.");
    const certificate = decodeCertificate(bytes);
    if (!certificate.ok) return unread(certificate.error);
    const { position } = certificate.value;
    if (certificate.value.kind !== "election") return err("It is not of an election.");
    if (certificate.value.epoch !== epoch)
      return err(`It is a certificate of epoch ${certificate.value.epoch}.`);
    if (position.term !== integer(row.term)) return err(`It is the certificate of term ${position.term}.`);
    const base = facts.bases.get(baseKey(epoch, position.term));
    if (base !== undefined && !(base.index === position.index && equalBytes(base.hash, position.hash))) {
      return err("It is of an election upon another base than that of the log.");
    }
    return this.#checked(certificate.value);
  }

  #checked(certificate: Certificate): Judged {
    const electorate = electorateIn(this.#parts.context.epochs, certificate.epoch);
    const checks = electorate.ok ? checkCertificate(electorate.value, certificate) : electorate;
    if (checks.ok && certificate.kind === "quorum") this.#parts.attestations.note(certificate.statements);
    return invalid(checks);
  }

  #termCertificate(bytes: Uint8Array, { epoch, term }: { epoch: Epoch; term: number }): Judged {
    const certificate = decodeTermCertificate(bytes);
    if (!certificate.ok) return unread(certificate.error);
    if (certificate.value.term !== term)
      return err(`It is the certificate of term ${certificate.value.term}.`);
    const electorate = electorateIn(this.#parts.context.epochs, epoch);
    return invalid(electorate.ok ? checkTermCertificate(electorate.value, certificate.value) : electorate);
  }

  /** Protocol 5.9, E36. `due`: rows are numbered from 1 and none is ever removed. */
  #evidenceOf(row: Row, due: number): Judged {
    const checked = checkEvidenceIn(this.#parts.context, blob(row.bytes));
    if (!checked.ok) return invalid(checked);
    const { checks, ...claim } = checked.value;
    // P7: an archive holds the bytes alone, without what a node says beside them.
    const problem = row.kind === undefined ? undefined : mislabelled(row, due, claim);
    if (problem !== undefined) return err(problem);
    this.#claims.set(due, claim);
    return ok(checks);
  }
}

/** What is wrong with what stands beside the bytes of an evidence. */
function mislabelled(row: Row, due: number, claim: EvidenceClaim): string | undefined {
  const { number, kept, bytes } = evidenceOfRow(row);
  if (number !== due) return `Its number should be ${due}.`;
  if (!equalBytes(blob(row.checksum), evidenceChecksum(kept.seenMs, bytes))) {
    return "It does not match its checksum.";
  }
  const isOther =
    claim.kind !== kept.kind ||
    claim.accused !== kept.accused ||
    claim.epoch !== kept.epoch ||
    placeOf(claim) !== placeOf(kept);
  return isOther ? `It is evidence of another lie: ${claim.kind} of voter ${claim.accused}.` : undefined;
}

const unread = (refusal: Refusal): Judged => err(`It cannot be decoded: ${refusal.detail}.`);

const invalid = <T>(checked: Result<T, Refusal>): Result<T, string> =>
  checked.ok ? checked : err(`It is not valid: ${checked.error.detail}.`);

/** P6: the hash at an index, by the log or by headers that go on from it; and where they go on from. */
function ledTo(
  sha256: Sha256,
  row: Row,
  index: LogIndex,
  facts: LogFacts,
): Result<{ readonly from: number; readonly hash: Hash | undefined }, string> {
  if (row.through === undefined) return ok({ from: index, hash: facts.hashAt(index) });
  const headers = decodeWith(blob(row.through), readHeaders);
  if (!headers.ok) return err(`The headers that lead to it cannot be decoded: ${headers.error.detail}.`);
  const from = index - headers.value.length;
  let hash = from < 0 ? undefined : facts.hashAt(LogIndex(from));
  for (const [at, header] of headers.value.entries()) {
    if (header.index !== from + 1 + at) return err("The headers that lead to it have a gap.");
    if (hash !== undefined) hash = entryHash(sha256, hash, header);
  }
  return ok({ from, hash });
}

function readHeaders(reader: Reader): EntryHeader[] {
  const headers: EntryHeader[] = [];
  while (reader.remaining > 0) headers.push(readEntryHeader(reader));
  return headers;
}

const sparse = (from: number, to: number): string =>
  `Between entries ${from} and ${to} no commit proof is kept: one is aimed at every ${PROOF_SPACING} entries, fewer are kept when many commit at once. The later proof covers them.`;
