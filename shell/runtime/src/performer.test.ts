import { LogIndex, NodeId, Term } from "@juno/base";
import type { DurableChange, DurableState, Effect } from "@juno/consensus";
import { beforeEach, describe, expect, test } from "vitest";
import { Performer } from "./performer.ts";
import type { LogStore } from "./ports/log-store.ts";

/** A disk whose writes end when the test says so. */
class HeldStore implements LogStore {
  readonly writes: {
    changes: readonly DurableChange[];
    resolve: () => void;
    reject: (cause: Error) => void;
  }[] = [];

  write(changes: readonly DurableChange[]): Promise<void> {
    return new Promise((resolve, reject) => this.writes.push({ changes, resolve, reject }));
  }
  load(): Promise<DurableState> {
    return Promise.reject(new Error("nothing is loaded here"));
  }
  read = () => Promise.resolve([]);
  prune = () => Promise.resolve(false);
  floor = () => Promise.resolve(undefined);
  commitProof = () => Promise.resolve(undefined);
  evidence = () => Promise.resolve([]);
  redact = () => Promise.resolve(true);
  close = () => Promise.resolve();
}

const persist = (term: number): Effect => ({
  kind: "persist",
  changes: [{ kind: "term", currentTerm: Term(term), votedBase: undefined }],
});
const send = (mark: number): Effect => ({ kind: "send", to: [NodeId(2)], frame: new Uint8Array([mark]) });
const settled = () => new Promise((resolve) => setImmediate(resolve));

let store: HeldStore;
let sent: number[];
let timers: number[];
let failures: Error[];
let performer: Performer;

beforeEach(() => {
  store = new HeldStore();
  sent = [];
  timers = [];
  failures = [];
  performer = new Performer(store, {
    perform: (effect) => {
      if (effect.kind === "send") sent.push(effect.frame[0]!);
      if (effect.kind === "commit") sent.push(1000 + effect.index);
    },
    setTimer: (atMs) => timers.push(atMs),
    failed: (cause) => failures.push(cause),
  });
});

describe("the barrier", () => {
  test("nothing behind a persist is performed before it is durable", async () => {
    performer.add([send(1), persist(1), send(2), { kind: "commit", index: LogIndex(7) }]);
    expect(sent).toEqual([1]);
    await settled();
    expect(sent).toEqual([1]);
    store.writes[0]!.resolve();
    await settled();
    expect(sent).toEqual([1, 2, 1007]);
  });

  test("a later step that persisted nothing waits for the earlier one", async () => {
    performer.add([persist(1)]);
    performer.add([send(1)]);
    await settled();
    expect(sent).toEqual([]);
    store.writes[0]!.resolve();
    await settled();
    expect(sent).toEqual([1]);
  });

  test("while the disk is busy, what waits becomes one write, in order", async () => {
    performer.add([persist(1), send(1)]);
    performer.add([persist(2), send(2)]);
    performer.add([persist(3), send(3)]);
    expect(store.writes).toHaveLength(1);
    store.writes[0]!.resolve();
    await settled();
    expect(sent).toEqual([1]);
    expect(store.writes).toHaveLength(2);
    expect(store.writes[1]!.changes.map((c) => (c.kind === "term" ? c.currentTerm : 0))).toEqual([2, 3]);
    store.writes[1]!.resolve();
    await settled();
    expect(sent).toEqual([1, 2, 3]);
    expect(performer.syncs).toBe(2);
  });

  test("waking up waits for nothing", () => {
    performer.add([persist(1), { kind: "setTimer", atMs: 42 }]);
    expect(timers).toEqual([42]);
  });

  test("a failed write ends everything: what waited is never said", async () => {
    performer.add([persist(1), send(1)]);
    performer.add([persist(2), send(2)]);
    store.writes[0]!.reject(new Error("no space"));
    await settled();
    performer.add([send(3)]);
    await settled();
    expect(sent).toEqual([]);
    expect(failures.map((cause) => cause.message)).toEqual(["no space"]);
    expect(store.writes).toHaveLength(1);
  });

  test("a stopped performer performs nothing more", async () => {
    performer.add([persist(1), send(1)]);
    performer.stop();
    store.writes[0]!.resolve();
    await settled();
    expect(sent).toEqual([]);
  });
});

describe("finishing", () => {
  test("waits for the write under way and for what has gathered behind it", async () => {
    performer.add([persist(1), send(1)]);
    performer.add([persist(2), send(2)]);
    let isDone = false;
    const finished = performer.finish().then(() => {
      isDone = true;
    });
    store.writes[0]!.resolve();
    await settled();
    expect([isDone, sent]).toEqual([false, [1]]);
    store.writes[1]!.resolve();
    await finished;
    expect(sent).toEqual([1, 2]);
  });

  test("comes to an end when the disk refuses, and the refusal is told", async () => {
    performer.add([persist(1), send(1)]);
    const finished = performer.finish();
    store.writes[0]!.reject(new Error("no space"));
    await finished;
    expect([sent, failures.map(({ message }) => message)]).toEqual([[], ["no space"]]);
  });

  test("has nothing to wait for where nothing is written", async () => {
    performer.add([send(1)]);
    await performer.finish();
    expect(sent).toEqual([1]);
  });
});
