// Verifies the documents kept in log.db: commit proofs, election and term certificates, evidence. Each
// must be valid in itself, stand under its own key, and agree with the log where it speaks of it.

import {
  equalBytes,
  err,
  type Hash,
  LogIndex,
  ok,
  type Refusal,
  type Result,
  type SignatureCheck,
} from "@juno/base";
import {
  type Certificate,
  checkCertificate,
  checkCommitProof,
  checkEvidence,
  checkTermCertificate,
  decodeCertificate,
  decodeCommitProof,
  decodeTermCertificate,
  type EvidenceClaim,
  FIRST_EPOCH,
  type Point,
} from "@juno/proof";
import { blob, integer, text } from "../store/column.ts";
import { PROOF_SPACING } from "../store/log/proof-thinning.ts";
import { evidenceChecksum, evidenceOfRow, placeOf } from "../store/log/stored-evidence.ts";
import type { Attestations } from "./attestations.ts";
import type { AuditContext } from "./audit-context.ts";
import type { Findings } from "./findings.ts";
import type { LogSource } from "./log-source.ts";
import type { LogFacts } from "./memory-audit.ts";
import { narrow, type Row, readable, shown } from "./readable.ts";
import type { SignatureQueue } from "./signature-queue.ts";

/** Documents judged between two pauses of the signature queue. */
const CHUNK_DOCUMENTS = 64;

export type DocumentAuditParts = {
  readonly source: LogSource;
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
  readonly #proved = new Map<number, EvidenceClaim>();

  constructor(parts: DocumentAuditParts) {
    this.#parts = parts;
  }

  /** Documents found valid but for their signatures. */
  get count(): number {
    return this.#count;
  }

  /** Whom the kept evidence proves to have lied; complete once all signatures are answered. */
  get misbehaviour(): readonly EvidenceClaim[] {
    return [...this.#proved.values()];
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
      place: { name: `log.db certificates (${shown(row.kind)}, ${row.term})` },
      judged: this.#judge(() => this.#certificate(narrow(row), facts)),
    }));
    let due = 1;
    await this.#each(source.evidence(), (row) => {
      const number = due++;
      const judged = this.#judge(() => this.#evidenceOf(narrow(row), number));
      const refuted = () => this.#proved.delete(number);
      return { place: { name: `log.db evidence (${row.id})` }, judged, refuted };
    });
  }

  async #proofsUpTo(facts: LogFacts, committed: Point | undefined): Promise<void> {
    const { source, findings } = this.#parts;
    let last = 0;
    await this.#each(source.commitProofs(), (row) => {
      const index = Number(row.idx);
      const judged = this.#judge(() => this.#commitProof(narrow(row), facts, committed));
      const isIndex = Number.isSafeInteger(index) && index > 0;
      if (isIndex && index - last > PROOF_SPACING) findings.remark(sparse(last, index));
      if (isIndex) last = index;
      return {
        place: { name: `log.db commit_proofs (${row.idx})`, ...(isIndex && { index: LogIndex(index) }) },
        judged,
      };
    });
    if (committed === undefined || committed.index === 0 || last === committed.index) return;
    findings.add("log.db commit_proofs", "No commit proof is kept for the committed entry.", committed.index);
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
    if (proof.value.index !== index) return err(`It proves entry ${proof.value.index}.`);
    if (integer(row.epoch) !== FIRST_EPOCH) return err("It is kept for another epoch than its entry's.");
    if (!isAt(facts, { index, hash })) return err("It proves another entry than the log's.");
    if (committed !== undefined && index > committed.index) {
      return err(`It proves more than the committed index ${committed.index}.`);
    }
    const checks = checkCommitProof(this.#parts.context, proof.value);
    if (checks.ok) this.#parts.attestations.note(proof.value.acks);
    return invalid(checks);
  }

  #certificate(row: Row, facts: LogFacts): Judged {
    const kind = text(row.kind);
    const bytes = blob(row.bytes);
    if (kind === "term-certificate") return this.#termCertificate(bytes, integer(row.term));
    if (kind !== "election-certificate") return err("Certificates of this kind are not kept.");
    const certificate = decodeCertificate(bytes);
    if (!certificate.ok) return unread(certificate.error);
    const { position } = certificate.value;
    if (certificate.value.kind !== "election") return err("It is not of an election.");
    if (position.term !== integer(row.term)) return err(`It is the certificate of term ${position.term}.`);
    const base = facts.bases.get(position.term);
    if (base !== undefined && !(base.index === position.index && equalBytes(base.hash, position.hash))) {
      return err("It is of an election upon another base than that of the log.");
    }
    return this.#checked(certificate.value);
  }

  #checked(certificate: Certificate): Judged {
    const checks = checkCertificate(this.#parts.context.electorate, certificate);
    if (checks.ok && certificate.kind === "quorum") this.#parts.attestations.note(certificate.statements);
    return invalid(checks);
  }

  #termCertificate(bytes: Uint8Array, term: number): Judged {
    const certificate = decodeTermCertificate(bytes);
    if (!certificate.ok) return unread(certificate.error);
    if (certificate.value.term !== term)
      return err(`It is the certificate of term ${certificate.value.term}.`);
    return invalid(checkTermCertificate(this.#parts.context.electorate, certificate.value));
  }

  /** Protocol 5.9, E36. `due`: rows are numbered from 1 and none is ever removed. */
  #evidenceOf(row: Row, due: number): Judged {
    const { number, kept, bytes } = evidenceOfRow(row);
    if (number !== due) return err(`Its number should be ${due}.`);
    if (!equalBytes(blob(row.checksum), evidenceChecksum(kept.seenMs, bytes)))
      return err("It does not match its checksum.");
    const checked = checkEvidence(this.#parts.context, bytes);
    if (!checked.ok) return invalid(checked);
    const { checks, ...claim } = checked.value;
    const isOther =
      claim.kind !== kept.kind ||
      claim.accused !== kept.accused ||
      claim.epoch !== kept.epoch ||
      placeOf(claim) !== placeOf(kept);
    if (isOther) return err(`It is evidence of another lie: ${claim.kind} of voter ${claim.accused}.`);
    this.#proved.set(due, claim);
    return ok(checks);
  }
}

const unread = (refusal: Refusal): Judged => err(`It cannot be decoded: ${refusal.detail}.`);

const invalid = <T>(checked: Result<T, Refusal>): Result<T, string> =>
  checked.ok ? checked : err(`It is not valid: ${checked.error.detail}.`);

function isAt(facts: LogFacts, point: { index: LogIndex; hash: Hash }): boolean {
  const hash = facts.hashAt(point.index);
  return hash !== undefined && equalBytes(hash, point.hash);
}

const sparse = (from: number, to: number): string =>
  `Between entries ${from} and ${to} no commit proof is kept: one is aimed at every ${PROOF_SPACING} entries, fewer are kept when many commit at once. The later proof covers them.`;
