// What makes an outcome believable without trusting whoever shows it (E34): the
// receipt, the entry it belongs to, and f+1 attestations of one epoch, the entry's or a later one. Each
// attestation is an Ack with its own applied index and root and the path from the entry's leaf to that
// root. Of f+1 voters one is honest; it applied the entry, so the entry is committed with this result.

import {
  equalBytes,
  type Hash,
  ok,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  taggedHash,
  type VerifySignature,
} from "@juno/base";
import { commandDigest } from "./command.ts";
import { type EntryHeader, entryHash } from "./entry.ts";
import { electorateOfBody, isBeyond, type KnownEpochs } from "./known-epochs.ts";
import type { Electorate } from "./quorum.ts";
import { decodeAck, type SignedStatement, statementCheck } from "./statement.ts";
import { includes, outcomeLeaf } from "./tree.ts";

export type Attestation = { readonly ack: SignedStatement; readonly path: readonly Hash[] };

/** Shows what became of an entry of any kind. */
export type ReceiptProof = {
  readonly header: EntryHeader;
  readonly previousHash: Hash;
  /** Canonical bytes. */
  readonly receipt: Uint8Array;
  readonly attestations: readonly Attestation[];
};

/** Shows how a command ended: the body digest of its entry's header follows from the two hashes. */
export type OutcomeProof = Omit<ReceiptProof, "header"> & {
  readonly commandId: Hash;
  readonly signaturesHash: Hash;
  readonly header: Omit<EntryHeader, "bodyDigest">;
};

/** E32: the hash of a receipt's canonical bytes. */
export const receiptHash = (sha256: Sha256, receipt: Uint8Array): Hash =>
  taggedHash(sha256, "receipt", receipt);

/** What leads from the entry's leaf to an attested root. */
type Inclusion = { readonly size: number; readonly root: Hash; readonly path: readonly Hash[] };

const sameInclusion = (a: Inclusion, b: Inclusion): boolean =>
  a.size === b.size &&
  equalBytes(a.root, b.root) &&
  a.path.length === b.path.length &&
  a.path.every((hash, at) => equalBytes(hash, b.path[at]!));

/** What believing takes: who may attest in which epoch, and the cryptography. */
export type ProofContext = { epochs: KnownEpochs; sha256: Sha256; verify: VerifySignature };

/** E34: the voters of the epoch that all attestations must be of, which the first one names. */
export function attestingElectorate(
  epochs: KnownEpochs,
  [first]: readonly Pick<Attestation, "ack">[],
): Result<Electorate, Refusal> {
  return first === undefined
    ? refuse("bad_proof", "there is no attestation")
    : electorateOfBody(epochs, first.ack.body);
}

/** E34: believes an outcome, or says why not. */
export function verifyOutcome(context: ProofContext, proof: OutcomeProof): Result<undefined, Refusal> {
  if (proof.header.kind !== "command") return refuse("bad_proof", "the entry is not a command");
  const { commandId: id, signaturesHash, header, ...rest } = proof;
  const bodyDigest = commandDigest(context.sha256, { id, signaturesHash });
  return verifyReceipt(context, { ...rest, header: { ...header, bodyDigest } });
}

/** E34, of an entry of any kind: believes its receipt, or says why not. */
export function verifyReceipt(context: ProofContext, proof: ReceiptProof): Result<undefined, Refusal> {
  const { epochs, sha256, verify } = context;
  const attesting = attestingElectorate(epochs, proof.attestations);
  if (!attesting.ok) return attesting;
  const electorate = attesting.value;
  if (electorate.epoch < proof.header.epoch)
    return refuse("bad_proof", "the attestations are of an epoch before the entry's");
  const hash = entryHash(sha256, proof.previousHash, proof.header);
  const leafHash = outcomeLeaf(sha256, { entryHash: hash, receiptHash: receiptHash(sha256, proof.receipt) });
  const voters = new Set<number>();
  let shown: Inclusion | undefined;
  for (const { ack: statement, path } of proof.attestations) {
    const ack = decodeAck(statement.body);
    if (!ack.ok) return ack;
    const check = statementCheck(electorate, "ack", statement);
    const { epoch, from, applied } = ack.value;
    if (epoch !== electorate.epoch) return refuse("bad_proof", "the attestations are not all of one epoch");
    if (check === undefined || from !== statement.voter)
      return refuse("bad_proof", `an attestation is not of a voter of epoch ${epoch}`);
    // Who left, or lost its old key, may sign anything in an epoch that is over, but nothing about what came later.
    if (isBeyond(epochs, { epoch, index: applied.index }))
      return refuse("bad_proof", `voter ${from} attests entries that came after the epoch in which it voted`);
    if (voters.has(statement.voter)) return refuse("bad_proof", "a voter attests twice");
    voters.add(statement.voter);
    const inclusion = { size: applied.index, root: applied.root, path };
    // Voters that keep pace attest one root; the same path need not be hashed for each of them.
    const isKnown = shown !== undefined && sameInclusion(shown, inclusion);
    if (!isKnown && !includes(sha256, { leaf: proof.header.index - 1, leafHash, ...inclusion })) {
      return refuse("bad_proof", `the path of voter ${statement.voter} does not lead to its root`);
    }
    shown = inclusion;
    if (!verify(check))
      return refuse("bad_signature", `the attestation of voter ${statement.voter} is not signed`);
  }
  if (voters.size <= electorate.faults) {
    return refuse("bad_proof", `${voters.size} attestations where ${electorate.faults + 1} are needed`);
  }
  return ok(undefined);
}

/** Whether two attested roots of one size differ: somebody computed another outcome. */
export function rootsConflict(
  a: { index: number; root: Uint8Array },
  b: { index: number; root: Uint8Array },
): boolean {
  return a.index === b.index && !equalBytes(a.root, b.root);
}
