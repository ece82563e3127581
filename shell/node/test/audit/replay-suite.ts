// Replays of a real network's log to entries of it (P21): the state as it was then, and what happened, from a node's
// folder, an archive, and whatever hands out entries; and logs with which something is wrong.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { equalBytes, hex, LogIndex, parseUtf8, Term } from "@juno/base";
import { type BareEntry, chainEntry, decodeCertificate, type Entry, rootOf } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import { type ReplayRequest, replay } from "../../src/replay/replay.ts";
import type { Replayed, ReplayOutcome } from "../../src/replay/replay-report.ts";
import { stateFile } from "../../src/store/folder.ts";
import { copyOf } from "./altered-databases.ts";
import type { SampleArchive } from "./sample-archive.ts";
import { accusationOf, electionOf, type SampleHistory } from "./sample-history.ts";
import { changed, entriesOf, inLog, inState, otherSigner, rewriting } from "./tampering.ts";

/** `open` gives an archive of all that the witness of a history has. */
export function replaySuite(open: () => SampleArchive): void {
  let sample: SampleArchive;
  let history: SampleHistory;
  let node: string;
  let entries: Entry[];
  let last: number;
  let feed: NodeFeed;
  const receipts = new Map<number, object>();

  beforeAll(async () => {
    sample = open();
    ({ history, last } = sample);
    const { network, witness } = history;
    node = network.folderOf(witness);
    entries = entriesOf(node);
    feed = new NodeFeed(node, network.genesis);
    for await (const portion of feed.entries({ from: 1, to: last })) {
      for (const { entry, receipt } of portion) {
        receipts.set(entry.index, JSON.parse(parseUtf8(receipt)!) as object);
      }
    }
  });

  afterAll(() => feed.close());

  const replayed = (to: number, from: ReplayRequest["from"] = node, rest: Partial<ReplayRequest> = {}) =>
    replay({ from, to, genesisBytes: history.network.genesisBytes, verifier: sample.verifier, ...rest });

  /** What a good replay shows, as text, and its state closed. */
  async function shown(to: number, from?: ReplayRequest["from"], isTraced = false) {
    const outcome = good(await replayed(to, from, { isTraced }));
    const { state, facts, trace, election, reached } = outcome;
    const rows = state
      .tables()
      .flatMap((table) =>
        [...state.rows(table)].map(({ key, row }) => `${table.table} ${key} ${parseUtf8(row)}`),
      );
    const tables = state.tables();
    state.close();
    const roots = { state: hex(outcome.stateRoot), outcome: hex(outcome.outcomeRoot) };
    return { rows, tables, roots, facts, trace, election, receipt: JSON.parse(parseUtf8(reached!.receipt)!) };
  }

  function good(outcome: ReplayOutcome): Replayed {
    if (outcome.kind !== "replayed") throw new Error(JSON.stringify(outcome));
    return outcome;
  }

  const indexOf = (
    isIt: (receipt: { status?: string; actions?: { error?: { name: string } }[] }) => boolean,
  ): number => {
    const entry = entries.find(({ index }) => isIt(receiptAt(index)));
    return entry!.index;
  };

  const receiptAt = (index: number) => receipts.get(index) ?? {};

  describe("a replay", () => {
    it("shows the roots that the network had then, and rows that only later entries differ from (P21)", async () => {
      for (const to of [1, 8, 9, 16, 24, last]) {
        const { roots, facts, rows, tables } = await shown(to);
        expect(roots.outcome).toBe(hex(rootOf(sha256, feed.frontierBefore(to + 1))));
        // C20: the root that the network has put into a checkpoint's receipt.
        const { stateRoot } = receiptAt(to) as { stateRoot?: string };
        if (to % 8 === 0) expect(roots.state).toBe(stateRoot);
        expect(facts).toMatchObject({ entries: to, compared: to });
        expect(facts.proved).toBe(to);
        expect(tables.reduce((sum, table) => sum + table.rows, 0)).toBe(rows.length);
      }
      const [early, late] = [await shown(1), await shown(last)];
      expect(early.rows).toEqual([]);
      expect(early.tables.map(({ table }) => table)).toEqual(["accounts", "modules"]);
      expect(late.tables.map(({ module, table }) => `${module}/${table}`)).toEqual([
        "counter/counts",
        "demo.accounts/accounts",
        "juno/modules",
      ]);
      expect(late.facts.attested).toBeGreaterThan(0);
    });

    it("is the same from an archive, and from whoever hands out entries", async () => {
      for (const to of [9, last]) {
        const { facts, ...own } = await shown(to, node, true);
        for (const from of [sample.whole, feed]) {
          const { facts: others, ...same } = await shown(to, from, true);
          expect(same).toEqual(own);
          expect(others).toMatchObject({ entries: to, commands: facts.commands, proved: to, compared: to });
        }
      }
    });

    it("traces what ran at the entry, and at no other (P20)", async () => {
      const paid = indexOf(
        ({ status, actions }) => status === "ok" && JSON.stringify(actions).includes("Moved"),
      );
      const { trace } = await shown(paid, node, true);
      const kinds = new Set(trace!.steps.map(({ kind }) => kind));
      expect(kinds).toEqual(
        new Set(["command", "call", "enter", "row", "signed", "emit", "leave", "changed"]),
      );
      expect(trace!.steps.filter(({ kind }) => kind === "command")).toHaveLength(1);
      expect(trace!.omitted).toBe(0);
      const failed = indexOf(({ actions }) => actions?.[0]?.error?.name === "Insufficient");
      const aborted = (await shown(failed, node, true)).trace!.steps;
      expect(aborted.at(-2)).toMatchObject({ kind: "abort", error: "demo.accounts.Insufficient" });
      expect(aborted.at(-2)!.place).toMatchObject({
        module: "demo.accounts",
        code: expect.stringContaining("Insufficient"),
      });
      expect((await shown(paid)).trace).toBeUndefined();
      expect((await shown(1, node, true)).trace!.steps).toEqual([]);
    });

    it("tells of an election: who voted, upon what, who led before, and what is kept of it", async () => {
      const [first, second] = entries.filter(({ kind }) => kind === "election");
      expect((await shown(first!.index)).election).toMatchObject({ before: undefined, base: { index: 0 } });
      const { election } = await shown(second!.index);
      const certificate = decodeCertificate(second!.body);
      if (!certificate.ok || election === undefined) throw new Error("no election");
      const before = entries[second!.index - 2]!;
      expect(election).toMatchObject({
        term: second!.term,
        leader: accusationOf(history.network, second!.term).accused,
        voters: certificate.value.statements.map(({ voter }) => voter),
        base: { index: before.index },
        before: {
          term: before.term,
          leader: accusationOf(history.network, before.term).accused,
          last: { index: before.index, time: before.time },
          lastCommand: { index: before.index, time: before.time },
        },
      });
      expect(equalBytes(election.base.hash, before.hash)).toBe(true);
      expect(election.termCertificates.map(({ term }) => term)).toContain(second!.term);
      const accused = (await shown(last)).facts.misbehaviour;
      const around = accused.filter(({ term }) => term === second!.term || term === before.term);
      expect(election.evidence).toEqual(around);
    });

    it("tells of a leader that brought nothing, from a log without a state beside it", async () => {
      const place = copyOf(node, "idle");
      rewriting((all) => [...all.slice(0, 9), ...idleLeaders(all[8]!)])(place);
      inLog("DELETE FROM commit_proofs WHERE idx > 9; DELETE FROM certificates")(place);
      rmSync(stateFile(place));
      const { election, facts } = await shown(11, place);
      const { term } = entries[8]!;
      expect(election).toMatchObject({ term: term + 3, emptyTerms: 1, termCertificates: [] });
      expect(election!.before).toMatchObject({ term: term + 1, lastCommand: undefined, last: { index: 10 } });
      expect(facts).toMatchObject({ entries: 11, compared: 0 });
      expect(facts.proved).toBeLessThanOrEqual(9);
    });

    /** Two elections upon an entry, one right after the other, with a term without entries between. */
    function idleLeaders(base: Entry): BareEntry[] {
      const electionUpon = ({ term, index, hash, time, epoch }: Entry, later: number): BareEntry => {
        const body = electionOf(history.network, Term(term + later), { term, index, hash });
        return { epoch, index: LogIndex(index + 1), term: Term(term + later), time, kind: "election", body };
      };
      const first = electionUpon(base, 1);
      const chained = chainEntry(sha256, base.hash, first);
      if (!chained.ok) throw new Error(chained.error.detail);
      return [first, electionUpon(chained.value, 2)];
    }

    it("reads single rows of the state", async () => {
      const { state } = good(await replayed(last));
      const accounts = { module: "demo.accounts", table: "accounts" };
      for (const { key, row } of state.rows(accounts)) expect(state.row(accounts, key)).toEqual({ key, row });
      expect(state.row(accounts, "nobody")).toBeUndefined();
      state.close();
    });
  });

  describe("a replay of what is not good", () => {
    it("shows nothing but what is wrong, at the first entry that is", async () => {
      const missing = copyOf(node, "missing");
      inLog("DELETE FROM entries WHERE idx = 6")(missing);
      // What is missing above is not in question, but proves nothing.
      const { state, facts } = good(await replayed(5, missing));
      expect(facts.proved).toBeLessThan(6);
      state.close();
      const forged = copyOf(node, "forged");
      rewriting((all) => changed(all, 7, otherSigner))(forged);
      const lied = copyOf(node, "lied");
      inState("UPDATE outcomes SET receipt = CAST('{}' AS BLOB) WHERE idx = 4")(lied);
      for (const [place, index] of [
        [missing, 6],
        [forged, 7],
        [lied, 4],
      ] as const) {
        const outcome = await replayed(9, place);
        // What breaks first comes first; an entry that is missing may take others along, such as those of its term.
        expect(outcome.kind === "bad" && outcome.findings[0]).toMatchObject({ index });
      }
    });

    it("is refused where it cannot be done, and says why", async () => {
      const refused = (code: string) => ({ kind: "refused", code });
      expect(await replayed(last + 1)).toMatchObject(refused("entry_unknown"));
      const floor = "INSERT INTO floor SELECT 1, idx, hash, epoch, term, time FROM entries WHERE idx = 3";
      for (const [name, sql] of [
        ["begun", floor],
        ["pruned", `${floor}; DELETE FROM entries WHERE idx < 4`],
      ] as const) {
        const pruned = copyOf(node, name);
        inLog(sql)(pruned);
        // The log says that it goes on from a snapshot, and there is none.
        const problem = expect.stringContaining("without this snapshot nothing above can be executed");
        const finding = { place: "snapshots (3)", problem };
        expect(await replayed(9, pruned)).toMatchObject({ kind: "bad", findings: [finding] });
      }
      const part = sample.fresh();
      await sample.exported(part, { from: 5 });
      expect(await replayed(9, part)).toMatchObject(refused("entry_pruned"));
      await expect(replayed(1, join(node, "nowhere"))).rejects.toMatchObject({ code: "store_missing" });
    });

    it("stops when it is told to", async () => {
      const signal = AbortSignal.abort();
      expect(await replayed(last, node, { signal })).toEqual({ kind: "stopped", at: 0 });
    });
  });
}
