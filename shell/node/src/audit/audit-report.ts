// What an audit says, as data: whoever prints it, a person's terminal or a program, adds nothing.

import type { Hash, LogIndex, NodeId } from "@juno/base";
import type { Redaction } from "@juno/ledger";
import type { EpochFacts, EvidenceClaim } from "@juno/proof";
import type { Exclusion } from "./not-covered.ts";

/** Something that is wrong with a database. */
export type Finding = {
  /** The entry it is about, if it is about one. */
  readonly index?: LogIndex;
  /** File, table and row. */
  readonly place: string;
  /** One plain sentence. */
  readonly problem: string;
};

/** `held`: the payload is still here. `void`: the entry holds another command, so nothing was taken away. */
export type AuditedRedaction = Redaction & { readonly payload: "redacted" | "held" | "void" | "absent" };

export type AuditReport = {
  /** Whether nothing is wrong with anything that the audit covers. */
  readonly ok: boolean;
  /** A node's databases, or an archive of the log. */
  readonly source: "node" | "archive";
  /** Whose log.db it is; undefined if that cannot be read, and for an archive. */
  readonly nodeId: NodeId | undefined;
  /** The network of the genesis that was trusted. */
  readonly network: Hash;
  /** Entries, and command entries among them, that were verified. */
  readonly entries: number;
  readonly commands: number;
  /** Signatures that were verified. */
  readonly signatures: number;
  /** Election certificates, term certificates, commit proofs and evidence documents. */
  readonly certificates: number;
  /** The first and the last entry that was verified; `first` is above `last` if there is none. */
  readonly first: LogIndex;
  readonly last: LogIndex;
  /** The committed index by the node's own memory; of an archive, its last entry. */
  readonly committed: LogIndex;
  /** Entries up to here are not in the source: they were pruned, or an archive begins later. 0 if none. */
  readonly prunedThrough: LogIndex;
  /** Whose signatures vouch for the state at `prunedThrough` that the rest was verified from; empty if there is none. */
  readonly vouchers: readonly NodeId[];
  /** The highest entry whose commit a valid proof shows; 0 if none does. */
  readonly proved: LogIndex;
  /** Entries up to here were verified in an earlier run, and not read again; 0 if none. */
  readonly resumedFrom: LogIndex;
  /** Why an earlier run was not gone on with; undefined if it was, or there was none. */
  readonly anew: string | undefined;
  /**
   * How far the log was executed again: state.db's applied index; without one, the committed index. 0 for
   * an archive that begins later, without a snapshot.
   */
  readonly applied: LogIndex;
  /** Root of the outcome tree at `applied`, as re-execution yields it; undefined if there was none. */
  readonly outcomeRoot: Hash | undefined;
  /** The epochs up to the last entry; links from the genesis on show who votes in each. */
  readonly epochs: readonly EpochFacts[];
  /** The highest index whose outcome root f+1 voters have signed as re-execution yields it; 0 if none. */
  readonly attested: LogIndex;
  /** How many redactions the log orders, and what they are, the first thousand by the entry they are of. */
  readonly redacted: number;
  readonly redactions: readonly AuditedRedaction[];
  /** Those of the lowest indexes first, then those of no index; a bounded number. Empty if `ok`. */
  readonly findings: readonly Finding[];
  /** Which voters the kept evidence proves to have lied. Nothing is wrong with the node that keeps it. */
  readonly misbehaviour: readonly EvidenceClaim[];
  /** What an auditor may want to know although nothing is wrong; sentences, a bounded number. */
  readonly remarks: readonly string[];
  readonly durationMs: number;
  readonly notCovered: readonly Exclusion[];
};

export type AuditProgress = {
  readonly stage: "pages" | "files" | "snapshot" | "entries" | "documents" | "comparison";
  /** Entries, of which `total` are expected. */
  readonly done: number;
  readonly total: number;
  /** Entries a second since the audit of entries began. */
  readonly perSecond: number;
};
