// What a voter must remember, and the changes it may make to it (protocol section 3). A node writes
// these before it sends anything that depends on them; whoever stores them applies a group of
// changes in order, in one transaction.

import type { Epoch, Hash, LogIndex, Term } from "@juno/base";
import type { Certificate, CommitProof, Entry, EpochLink, Point, Position } from "@juno/proof";
import type { KeptEvidence } from "./evidence-book.ts";
import type { Floor } from "./log.ts";
import type { Word } from "./word.ts";

/**
 * `readOnly`: has left (V15): orders, but neither answers clients nor reports outcomes. `observer`: follows and answers clients,
 * but speaks for no quorum any more (S16). `halted`: signs nothing more.
 */
export type Mode = (typeof MODES)[number];
/** In the order of their codes where they are packed. */
export const MODES = ["normal", "readOnly", "halted", "observer"] as const;

/** Proof documents that are kept for auditors, whether or not they are needed again. */
export type KeptKind = "term-certificate" | "election-certificate";

export type DurableChange =
  /** A link that was shown and proved: the next epoch after the last one known. */
  | { readonly kind: "link"; readonly link: EpochLink }
  /** S12: a later epoch begins, with its genesis certificate; terms and votes begin anew. */
  | { readonly kind: "epoch"; readonly certificate: Certificate; readonly isWithheld: boolean }
  /** S18: the node speaks in its epoch: others have told that they heard nothing from it there. */
  | { readonly kind: "seat" }
  /** S1: term and vote change in one write. */
  | { readonly kind: "term"; readonly currentTerm: Term; readonly votedBase: Position | undefined }
  /** The highest certificate adopted, and base(T) of its term. */
  | { readonly kind: "certified"; readonly certificate: Certificate; readonly base: Point }
  /** Removes every log entry above an index. */
  | { readonly kind: "truncate"; readonly above: LogIndex }
  /** Consecutive entries, the first right above the last one stored. */
  | { readonly kind: "append"; readonly entries: readonly Entry[] }
  | {
      readonly kind: "committed";
      readonly epoch: Epoch;
      readonly index: LogIndex;
      readonly hash: Hash;
      readonly proof: CommitProof;
    }
  | { readonly kind: "mode"; readonly mode: Mode; readonly reason: string }
  | {
      readonly kind: "keep";
      readonly what: KeptKind;
      readonly epoch: Epoch;
      readonly term: Term;
      readonly bytes: Uint8Array;
    }
  /** E36: proof that a voter lied, as it was shown or found. */
  | { readonly kind: "evidence"; readonly kept: KeptEvidence; readonly bytes: Uint8Array }
  /** The highest that others have said, so that they can be told of it after a restart (S15). */
  | { readonly kind: "heard"; readonly words: readonly Word[] }
  /** Fetched entries that are not (yet) part of the log: consecutive with those buffered before. */
  | { readonly kind: "buffer"; readonly entries: readonly Entry[] }
  /** Moves buffered entries up to an index into the log, right above its last entry, and drops the rest. */
  | { readonly kind: "take-buffer"; readonly through: LogIndex }
  | { readonly kind: "drop-buffer" }
  /** The log begins anew above a committed point that a snapshot holds the state of; every entry goes. */
  | { readonly kind: "take-snapshot"; readonly floor: Floor };

/** What `load` finds. Of the log, only the entries above the committed index. */
export type DurableState = {
  readonly epoch: Epoch;
  /** S18: it may have spoken in the epoch before it entered it, and was not told yet that it has not. */
  readonly isWithheld: boolean;
  /** From the first epoch on, without a gap; the last may be later than `epoch`. */
  readonly links: readonly EpochLink[];
  readonly currentTerm: Term;
  readonly votedBase: Position | undefined;
  readonly certified: Certificate;
  readonly base: Point;
  /** As recorded last; the node may have known of more, up to `certified` (spec/3, 3.1). */
  readonly committed: Point;
  /** Time of the committed entry, ms; 0 at genesis. */
  readonly committedTime: number;
  readonly committedTerm: Term;
  readonly committedEpoch: Epoch;
  readonly commitProof: CommitProof | undefined;
  readonly termCertificate: Uint8Array | undefined;
  readonly mode: Mode;
  /** Why it is in that mode: empty in the normal one, unless it was re-admitted to it (V17). */
  readonly reason: string;
  /** In the order in which it was kept. */
  readonly evidence: readonly KeptEvidence[];
  readonly heard: readonly Word[];
  readonly suffix: readonly Entry[];
};
