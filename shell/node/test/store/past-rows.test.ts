// A page of earlier rows ends where too much was read for it, and the next one goes on there: whoever asks holds up the reads of
// others no longer than that (A13, A25).

import { DatabaseSync } from "node:sqlite";
import { utf8 } from "@juno/base";
import { expect, it } from "vitest";
import { PastRows } from "../../src/store/reader/past-rows.ts";

const MIB = 1024 * 1024;
const keys = Array.from({ length: 20 }, (_, at) => `row ${String(at).padStart(2, "0")}`);

/** The rows of a table, page by page, where reading what each was takes a receipt of so many bytes. */
function paged(receiptBytes: number): string[][] {
  const db = new DatabaseSync(":memory:");
  for (const table of ["rows", "history"])
    db.exec(`CREATE TABLE ${table} (module TEXT, tbl TEXT, key BLOB, value BLOB)`);
  for (const key of keys) db.prepare("INSERT INTO history VALUES ('m', 't', ?, NULL)").run(utf8(key));
  let read = 0;
  const rowAt = (_: number, { key }: { key: string }) => {
    read += receiptBytes;
    // Every other row was not there yet.
    return Number(key.slice(4)) % 2 === 0 ? utf8(key) : undefined;
  };
  const past = new PastRows(db, rowAt, () => read);
  const pages: string[][] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    const page = past.page(7, { module: "m", table: "t", prefix: undefined, after, limit: 100 });
    pages.push(page.rows.map(({ key }) => key));
    after = page.next;
    isMore = after !== undefined;
  }
  return pages;
}

const even = keys.filter((_, at) => at % 2 === 0);

it("are one page where little is read for them", () => {
  expect(paged(1024)).toEqual([even]);
});

it("are several pages where much is, each with what was read by then", () => {
  const pages = paged(8 * MIB);
  expect(pages.length).toBeGreaterThan(3);
  expect(pages.flat()).toEqual(even);
});

it("come to an end though each alone is too much", () => {
  const pages = paged(100 * MIB);
  expect(pages.flat()).toEqual(even);
  expect(pages.length).toBeGreaterThanOrEqual(keys.length - 1);
});
