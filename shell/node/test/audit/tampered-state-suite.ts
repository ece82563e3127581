// What the audit says to somebody who altered the state, or the tables themselves.

import { Hash, LogIndex } from "@juno/base";
import { describe, expect, it } from "vitest";
import { applying, inLog, inState } from "./tampering.ts";
import { Tampering, type TamperingSetup } from "./tampering-case.ts";

export function tamperedStateSuite(setup: TamperingSetup): void {
  const found = new Tampering(setup);

  describe("the state", () => {
    for (const [table, key] of [
      ["outcomes", "idx = 20"],
      ["commands", "idx = 20"],
      ["history", "idx = (SELECT min(idx) FROM history)"],
      ["rows", "key = CAST('wjm' AS BLOB)"],
      ["spent", "id = (SELECT id FROM commands WHERE idx = 20)"],
      ["nodes", "level = 1 AND position = 9"],
      ["tree", "place = x''"],
      ["meta", "id = 1"],
    ] as const) {
      it(`lacks a row of ${table}`, async () => {
        const { findings } = await setup.tampered(inState(`DELETE FROM ${table} WHERE ${key}`));
        expect(findings.map(({ place }) => place)).toContainEqual(
          expect.stringContaining(`state.db ${table}`),
        );
      });
    }

    for (const [table, row] of [
      ["outcomes", "SELECT 999, id, receipt, receipt_hash, hash FROM outcomes WHERE idx = 20"],
      ["commands", "SELECT x'00', idx, status, expires, spends FROM commands WHERE idx = 20"],
      [
        "history",
        "SELECT module, tbl, key, 21 FROM history WHERE idx = 1 OR key = CAST('stu' AS BLOB) GROUP BY key",
      ],
      ["rows", "VALUES ('demo.accounts', 'accounts', x'31', x'7b7d')"],
      ["spent", "VALUES (1, x'00')"],
      ["nodes", "SELECT 60, 0, hash FROM nodes WHERE level = 1 AND position = 0"],
      ["tree", "VALUES (x'0102', x'00000000')"],
      ["tree_before", "VALUES (x'', NULL)"],
    ] as const) {
      it(`has a row too many in ${table}`, async () => {
        const { findings } = await setup.tampered(inState(`INSERT INTO ${table} ${row}`));
        expect(findings).toHaveLength(1);
        expect(findings[0]!.place).toContain(`state.db ${table}`);
        expect(findings[0]!.problem).toContain("no such row");
      });
    }

    it("has an account made richer", () =>
      found.first(
        { place: "state.db rows (demo.accounts, accounts, stu)", problem: "value" },
        inState(`UPDATE rows SET value = CAST(replace(CAST(value AS TEXT), 'funds":"', 'funds":"9') AS BLOB)
          WHERE key = CAST('stu' AS BLOB)`),
      ));

    it("has two outcomes exchanged", () =>
      found.first(
        { index: 20, place: "state.db outcomes (20)", problem: "receipt" },
        inState(`UPDATE outcomes SET receipt = (SELECT receipt FROM outcomes AS other
          WHERE other.idx = 41 - outcomes.idx) WHERE idx IN (20, 21)`),
      ));

    it("claims to be further than the log", () =>
      found.first(
        { place: "state.db meta", problem: "has applied" },
        applying(({ index }) => ({ index: LogIndex(index + 1) })),
      ));

    it("belongs to another network or format", async () => {
      const network = Hash(new Uint8Array(32));
      await found.first(
        { place: "state.db meta", problem: "network" },
        applying(() => ({ network })),
      );
      await found.first(
        { place: "state.db meta", problem: "format 1" },
        applying(() => ({ format: 1 })),
      );
    });

    it("claims to be less far than it is", async () => {
      const { findings } = await setup.tampered(applying(({ index }) => ({ index: LogIndex(index - 1) })));
      expect(findings).toContainEqual(expect.objectContaining({ place: "state.db meta (1)" }));
    });
  });

  describe("the tables", () => {
    it("have a trigger, a view, a table or a column too many", async () => {
      await found.first(
        { place: "log.db schema (trigger forget)", problem: "No node makes it" },
        inLog("CREATE TRIGGER forget AFTER INSERT ON entries BEGIN DELETE FROM evidence; END"),
      );
      await found.first({ place: "state.db schema (view v)" }, inState("CREATE VIEW v AS SELECT 1"));
      await found.first({ place: "log.db schema (table t)" }, inLog("CREATE TABLE t (a)"));
      await found.first(
        { place: "log.db schema (table withheld)", problem: "No node makes it" },
        inLog("CREATE TABLE withheld (a)"),
      );
      await found.first(
        { place: "state.db schema (table rows)", problem: "not made as" },
        inState("ALTER TABLE rows ADD COLUMN more TEXT"),
      );
    });

    it("are missing", async () => {
      await found.first(
        { place: "log.db schema (table evidence)", problem: "missing" },
        inLog("DROP TABLE evidence"),
      );
      await found.first(
        { place: "state.db schema (table nodes)", problem: "missing" },
        inState("DROP TABLE nodes"),
      );
    });
  });
}
