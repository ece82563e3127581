// What an audit says, as data: whoever prints it, a person's terminal or a program, adds nothing.

import type { Hash, LogIndex, NodeId } from "@juno/base";
import type { EvidenceClaim } from "@juno/proof";
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

export type AuditReport = {
  /** Whether nothing is wrong with anything that the audit covers. */
  readonly ok: boolean;
  /** Whose log.db it is; undefined if that cannot be read. */
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
  readonly committed: LogIndex;
  /** How far the log was executed again: state.db's applied index; without one, the committed index. */
  readonly applied: LogIndex;
  /** Root of the outcome tree at `applied`, as re-execution yields it; undefined if there was none. */
  readonly outcomeRoot: Hash | undefined;
  /** The highest index whose outcome root f+1 voters have signed as re-execution yields it; 0 if none. */
  readonly attested: LogIndex;
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
  readonly stage: "pages" | "entries" | "documents" | "comparison";
  /** Entries, of which `total` are expected. */
  readonly done: number;
  readonly total: number;
  /** Entries a second since the audit of entries began. */
  readonly perSecond: number;
};
