// Judges from a node's system calls whether it said only what was durable. The node's own marks tell
// which write a frame rests on and when it took a write for durable; whether it was is seen from the
// calls on log.db-wal alone (protocol, "barrier semantics").

import type { SystemCall } from "./system-calls.ts";

export type DurabilityReport = {
  /** One sentence each. */
  readonly violations: readonly string[];
  /** `persist` marks that followed writes of their own: group commits. */
  readonly persists: number;
  /** Marked frames that rest on a write of this run, by kind. */
  readonly sends: ReadonlyMap<string, number>;
};

export type TracedFiles = {
  /** The write-ahead log of log.db. */
  readonly wal: string;
  /** The file of the marks. */
  readonly marks: string;
};

const WRITES = new Set(["write", "writev", "pwrite64"]);
const SYNCS = new Set(["fsync", "fdatasync"]);
const PERSIST = /"persist (\d+)\\n"/;
const SEND = /"send (\w+) needs (\d+)\\n"/;

type Moment = { readonly line: number; readonly call: SystemCall; readonly isEnd: boolean };

/** Beginnings and ends of calls in the order in which they were seen. */
function momentsOf(calls: readonly SystemCall[]): Moment[] {
  const moments = calls.flatMap((call): Moment[] => [
    { line: call.from, call, isEnd: false },
    { line: call.to, call, isEnd: true },
  ]);
  return moments.filter(({ line }) => Number.isFinite(line)).sort((a, b) => a.line - b.line);
}

/** How much of one file is on the disk, seen from outside. */
class FileOnDisk {
  #open = 0;
  /** The line of the latest write's beginning or end. */
  #lastWrite = 0;
  /** Writes that had returned before this line are on the disk. */
  #syncedBefore = 0;

  note({ line, call, isEnd }: Moment): void {
    if (WRITES.has(call.name)) {
      this.#open += isEnd ? -1 : 1;
      this.#lastWrite = line;
    } else if (SYNCS.has(call.name) && isEnd && call.result === 0) {
      this.#syncedBefore = Math.max(this.#syncedBefore, call.from);
    }
  }

  get lastWrite(): number {
    return this.#lastWrite;
  }

  get isDurable(): boolean {
    return this.#open === 0 && this.#lastWrite < this.#syncedBefore;
  }
}

export function judgeDurability(calls: readonly SystemCall[], files: TracedFiles): DurabilityReport {
  const wal = new FileOnDisk();
  const violations: string[] = [];
  const sends = new Map<string, number>();
  let persists = 0;
  let durable = 0;
  let lastPersist = 0;
  for (const moment of momentsOf(calls)) {
    const { line, call, isEnd } = moment;
    if (call.path === files.wal) wal.note(moment);
    if (call.path !== files.marks) continue;
    const persisted = PERSIST.exec(call.text);
    const sent = SEND.exec(call.text);
    if (persisted === null && sent === null) throw new Error(`line ${line}: ${call.text} is no mark`);
    if (persisted !== null) {
      if (isEnd) durable = Number(persisted[1]);
      else {
        if (wal.lastWrite > lastPersist) persists += 1;
        lastPersist = line;
        if (!wal.isDurable)
          violations.push(`line ${line}: write ${persisted[1]} is taken for durable unsynced`);
      }
    } else if (sent !== null && !isEnd) {
      const [, kind = "", needs] = sent;
      if (Number(needs) > durable)
        violations.push(`line ${line}: ${kind} rests on write ${needs}, durable is ${durable}`);
      if (Number(needs) > 0) sends.set(kind, (sends.get(kind) ?? 0) + 1);
    }
  }
  return { violations, persists, sends };
}
