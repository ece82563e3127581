// What a node tells of the ledger: nothing once it has left or halted (V15, A33), whatever it was asked, also where it left while
// it read; and as of when, while its operator has halted it (S19).

import { Hash, LogIndex, ok } from "@juno/base";
import type { Mode } from "@juno/consensus";
import { describe, expect, it } from "vitest";
import { NodeBackend } from "./node-backend.ts";
import type { CommandState } from "./ports/backend.ts";

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
  const reader = new Proxy({} as Record<string, () => Promise<unknown>>, {
    get: (_, name) => async () => {
      await reading.promise;
      if (name === "command") return record;
      return name === "modules" || name === "module"
        ? new Uint8Array(0)
        : ok(name === "rowProof" ? undefined : answer);
    },
  });
  const replica = {
    ...{ state, ownWords: { isSettled: true, lacking: 0 }, isStopped: false, isUnderWay: () => true },
    ...{ ports: { clock: { wallMs: () => 1 } }, announcer: { stall: undefined } },
    outcomes: {
      watch: (_: string, listener: (state: CommandState) => void) => {
        settling.listener = listener;
        return () => undefined;
      },
    },
  };
  const backend = new NodeBackend({ replica, reader, urlOf: () => undefined } as never);
  return {
    state,
    backend,
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
