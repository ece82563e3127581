// Shows that an entry of any kind is part of the committed log: the entry's hash, carried on through
// the headers above it, is what a quorum has committed. Says nothing of the entry's outcome.

import {
  equalBytes,
  type Hash,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
} from "@juno/base";
import { type CommitProof, checkCommitProof } from "./certificate.ts";
import { type Entry, type EntryHeader, entryHash } from "./entry.ts";
import { electorateOfBody, isBeyond, type KnownEpochs } from "./known-epochs.ts";

/** An applied entry: what stands in the log, what came before it, what came out. */
export type AppliedEntry = {
  readonly entry: Entry;
  readonly previousHash: Hash;
  /** The receipt's canonical bytes. */
  readonly receipt: Uint8Array;
};

export type EntryProof = {
  readonly header: EntryHeader;
  readonly previousHash: Hash;
  /** The headers above the entry, up to the commit proof's index. */
  readonly through: readonly EntryHeader[];
  readonly commit: CommitProof;
};

/** S13, by the voters of the epoch that the Acks name: everything but the signatures, which are returned for checking. */
export function checkEntryProof(
  context: { readonly epochs: KnownEpochs; readonly sha256: Sha256 },
  proof: EntryProof,
): Result<SignatureCheck[], Refusal> {
  const { header, through, commit } = proof;
  const { sha256, epochs } = context;
  let hash = entryHash(sha256, proof.previousHash, header);
  let index: number = header.index;
  for (const next of through) {
    if (next.index !== index + 1) return refuse("bad_proof", "the headers do not follow one another");
    hash = entryHash(sha256, hash, next);
    index = next.index;
  }
  if (index !== commit.index || !equalBytes(hash, commit.hash)) {
    return refuse("bad_proof", "the headers do not lead to what was committed");
  }
  const [first] = commit.acks;
  if (first === undefined) return refuse("bad_proof", "nobody has acknowledged it");
  const electorate = electorateOfBody(epochs, first.body);
  if (!electorate.ok) return electorate;
  const { epoch } = electorate.value;
  if (isBeyond(epochs, { epoch, index: commit.index }) || (through.at(-1) ?? header).epoch !== epoch)
    return refuse("bad_proof", `the voters of epoch ${epoch} commit nothing in another one`);
  return checkCommitProof({ electorate: electorate.value, sha256 }, commit);
}
