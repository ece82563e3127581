// Walks the log in steps, each of which ends where the expected state can be kept: at a checkpoint of
// the ledger, where its tree holds all rows. What was walked so far is then kept with it. Without a
// folder to keep it in, the walk is one step.

import { LogIndex } from "@juno/base";
import type { ExecutionAhead } from "./execution-ahead.ts";
import type { Findings } from "./findings.ts";
import type { TakeEntry, WalkPosition } from "./log-walk.ts";
import type { SignatureQueue } from "./signature-queue.ts";
import type { WorkFolder } from "./work-folder.ts";

/** At least so many entries between two times that a position is kept, unless told. */
export const STEP_ENTRIES = 4_096;

type Walk = {
  readonly position: WalkPosition;
  readonly isSound: boolean;
  walk(take: TakeEntry, through: LogIndex, ahead?: ExecutionAhead): Promise<void>;
};

export type PacedWalkParts = {
  readonly walk: Walk;
  readonly take: TakeEntry;
  readonly through: LogIndex;
  /** Executes what the walk comes to. */
  readonly ahead: ExecutionAhead | undefined;
  readonly signatures: SignatureQueue;
  readonly findings: Findings;
  readonly work: WorkFolder | undefined;
  readonly stepEntries: number;
  /** Of the genesis. */
  readonly checkpointEntries: number;
  /** Commits the expected state, and begins anew; `record` writes what must be kept with it. */
  readonly commit: (record: () => void) => void;
};

export async function walkPaced(parts: PacedWalkParts): Promise<void> {
  const { walk, take, through, ahead, signatures, findings, work, stepEntries, checkpointEntries } = parts;
  const earlier = work?.kept?.signatures ?? 0;
  let last: number = walk.position.last.index;
  while (work !== undefined) {
    const step = Math.ceil((last + stepEntries) / checkpointEntries) * checkpointEntries;
    if (step > through) break;
    await walk.walk(take, LogIndex(step), ahead);
    await signatures.end();
    last = walk.position.last.index;
    if (last !== step || !walk.isSound || findings.list.length > 0) break;
    const { position } = walk;
    const kept = { position, signatures: earlier + signatures.verified, remarks: findings.remarks };
    parts.commit(() => work.save(kept));
  }
  if (!findings.isFull) await walk.walk(take, through, ahead);
}
