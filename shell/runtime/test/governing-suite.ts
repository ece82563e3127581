// What every Executor must tell of the ledger's decisions about the network (C24): when they change, after a start, and
// with a snapshot that takes the state's place.

import { LogIndex, parseHex, utf8 } from "@juno/base";
import { apply, type Governed, governedIn, MemoryView, UNGOVERNED } from "@juno/ledger";
import { actId, type Entry, encodeConfigBody } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import {
  acting,
  activating,
  chainOf,
  context,
  type Draft,
  documentOf,
  genesis,
  opening,
  people,
  SNAPSHOT_ENTRIES,
  transfers,
} from "./ledger-fixture.ts";
import { sha256 } from "./log-fixture.ts";
import { prune, runAll } from "./pruning-suite.ts";

const SIGNATURE = "ab".repeat(64);
const EXPIRES = genesis.startTime + 3_600_000;

const ANNA = "1a".repeat(32);
const anna = acting("clients", { set: [{ name: "anna", key: ANNA, roles: ["teller"] }], remove: ["stu"] });
const TELLER = { name: "teller", submit: ["demo.bank"], read: ["demo.bank/rows"], gasPerMinute: 7 };
const EVERYBODY = { name: "default", submit: "*", read: "*", commandsPerMinute: 1_000 };
const roles = acting("roles", { define: [TELLER, EVERYBODY], remove: [] });
const operators = acting("operators", { policy: { key: ANNA } });
const stepDown = acting("step-down", { epoch: 0, term: 1 });
const halt = acting("halt", {});

const NODES = genesis.voters.map(({ id, signKey, transportKey }) => ({
  ...{ id, role: "voter" },
  signKey: Buffer.from(signKey).toString("hex"),
  transportKey: Buffer.from(transportKey).toString("hex"),
}));
const CONFIGURATION = { epoch: 1, nodes: NODES, policies: { admin: { key: people.bank } } };
const READY = [1, 2, 3];
const configure = acting("configure", CONFIGURATION, READY);
/** The config entry that is to follow (E55). */
function configBody(): Uint8Array {
  const signature = parseHex(SIGNATURE, 64)!;
  return encodeConfigBody({
    document: utf8(documentOf("configure", CONFIGURATION)),
    approvals: [{ key: parseHex(people.bank, 32)!, signature }],
    ready: READY.map((at) => ({ node: genesis.voters[at - 1]!.id, signature })),
  });
}

/** What follows by the ledger's own definition. */
function governedAfter(entries: readonly Entry[]): Governed {
  const view = new MemoryView();
  for (const entry of entries) view.accept(apply(context, view, entry), entry);
  return governedIn(context, view);
}

export function governingSuite(open: () => LedgerDesk): void {
  describe("decisions about the network (C24)", () => {
    it("are told in the batch that brings them, and in no other", async () => {
      const desk = open();
      expect(desk.opened!.governed).toEqual(UNGOVERNED);
      const entries = chainOf([...opening, anna, ...transfers(3), stepDown, halt]);
      await desk.append(entries);
      for (const { index } of entries) await desk.apply(index);
      const told = desk.batches.filter(({ governed }) => governed !== undefined);
      expect(told.map(({ applied }) => applied.index)).toEqual([5, 9, 10]);
      expect(told.map(({ governed }) => governed!.stepDowns)).toEqual([[], [{ epoch: 0, term: 1 }], []]);
      expect(told[0]!.governed).toEqual({
        ...UNGOVERNED,
        clients: new Map([
          [ANNA, { name: "anna", key: ANNA, roles: ["teller"] }],
          [people.stu, undefined],
        ]),
      });
      expect(told.at(-1)!.governed).toEqual(governedAfter(entries));
      expect(told.at(-1)!.governed!.halt).toMatchObject({ at: 10, by: [people.bank], reason: "a test" });
    });

    it("are told all of a batch at once", async () => {
      const desk = open();
      const entries = chainOf([...opening, anna, stepDown, halt]);
      await desk.run(entries);
      const told = desk.batches.flatMap(({ governed }) => governed ?? []);
      expect(told.flatMap(({ stepDowns }) => stepDowns)).toEqual([{ epoch: 0, term: 1 }]);
      expect({ ...told.at(-1)!, stepDowns: [] }).toEqual(governedAfter(entries));
    });

    it("are found again after a start, but for a term to be left", async () => {
      const desk = open();
      const entries = chainOf([...opening, anna, roles, operators, configure, stepDown, halt]);
      await desk.run(entries);
      await desk.restart();
      const { governed } = desk.opened!;
      expect(governed).toEqual(governedAfter(entries));
      expect(governed.roles.get("teller")).toMatchObject({ read: ["demo.bank/rows"], gasPerMinute: 7 });
      expect(governed.roles.get("default")).toMatchObject({ submit: "*", commandsPerMinute: 1_000 });
      expect(governed.operators).toEqual([ANNA]);
      const act = actId(sha256, utf8(documentOf("configure", CONFIGURATION)));
      expect(governed.configurations).toEqual([{ act, expires: EXPIRES, body: configBody() }]);
    });

    it("count what clients use of their quotas, and tell it with the outcome (C31)", async () => {
      const desk = open();
      const entries = chainOf([...opening, roles, ...transfers(3)]);
      await desk.run(entries);
      const told = desk.outcomes.map(({ command }) => command?.usage);
      expect(told.slice(0, opening.length + 1).every((usage) => usage === undefined)).toBe(true);
      expect(told.at(-3)).toMatchObject({ commands: 1, gas: expect.any(Number) });
      expect(told.at(-1)).toMatchObject({ client: told.at(-3)!.client, commands: 2 });
    });

    it("are done with when the config entry is applied, whose receipt tells what it changed (C17)", async () => {
      const desk = open();
      const brought: Draft = { kind: "config", body: configBody() };
      const entries = chainOf([...opening, configure, brought]);
      await desk.run(entries);
      expect(desk.batches.at(-1)!.governed).toEqual(UNGOVERNED);
      const receipt = JSON.parse(new TextDecoder().decode(desk.outcomes.at(-1)!.receipt));
      expect(receipt.changes.map(({ table }: { table: string }) => table)).toEqual([
        "acts",
        "agenda",
        "epochs",
      ]);
      const address = { module: "juno", table: "epochs", key: "0000000000000001" };
      const from = LogIndex(1);
      const { changes } = granted(await desk.stores.reader.history({ ...address, from, limit: 9 }));
      expect(changes.map(({ index }) => index)).toEqual([entries.length]);
    });

    it("tell before which entry the node has to stop, and none is applied from there on (C37)", async () => {
      const desk = open();
      const entries = chainOf([...opening, activating(8), ...transfers(4)]);
      await desk.append(entries);
      await expect(desk.apply(entries.length)).rejects.toMatchObject({
        code: "too_old",
        message: expect.stringMatching(
          /^entries from 8 on are applied by ledger version 60000 .* stops before entry 8\. Install/,
        ),
      });
      expect(desk.applied).toBe(7);
      expect(desk.outcomes.map(({ entry }) => entry.index)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      await desk.restart();
      expect(desk.opened!.applied.index).toBe(7);
      expect(desk.opened!.governed).toEqual(governedAfter(entries.slice(0, 7)));
      expect(desk.opened!.governed.activation).toMatchObject({ at: 8, to: { ledger: 60_000, language: 1 } });
      await expect(desk.apply(entries.length)).rejects.toMatchObject({ code: "too_old" });
      expect(desk.outcomes).toEqual([]);
    });

    it("come with a snapshot that takes the state's place", async () => {
      const desk = open();
      const entries = chainOf([...opening, anna, configure, stepDown, ...transfers(SNAPSHOT_ENTRIES)]);
      await runAll(desk, entries);
      await prune(desk, entries);
      await desk.restart((bench) => bench.forgetState());
      expect(desk.opened!.governed).toEqual(UNGOVERNED);
      await desk.apply(entries.length);
      expect(desk.batches.map(({ governed }) => governed)[0]).toEqual(governedAfter(entries));
    });
  });
}
