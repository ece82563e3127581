// The LogStore port in memory: for tests and simulations. A MemoryLog stands for the disk and
// outlives the stores that are opened on it, one after another, as processes are.
// Invariant: a write is kept whole or not at all.

import { assert, type Hash, type LogIndex, Term } from "@juno/base";
import type { DurableChange, DurableState, Floor, KeptEvidence } from "@juno/consensus";
import { Failure } from "@juno/failure";
import {
  type Certificate,
  type CommitProof,
  type Entry,
  FIRST_EPOCH,
  genesisCertificate,
  networkStart,
} from "@juno/proof";
import type { LogStore, RedactedEntryBody, StoredEvidence } from "../log-store.ts";

type Voter = Pick<
  DurableState,
  | "epoch"
  | "isWithheld"
  | "links"
  | "currentTerm"
  | "votedBase"
  | "certified"
  | "base"
  | "committed"
  | "mode"
  | "reason"
  | "heard"
>;

type Kept = Extract<DurableChange, { kind: "keep" }>;

/** What a voter has on its disk. */
export class MemoryLog {
  voter: Voter;
  /** The point that the entries go on from; undefined at the genesis. */
  floor: Floor | undefined;
  /** Consecutive, the first right above the floor, or below that what pruning has not come to yet. */
  readonly entries: Entry[] = [];
  readonly commitProofs = new Map<number, CommitProof>();
  readonly kept: Kept[] = [];
  readonly evidence: StoredEvidence[] = [];
  fetched: readonly Entry[] = [];

  constructor(network: Hash) {
    const certified = genesisCertificate(networkStart(network));
    const { index, hash } = certified.position;
    this.voter = {
      epoch: FIRST_EPOCH,
      isWithheld: false,
      links: [],
      currentTerm: Term(0),
      votedBase: undefined,
      certified,
      base: { index, hash },
      committed: { index, hash },
      mode: "normal",
      reason: "",
      heard: [],
    };
  }

  /** The index of the first entry that is here, or would be. */
  get firstIndex(): number {
    return this.entries[0]?.index ?? (this.floor?.index ?? 0) + 1;
  }

  get lastIndex(): number {
    return this.firstIndex + this.entries.length - 1;
  }

  at(index: number): Entry | undefined {
    return this.entries[this.place(index)];
  }

  /** Where an index stands, or would stand, among the entries. */
  place(index: number): number {
    return index - this.firstIndex;
  }
}

export class MemoryLogStore implements LogStore {
  readonly #log: MemoryLog;
  #closed: Error | undefined;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async load(): Promise<DurableState> {
    if (this.#closed !== undefined) throw this.#closed;
    // What was fetched beside the log belongs to a process that is gone. Whoever only reads does not load.
    this.#log.fetched = [];
    const { voter, entries, commitProofs, kept, floor } = this.#log;
    const { index } = voter.committed;
    const committed = index === floor?.index ? floor : entries[this.#log.place(index)];
    return {
      ...voter,
      committedTime: committed?.time ?? 0,
      committedTerm: committed?.term ?? Term(0),
      committedEpoch: committed?.epoch ?? FIRST_EPOCH,
      commitProof: commitProofs.get(voter.committed.index),
      termCertificate: kept.find(
        ({ what, epoch, term }) =>
          what === "term-certificate" && epoch === voter.epoch && term === voter.currentTerm,
      )?.bytes,
      evidence: this.#log.evidence.map(({ kept: one }) => one),
      suffix: entries.slice(this.#log.place(index) + 1),
    };
  }

  async write(changes: readonly DurableChange[]): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    const undo: (() => void)[] = [];
    try {
      for (const change of changes) undo.push(apply(this.#log, change));
    } catch (error) {
      for (const back of undo.reverse()) back();
      this.#closed = error instanceof Error ? error : new Error(String(error));
      throw this.#closed;
    }
  }

  async read(range: Parameters<LogStore["read"]>[0]): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    let bytes = 0;
    if (range.to < this.#log.firstIndex) return [];
    const from = Math.max(0, this.#log.place(range.from));
    for (const entry of this.#log.entries.slice(from, this.#log.place(range.to) + 1)) {
      bytes += entry.body.length;
      if (found.length > 0 && bytes > range.bytesMax) break;
      found.push(entry);
    }
    return found;
  }

  async floor(): Promise<Floor | undefined> {
    return this.#log.floor;
  }

  async prune(floor: Floor, entriesMax: number): Promise<boolean> {
    const log = this.#log;
    if (floor.index > log.voter.committed.index) return true;
    if (floor.index > (log.floor?.index ?? 0)) log.floor = floor;
    const removed = Math.max(0, Math.min(entriesMax, log.place(floor.index) + 1));
    log.entries.splice(0, removed);
    for (const index of log.commitProofs.keys()) if (index < floor.index) log.commitProofs.delete(index);
    return removed === entriesMax;
  }

  async commitProof(range: { from: LogIndex; to: LogIndex }): Promise<CommitProof | undefined> {
    const indexes = [...this.#log.commitProofs.keys()].filter(
      (index) => index >= range.from && index <= range.to,
    );
    return indexes.length === 0 ? undefined : this.#log.commitProofs.get(Math.min(...indexes));
  }

  async evidence(range: Parameters<LogStore["evidence"]>[0]): Promise<readonly StoredEvidence[]> {
    const found: StoredEvidence[] = [];
    let bytes = 0;
    for (const one of this.#log.evidence.slice(Math.max(0, range.from - 1)).slice(0, range.limit)) {
      bytes += one.bytes.length;
      if (found.length > 0 && bytes > range.bytesMax) break;
      found.push(one);
    }
    return found;
  }

  async redact(bodies: readonly RedactedEntryBody[]): Promise<boolean> {
    if (this.#closed !== undefined) throw this.#closed;
    const { entries, voter } = this.#log;
    for (const { index, body } of bodies) {
      assert(index <= voter.committed.index, "what is redacted is committed");
      const entry = this.#log.at(index);
      // What was pruned meanwhile is gone anyway.
      if (entry !== undefined) entries[this.#log.place(index)] = { ...entry, body };
    }
    return true;
  }

  async close(): Promise<void> {
    this.#closed ??= new Failure("disk_failed", "the log store is closed");
  }
}

/** Makes one change; returns what takes it back. A change that makes no sense throws and changes nothing. */
function apply(log: MemoryLog, change: DurableChange): () => void {
  const { entries, voter } = log;
  switch (change.kind) {
    case "link":
      return remember(log, { links: [...voter.links, change.link] });
    case "epoch":
      return remember(log, { ...beginningOf(change.certificate), isWithheld: change.isWithheld });
    case "seat":
      return remember(log, { isWithheld: false });
    case "term":
      return remember(log, { currentTerm: change.currentTerm, votedBase: change.votedBase });
    case "certified":
      return remember(log, { certified: change.certificate, base: change.base });
    case "mode":
      return remember(log, { mode: change.mode, reason: change.reason });
    case "truncate": {
      assert(change.above >= voter.committed.index, "no committed entry is removed");
      const removed = entries.splice(log.place(change.above) + 1);
      return () => entries.push(...removed);
    }
    case "append":
      return append(log, change.entries);
    case "committed":
      return commit(log, change);
    case "keep": {
      log.kept.push(change);
      return () => log.kept.pop();
    }
    case "evidence":
      return keepEvidence(log, change);
    case "heard":
      return remember(log, { heard: change.words });
    case "buffer":
      return replaceFetched(log, adjoined(log.fetched, change.entries));
    case "take-buffer":
      return takeBuffer(log, change.through);
    case "drop-buffer":
      return replaceFetched(log, []);
    case "take-snapshot":
      return takeSnapshot(log, change.floor);
  }
}

/** Of one claim the first evidence is kept. */
function keepEvidence(log: MemoryLog, { kept, bytes }: Extract<DurableChange, { kind: "evidence" }>) {
  const claimOf = ({ kind, accused, epoch, term, index }: KeptEvidence) =>
    [kind, accused, epoch, term, index].join();
  if (log.evidence.some((one) => claimOf(one.kept) === claimOf(kept))) return () => undefined;
  log.evidence.push({ number: log.evidence.length + 1, kept, bytes });
  return () => log.evidence.pop();
}

function beginningOf(certified: Certificate): Partial<Voter> {
  const { index, hash } = certified.position;
  return {
    ...{ epoch: certified.epoch, certified, base: { index, hash } },
    ...{ currentTerm: Term(0), votedBase: undefined },
  };
}

function remember(log: MemoryLog, fields: Partial<Voter>): () => void {
  const before = log.voter;
  log.voter = { ...before, ...fields };
  return () => {
    log.voter = before;
  };
}

function append(log: MemoryLog, added: readonly Entry[]): () => void {
  const { length } = log.entries;
  const last = log.lastIndex;
  for (const [at, entry] of added.entries()) {
    assert(entry.index === last + 1 + at, "entries are appended right above the last one");
  }
  log.entries.push(...added);
  return () => log.entries.splice(length);
}

function commit(log: MemoryLog, change: Extract<DurableChange, { kind: "committed" }>): () => void {
  const { index, hash, proof } = change;
  assert(proof.index === index, "a commit proof is kept for the entry it proves");
  const rises = index >= log.voter.committed.index && index <= log.lastIndex;
  assert(rises, "commits stand in the log and rise");
  const back = remember(log, { committed: { index, hash } });
  const proofBefore = log.commitProofs.get(index);
  log.commitProofs.set(index, proof);
  return () => {
    back();
    if (proofBefore === undefined) log.commitProofs.delete(index);
    else log.commitProofs.set(index, proofBefore);
  };
}

function takeSnapshot(log: MemoryLog, floor: Floor): () => void {
  assert(floor.index > log.voter.committed.index, "a snapshot takes the log further");
  const before = log.floor;
  const removed = log.entries.splice(0);
  log.floor = floor;
  return () => {
    log.floor = before;
    log.entries.push(...removed);
  };
}

function adjoined(fetched: readonly Entry[], chunk: readonly Entry[]): readonly Entry[] {
  const [first, last] = [chunk[0], chunk.at(-1)];
  if (first === undefined || last === undefined) return fetched;
  assert(last.index - first.index + 1 === chunk.length, "a fetched chunk has no gap");
  if (fetched.length === 0) return chunk;
  if (fetched.at(-1)!.index + 1 === first.index) return [...fetched, ...chunk];
  assert(last.index + 1 === fetched[0]!.index, "fetched chunks are adjacent");
  return [...chunk, ...fetched];
}

function replaceFetched(log: MemoryLog, fetched: readonly Entry[]): () => void {
  const before = log.fetched;
  log.fetched = fetched;
  return () => {
    log.fetched = before;
  };
}

function takeBuffer(log: MemoryLog, through: LogIndex): () => void {
  const last = log.lastIndex;
  const taken = log.fetched.filter(({ index }) => index > last && index <= through);
  assert(through > last && taken.length === through - last, "the buffer continues the log");
  const backLog = append(log, taken);
  const backBuffer = replaceFetched(log, []);
  return () => {
    backBuffer();
    backLog();
  };
}
