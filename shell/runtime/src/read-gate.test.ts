// What a node tells of the ledger: nothing once it has left or halted (V15, A33), whatever it was asked, also where it left while
// it read; as of when, while its operator has halted it (S19); and nothing of a state whose roles it does not know yet (A41).

import { Hash, LogIndex, ok } from "@juno/base";
import type { Mode } from "@juno/consensus";
import { describe, expect, it } from "vitest";
import { NodeBackend } from "./node-backend.ts";
import type { CommandState } from "./ports/backend.ts";
import { WaitingReads } from "./waiting-reads.ts";

const hash = Hash(new Uint8Array(32));
const position = { term: 1, index: LogIndex(3), hash };
const address = { module: "demo.accounts", table: "accounts", key: "wjm" };

/** A node whose reader answers when `read` is called. */
function node() {
  const state = {
    ...{ mode: "normal" as Mode, reason: "", isHeld: false, restartCertified: position },
    ...{ committed: position, certified: { kind: "genesis", position }, commitProof: { term: 1 } },
    ...{ applied: position, log: { last: { time: 1 } }, currentTerm: 1, electorate: { epoch: 0 } },
  };
  const reading = Promise.withResolvers<void>();
  const record = { kind: "pruned", status: "ok", index: LogIndex(2) };
  const answer = { index: LogIndex(3), root: hash, result: new Uint8Array(0), rows: [] };
  const settling: { listener?: (state: CommandState) => void } = {};
  const reads = new WaitingReads();
  const reader = new Proxy({} as Record<string, () => Promise<unknown>>, {
    get: (_, name) => async () => {
      await reading.promise;
      if (name === "command") return record;
      if (name === "applied") return answer;
      return name === "modules" || name === "module"
        ? new Uint8Array(0)
        : ok(name === "rowProof" ? undefined : answer);
    },
  });
  const replica = {
    ...{ state, reads, ownWords: { isSettled: true, lacking: 0 }, isStopped: false, isUnderWay: () => false },
    ...{ ports: { clock: { wallMs: () => 1 } }, announcer: { stall: undefined } },
    outcomes: {
      watch: (_: string, listener: (state: CommandState) => void) => {
        settling.listener = listener;
        return () => undefined;
      },
      settle: (_: string, found: CommandState) => settling.listener?.(found),
    },
  };
  const backend = new NodeBackend({ replica, reader, urlOf: () => undefined } as never);
  return {
    ...{ state, backend, reads, answer, record },
    read: () => reading.resolve(),
    settle: (found: CommandState) => settling.listener?.(found),
  };
}

type Ask = (backend: NodeBackend) => Promise<{ readonly ok: boolean }>;
const ASKED: Record<string, Ask> = {
  query: (backend) => backend.query({ module: "m", query: "q", args: null, consistency: "local" } as never),
  simulate: (backend) => backend.simulate(new Uint8Array(0)),
  entries: (backend) => backend.entries({ from: LogIndex(1), limit: 1, bytesMax: 1 }),
  entryProof: (backend) => backend.entryProof(LogIndex(1)),
  rows: (backend) => backend.rows({ ...address, limit: 1 } as never),
  rowProof: (backend) => backend.rowProof(address),
  history: (backend) => backend.history({ ...address, from: LogIndex(1), limit: 1 }),
  modules: (backend) => backend.modules(),
  module: (backend) => backend.module("demo.accounts"),
};

const closed = { readOnly: "read_only", halted: "halted" } as const;

describe.each(Object.entries(ASKED))("%s", (_name, ask) => {
  it.each(["readOnly", "halted"] as const)(
    "is not told by a node that is %s, also by its operator's order",
    async (mode) => {
      const { state, backend, read } = node();
      read();
      expect((await ask(backend)).ok).toBe(true);
      Object.assign(state, { mode, isHeld: true });
      expect(await ask(backend)).toMatchObject({ ok: false, error: { code: closed[mode] } });
    },
  );

  it("is not told by a node that left while it read", async () => {
    const { state, backend, read } = node();
    const answer = ask(backend);
    state.mode = "readOnly";
    read();
    expect(await answer).toMatchObject({ ok: false, error: { code: "read_only" } });
  });
});

describe("what is read of a state whose roles this thread does not know yet (A41)", () => {
  const ofTheState = Object.entries(ASKED).filter(([name]) => !name.startsWith("entr"));
  const ofCommands: [string, (backend: NodeBackend) => Promise<unknown>][] = [
    ["commandState", (backend) => backend.commandState(hash)],
    ["watchOutcome", (backend) => new Promise((resolve) => backend.watchOutcome(hash, resolve))],
  ];
  const asked = [...ofTheState, ...ofCommands];
  /** It has read of entry 4, and knows the roles as of entry 3. */
  const ahead = (ask: (backend: NodeBackend) => Promise<unknown>) => {
    const found = node();
    const { answer, record, backend, read } = found;
    answer.index = record.index = LogIndex(4);
    let isTold = false;
    const told = ask(backend).finally(() => {
      isTold = true;
    });
    read();
    return { ...found, told, isTold: () => isTold };
  };
  const turn = () => new Promise(setImmediate);

  it.each(asked)("is told by %s when it knows them", async (_name, ask) => {
    const { state, reads, told, isTold } = ahead(ask);
    await turn();
    reads.advance(LogIndex(3));
    await turn();
    expect(isTold()).toBe(false);
    state.applied = { ...position, index: LogIndex(4) };
    reads.advance(LogIndex(4));
    await told;
  });

  it.each(ofCommands)(
    "keeps nobody waiting who asks a halted node by %s, which applies and hears no more",
    async (_name, ask) => {
      const { state, reads, record, answer, backend, read } = node();
      answer.index = record.index = LogIndex(4);
      reads.advance(LogIndex(4));
      const told = ask(backend);
      read();
      expect(state.applied.index).toBe(3);
      await told;
    },
  );

  it.each(ofTheState)("is not told by %s if the node stops before", async (_name, ask) => {
    const { reads, told } = ahead(ask);
    await turn();
    reads.end();
    expect(await told).toMatchObject({ ok: false, error: { code: "stopping" } });
  });
});

it("says of a page and of a query that they are not current while its operator has halted the node", async () => {
  const { state, backend, read } = node();
  read();
  state.isHeld = true;
  for (const ask of [ASKED.query!, ASKED.rows!])
    expect(await ask(backend)).toMatchObject({ ok: true, value: { current: false } });
});

it("tells nobody what became of a command once it has left, whoever asked before", async () => {
  const { state, backend, read, settle } = node();
  const told: CommandState[] = [];
  backend.watchOutcome(hash, (found) => told.push(found));
  const asked = backend.commandState(hash);
  const pruned = { kind: "pruned", status: "ok", index: LogIndex(2) } as const;
  settle(pruned);
  state.mode = "readOnly";
  settle(pruned);
  read();
  expect(await asked).toEqual({ kind: "unknown" });
  expect(told).toEqual([pruned]);
});
