// What every LedgerReader must tell of earlier states: the rows of a table as they were after an entry,
// paged like those of today, with the outcome root of that time.

import { LogIndex } from "@juno/base";
import { apply, MemoryView } from "@juno/ledger";
import { describe, expect, it } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import {
  ACCOUNTS,
  bodyOf,
  chainOf,
  context,
  creating,
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

    it("say which state they are of", async () => {
      const desk = open();
      await desk.append(entries);
      await desk.apply(7);
      const { root } = await desk.stores.reader.applied();
      await desk.apply(entries.length);
      const request = { ...TABLE, prefix: undefined, after: undefined, limit: 1, at: LogIndex(7) };
      expect(granted(await desk.stores.reader.rows(request))).toMatchObject({ index: 7, root });
    });

    it("are refused of states to come", async () => {
      await open().run(entries);
      const at = LogIndex(entries.length + 1);
      const request = { ...TABLE, prefix: undefined, after: undefined, limit: 1, at };
      const refused = await open().stores.reader.rows(request);
      expect(refused).toMatchObject({ ok: false, error: { code: "entry_unknown" } });
    });
  });
}
