// What every LedgerReader must do (the port's contract), run for each implementation.

import { type Hash, hex, isJsonObject, type Json, LogIndex, parseJson } from "@juno/base";
import { decodeCommand, entryHash, signaturesHash as hashSignatures } from "@juno/proof";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistoryPage } from "../src/ports/backend.ts";
import { PAGE_ITEMS_MAX } from "../src/ports/ledger-reader.ts";
import { granted, LedgerDesk, type LedgerSetup } from "./ledger-desk.ts";
import {
  ACCOUNTS,
  bodyOf,
  chainOf,
  context,
  creating,
  crediting,
  type Draft,
  genesis,
  idOf,
  opening,
  payloadOf,
  people,
  stranger,
  transferring,
  transfers,
} from "./ledger-fixture.ts";
import { committing, sha256 } from "./log-fixture.ts";
import { moduleSuite } from "./module-suite.ts";
import { pastRowsSuite } from "./past-rows-suite.ts";
import { redactedSuite } from "./redacted-command-suite.ts";
import { rowProofSuite, textOf } from "./row-proof-suite.ts";

export function ledgerReaderSuite(name: string, implementation: LedgerSetup): void {
  describe(`LedgerReader: ${name}`, () => {
    let desk: LedgerDesk | undefined;

    beforeEach(async () => {
      desk = new LedgerDesk(await implementation.setup());
      await desk.start();
    });

    afterEach(async () => {
      await desk!.stop();
      await implementation.teardown();
    });

    entrySuite(() => desk!);
    commandSuite(() => desk!);
    redactedSuite(() => desk!);
    rowSuite(() => desk!);
    pastRowsSuite(() => desk!);
    rowProofSuite(() => desk!);
    historySuite(() => desk!);
    querySuite(() => desk!);
    moduleSuite(() => desk!);
  });
}

function entrySuite(open: () => LedgerDesk): void {
  describe("entries", () => {
    it("are shown once they are applied, with what came out", async () => {
      const desk = open();
      const { reader } = desk.stores;
      const entries = chainOf([...opening, ...transfers(20)]);
      await desk.append(entries);
      await desk.apply(10);
      expect(await reader.applied()).toEqual(desk.batches.at(-1)!.applied);
      const shown = granted(await reader.entries({ from: LogIndex(1), limit: 100, bytesMax: 1 << 20 }));
      const expected = desk.outcomes.map(({ entry, previousHash, receipt }) => ({
        entry,
        previousHash,
        receipt,
      }));
      expect(shown).toEqual(expected);
      expect(granted(await reader.entries({ from: LogIndex(11), limit: 100, bytesMax: 1 << 20 }))).toEqual(
        [],
      );
    });

    it("are paged by number and by bytes, but never before the first", async () => {
      const desk = open();
      const { reader } = desk.stores;
      const entries = chainOf([...opening, ...transfers(PAGE_ITEMS_MAX + 10)]);
      await desk.run(entries);
      const indexes = async (from: number, limit: number, bytesMax: number) =>
        granted(await reader.entries({ from: LogIndex(from), limit, bytesMax })).map(
          ({ entry }) => entry.index,
        );
      expect(await indexes(3, 4, 1 << 20)).toEqual([3, 4, 5, 6]);
      expect(await indexes(5, 9, 0)).toEqual([5]);
      const two = entries[4]!.body.length + entries[5]!.body.length;
      expect(await indexes(5, 9, two)).toEqual([5, 6]);
      expect(await indexes(1, 1 << 20, 1 << 30)).toHaveLength(PAGE_ITEMS_MAX);
    });

    it("are proved by the next commit proof above them", async () => {
      const desk = open();
      const { log, reader } = desk.stores;
      const entries = chainOf([...opening, ...transfers(20)]);
      await desk.run(entries);
      expect(granted(await reader.entryProof(LogIndex(3)))).toBeUndefined();
      await log.write([committing(entries[8]!)]);
      const { previousHash, header, through, commit } = granted(await reader.entryProof(LogIndex(3)))!;
      expect(previousHash).toEqual(entries[1]!.hash);
      const hash: Hash = entryHash(sha256, previousHash, header);
      expect(through.reduce((below, next) => entryHash(sha256, below, next), hash)).toEqual(commit.hash);
      expect(commit.index).toBe(9);
      expect(granted(await reader.entryProof(LogIndex(1)))!.previousHash).toEqual(genesis.network);
      expect(granted(await reader.entryProof(LogIndex(9)))!.through).toEqual([]);
      for (const index of [10, 99, 0])
        expect(granted(await reader.entryProof(LogIndex(index)))).toBeUndefined();
    });

    it("are proved once they are applied", async () => {
      const desk = open();
      const { log, reader } = desk.stores;
      const entries = chainOf([...opening, ...transfers(10)]);
      await desk.append(entries);
      await log.write([committing(entries[9]!)]);
      await desk.apply(6);
      expect(granted(await reader.entryProof(LogIndex(6)))!.commit.index).toBe(10);
      expect(granted(await reader.entryProof(LogIndex(7)))).toBeUndefined();
    });
  });
}

function commandSuite(open: () => LedgerDesk): void {
  const paying = [transferring("wjm", "stu", "1.00 USD")];
  const ok = { signers: [people.wjm], mark: "ok" };
  const failed = { signers: [people.stu], mark: "not his to pay" };
  const rejected = { signers: [stranger], mark: "not a client" };
  const expired = { signers: [people.wjm], mark: "too late", expiresMs: 5 };
  const drafts: Draft[] = [
    ...opening,
    { body: bodyOf(paying, ok) },
    { body: bodyOf(paying, failed) },
    { body: bodyOf(paying, rejected) },
    { body: bodyOf(paying, expired) },
    { body: bodyOf(paying, ok) },
    { body: bodyOf(paying, expired) },
  ];

  describe("commands", () => {
    it("are found by id, with what proves their outcome, whatever it is", async () => {
      const desk = open();
      const entries = chainOf(drafts);
      await desk.run(entries);
      for (const { asked, status, index } of [
        { asked: ok, status: "ok", index: 5 },
        { asked: failed, status: "failed", index: 6 },
        { asked: rejected, status: "rejected", index: 7 },
        { asked: expired, status: "expired", index: 8 },
      ]) {
        const id = idOf(paying, asked);
        const record = await desk.stores.reader.command(id);
        const entry = entries[index - 1]!;
        const command = decodeCommand(entry.body);
        const { epoch, term, time, kind, bodyDigest } = entry;
        expect(record).toEqual({
          id,
          status,
          header: { epoch, index, term, time, kind, bodyDigest },
          previousHash: entries[index - 2]!.hash,
          hash: entry.hash,
          signaturesHash: command.ok ? hashSignatures(context.sha256, command.value.signatures) : undefined,
          receipt: desk.outcomes[index - 1]!.receipt,
        });
      }
    });

    it("are unknown until they are applied", async () => {
      const desk = open();
      await desk.append(chainOf(drafts));
      await desk.apply(4);
      expect(await desk.stores.reader.command(idOf(paying, ok))).toBeUndefined();
      await desk.apply(5);
      expect(await desk.stores.reader.command(idOf(paying, ok))).toMatchObject({ status: "ok" });
    });
  });
}

function rowSuite(open: () => LedgerDesk): void {
  const names = ["a", "a.b", "a.c", "ab", "b", "ba", "c"];

  describe("rows", () => {
    beforeEach(async () => {
      await open().run(chainOf([{ body: bodyOf(names.map((name) => creating(name, people.bank))) }]));
    });

    const page = async (asked: { prefix?: string; after?: string; limit?: number }) => {
      const { prefix, after, limit = 100 } = asked;
      const request = { module: ACCOUNTS, table: "accounts", prefix, after, limit };
      const { rows, next } = granted(await open().stores.reader.rows(request));
      return { keys: rows.map(({ key }) => key), next };
    };

    it("are paged in the order of their keys, and found by prefix", async () => {
      expect(await page({})).toEqual({ keys: names, next: undefined });
      expect(await page({ limit: 3 })).toEqual({ keys: ["a", "a.b", "a.c"], next: "a.c" });
      expect(await page({ limit: 3, after: "a.c" })).toEqual({ keys: ["ab", "b", "ba"], next: "ba" });
      expect(await page({ limit: 3, after: "ba" })).toEqual({ keys: ["c"], next: undefined });
      expect(await page({ after: "aa" })).toEqual({ keys: ["ab", "b", "ba", "c"], next: undefined });
      expect(await page({ prefix: "a" })).toEqual({ keys: ["a", "a.b", "a.c", "ab"], next: undefined });
      expect(await page({ prefix: "a." })).toEqual({ keys: ["a.b", "a.c"], next: undefined });
      expect(await page({ prefix: "a.", after: "a.b" })).toEqual({ keys: ["a.c"], next: undefined });
      expect(await page({ prefix: "b", after: "a" })).toEqual({ keys: ["b", "ba"], next: undefined });
      expect(await page({ prefix: "a", after: "b" })).toEqual({ keys: [], next: undefined });
      expect(await page({ prefix: "z" })).toEqual({ keys: [], next: undefined });
    });

    it("say which state they are of, and hold canonical JSON", async () => {
      const { reader } = open().stores;
      const request = { module: ACCOUNTS, table: "accounts", prefix: undefined, after: undefined, limit: 1 };
      const { rows, index, root } = granted(await reader.rows(request));
      expect({ index, root }).toEqual(await reader.applied());
      expect(textOf(rows[0]!.value)).toBe(`{"funds":"0.00 USD","owner":{"key":"${people.bank}"}}`);
      const system = { ...request, module: "juno", table: "modules" };
      expect(granted(await reader.rows(system))).toMatchObject({ rows: [], next: undefined });
    });
  });
}

function historySuite(open: () => LedgerDesk): void {
  const request = { module: ACCOUNTS, table: "accounts", key: "wjm", from: LogIndex(1), limit: 100 };
  const row = (funds: string): string => `{"funds":"${funds} USD","owner":{"key":"${people.wjm}"}}`;

  describe("the history of a row", () => {
    it("holds every change, its command, and the row before and after", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(2)]);
      await desk.run(entries);
      const { changes, next } = granted(await desk.stores.reader.history(request));
      expect(next).toBeUndefined();
      expect(changes.map(({ before, after }) => [textOf(before), textOf(after)])).toEqual([
        [undefined, row("0.00")],
        [row("0.00"), row("100.00")],
        [row("100.00"), row("99.99")],
        [row("99.99"), row("100.00")],
      ]);
      expect(changes.map(({ index }) => index)).toEqual([2, 4, 5, 6]);
      for (const { index, time, commandId } of changes) {
        expect(time).toBe(entries[index - 1]!.time);
        expect(commandId).toEqual(desk.outcomes[index - 1]!.command!.id);
      }
    });

    it("counts what several actions of one command did as one change", async () => {
      const desk = open();
      const there = transferring("wjm", "stu", "2.00 USD");
      const back = transferring("stu", "wjm", "0.50 USD");
      const signers = [people.wjm, people.stu];
      await desk.run(
        chainOf([
          ...opening,
          { body: bodyOf([there, back, there], { signers, mark: "three" }) },
          { body: bodyOf([there, transferring("stu", "wjm", "2.00 USD")], { signers, mark: "none" }) },
        ]),
      );
      const { changes } = granted(await desk.stores.reader.history({ ...request, from: LogIndex(5) }));
      expect(changes.map(({ index, before, after }) => [index, textOf(before), textOf(after)])).toEqual([
        [5, row("100.00"), row("96.50")],
      ]);
    });

    it("is paged", async () => {
      const desk = open();
      await desk.run(chainOf([...opening, ...transfers(10)]));
      const { reader } = desk.stores;
      const seen: number[] = [];
      let from: LogIndex | undefined = LogIndex(1);
      while (from !== undefined) {
        const page: HistoryPage = granted(await reader.history({ ...request, from, limit: 5 }));
        expect(page.changes.length).toBeLessThanOrEqual(5);
        seen.push(...page.changes.map(({ index }) => index));
        from = page.next;
      }
      expect(seen).toEqual([2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
      const none = granted(await reader.history({ ...request, key: "nobody" }));
      expect(none).toEqual({ changes: [], next: undefined });
    });
  });
}

function querySuite(open: () => LedgerDesk): void {
  const args = (name: string): Json => new Map([["name", name]]);

  describe("queries and trials", () => {
    it("answer from the applied state and say which it is", async () => {
      const desk = open();
      const { reader } = desk.stores;
      await desk.append(chainOf([...opening, ...transfers(1)]));
      await desk.apply(4);
      const ask = () => reader.query({ module: ACCOUNTS, query: "balance", args: args("wjm") });
      const before = await ask();
      await desk.apply(5);
      const after = await ask();
      expect([before, after].map((answer) => answer.ok && textOf(answer.value.result))).toEqual([
        '"100.00 USD"',
        '"99.99 USD"',
      ]);
      expect(before.ok && before.value).toMatchObject({ index: 4 });
      expect(after.ok && after.value).toMatchObject(await reader.applied());
    });

    it("are refused with the contract's own reason", async () => {
      const desk = open();
      await desk.run(chainOf(opening));
      const answer = await desk.stores.reader.query({
        module: ACCOUNTS,
        query: "balance",
        args: args("nobody"),
      });
      expect(answer).toMatchObject({
        ok: false,
        error: { code: "query_failed", error: { name: "RowMissing", place: { module: ACCOUNTS } } },
      });
      const error = answer.ok ? undefined : answer.error.error;
      expect(error?.fields).toEqual(
        new Map([
          ["table", "accounts"],
          ["key", "nobody"],
        ]),
      );
      const unknown = await desk.stores.reader.query({
        module: "none",
        query: "balance",
        args: args("nobody"),
      });
      expect(unknown).toMatchObject({ ok: false, error: { code: "module_unknown" } });
    });

    it("try a payload and leave no trace", async () => {
      const desk = open();
      await desk.run(chainOf(opening));
      const { reader } = desk.stores;
      const before = await reader.applied();
      const payload = payloadOf([crediting("stu", "5.00 USD")], { mark: "a trial" });
      const trial = { payload, time: genesis.startTime + 1_000 };
      const first = await reader.simulate(trial);
      expect(first.ok && first.value.index).toBe(5);
      const receipt = first.ok ? parseJson(first.value.receipt, { bytesMax: 1 << 20 }) : undefined;
      expect(receipt?.ok && isJsonObject(receipt.value) && receipt.value.get("status")).toBe("ok");
      expect(await reader.simulate(trial)).toEqual(first);
      expect(await reader.applied()).toEqual(before);
      expect(hex((await reader.applied()).root)).toBe(hex(before.root));
      const refused = await reader.simulate({ ...trial, payload: payload.subarray(1) });
      expect(refused).toMatchObject({ ok: false, error: { code: "command_malformed" } });
    });
  });
}
