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
import type { Electorate } from "./quorum.ts";

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

/** S13: everything about the proof but its signatures, which are returned for checking. */
export function checkEntryProof(
  context: { electorate: Electorate; sha256: Sha256 },
  proof: EntryProof,
): Result<SignatureCheck[], Refusal> {
  const { header, through, commit } = proof;
  let hash = entryHash(context.sha256, proof.previousHash, header);
  let index: number = header.index;
  for (const next of through) {
    if (next.index !== index + 1) return refuse("bad_proof", "the headers do not follow one another");
    hash = entryHash(context.sha256, hash, next);
    index = next.index;
  }
  if (index !== commit.index || !equalBytes(hash, commit.hash)) {
    return refuse("bad_proof", "the headers do not lead to what was committed");
  }
  return checkCommitProof(context, commit);
}
