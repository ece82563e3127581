// What every LedgerReader must tell of earlier states: the rows of a table as they were after an entry,
// paged like those of today, with the outcome root of that time.

import { LogIndex } from "@juno/base";
import { apply, MemoryView } from "@juno/ledger";
import { describe, expect, it } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import {
  ACCOUNTS,
  bodyOf,
  calling,
  chainOf,
  context,
  creating,
  deploying,
  opening,
  people,
  transfers,
} from "./ledger-fixture.ts";
import { textOf } from "./row-proof-suite.ts";

const TABLE = { module: ACCOUNTS, table: "accounts" };

export function pastRowsSuite(open: () => LedgerDesk): void {
  describe("rows of earlier states", () => {
    const later = ["a", "w", "wjm.", "z"].map((name) => ({
      body: bodyOf([creating(name, people.bank)], { mark: `later ${name}` }),
    }));
    const entries = chainOf([...opening, ...transfers(6), ...later, ...transfers(6, 6)]);

    async function rowsAt(at: number | undefined, asked: { prefix?: string; limit?: number } = {}) {
      const { prefix, limit = 100 } = asked;
      const rows: string[] = [];
      for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
        const index = at === undefined ? undefined : LogIndex(at);
        const request = { ...TABLE, prefix, after, limit, at: index };
        const page = granted(await open().stores.reader.rows(request));
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        rows.push(...page.rows.map(({ key, value }) => `${key} ${textOf(value)}`));
        after = page.next;
      }
      return rows;
    }

    it("are those that the entries up to then lead to, page by page", async () => {
      await open().run(entries);
      const view = new MemoryView();
      for (const entry of entries) {
        view.accept(apply(context, view, entry), entry);
        const known = view.rows({ ...TABLE, limit: 100 }).map(({ key, value }) => `${key} ${textOf(value)}`);
        for (const limit of [100, 2]) expect(await rowsAt(entry.index, { limit })).toEqual(known);
        const some = known.filter((row) => row.startsWith("w"));
        expect(await rowsAt(entry.index, { prefix: "w", limit: 1 })).toEqual(some);
      }
      expect(await rowsAt(entries.length)).toEqual(await rowsAt(undefined));
    });

    it("say which state they are of, and are refused of states to come", async () => {
      const desk = open();
      await desk.append(entries);
      await desk.apply(7);
      const { root } = await desk.stores.reader.applied();
      await desk.apply(entries.length);
      const request = { ...TABLE, prefix: undefined, after: undefined, limit: 1 };
      const rowAt = (at: number) => desk.stores.reader.rows({ ...request, at: LogIndex(at) });
      expect(granted(await rowAt(7))).toMatchObject({ index: 7, root });
      const refused = { ok: false, error: { code: "entry_unknown" } };
      expect(await rowAt(entries.length + 1)).toMatchObject(refused);
    });

    it("are those of tables that later versions of a module have left out (A25)", async () => {
      const module = "demo.club";
      const head = `module ${module}\nimport std.auth {role}\nupgrade by role("risk")\n`;
      const first = `${head}table notes: Text => Nat
action note(name: Text, n: Nat) { notes.put(name, n) }
action forget(name: Text) { notes.remove(name) }
`;
      const acts = [
        deploying(first),
        calling(module, "note", { name: "ann", n: 7 }),
        calling(module, "forget", { name: "ann" }),
        deploying(head),
      ];
      const drafts = acts.map((action, at) => ({ body: bodyOf([action], { mark: `club ${at}` }) }));
      await open().run(chainOf([...opening, ...drafts]));
      const asked = async (at: number | undefined) => {
        const index = at === undefined ? undefined : LogIndex(at);
        const bounds = { prefix: undefined, after: undefined, limit: 9, at: index };
        const page = await open().stores.reader.rows({ module, table: "notes", ...bounds });
        return page.ok ? page.value.rows.map(({ key, value }) => `${key} ${textOf(value)}`) : page.error.code;
      };
      const end = opening.length;
      expect(await Promise.all([end, end + 1, end + 2, end + 3, end + 4, undefined].map(asked))).toEqual([
        "module_unknown",
        [],
        ["ann 7"],
        [],
        "table_unknown",
        "table_unknown",
      ]);
      // A26: their history is there as ever, until it is pruned.
      const place = { module, table: "notes", from: LogIndex(1), limit: 9 };
      const changesOf = async (key: string) =>
        granted(await open().stores.reader.history({ ...place, key })).changes.map(
          ({ index, before, after }) => [index, before && textOf(before), after && textOf(after)],
        );
      expect(await changesOf("ann")).toEqual([
        [end + 2, undefined, "7"],
        [end + 3, "7", undefined],
      ]);
      expect(await changesOf("nobody")).toEqual([]);
    });
  });
}
