// A mutant: a rule or property of the system, and a change of its source that switches it off. What is
// replaced must stand in the file exactly once, so a mutant that has lost its place is found out.

export type Patch = { readonly file: string; readonly find: string; readonly put: string };

export type Mutant = {
  /** The rule or property, with a letter where there are several ways to switch it off. */
  readonly name: string;
  /** What the changed code does. */
  readonly what: string;
  readonly patches: readonly Patch[];
  /** What liars do in the storms that look for it; honest storms if there is nothing. */
  readonly lies?: readonly string[];
  /** Whether the network changes in all storms that look for it. */
  readonly withChanges?: boolean;
  /** Whether some nodes run older programs in all of them. */
  readonly withVersions?: boolean;
  /** Whether what must be noticed is that the cluster does not come back. */
  readonly isOfProgress?: boolean;
  /** Calm storms instead, in which nothing happens but that a row decays, from this seed on. */
  readonly calmFrom?: number;
  /** Instead of storms: the schedule, or the staged attack, that shows what the rule is for. */
  readonly schedule?: ScheduleName;
  readonly staged?: StagingName;
};

export type ScheduleName =
  | "left-behind"
  | "stale-base"
  | "hidden-certificate"
  | "flood-of-entries"
  | "handed-over";

export type StagingName =
  | "dies amid the end of an epoch"
  | "approved by a stranger"
  | "approved by a former administrator"
  | "too few ready"
  | "forged approval"
  | "left out"
  | "left behind by an epoch"
  | "speaks before it is told"
  | "killed as it enters an epoch"
  | "enters an epoch untold";

/** Where most rules stand. */
export const CONSENSUS = "core/consensus/src/";
