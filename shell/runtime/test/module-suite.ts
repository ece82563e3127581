// What every LedgerReader says of modules, and of tables that there are not.

import { LogIndex, parseUtf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import type { LedgerDesk } from "./ledger-desk.ts";
import { ACCOUNTS } from "./ledger-fixture.ts";

const parsed = (bytes: Uint8Array | undefined) => JSON.parse(parseUtf8(bytes!)!);

export function moduleSuite(open: () => LedgerDesk): void {
  describe("modules", () => {
    it("are listed, and described one by one", async () => {
      const { reader } = open().stores;
      const listed = parsed(await reader.modules());
      expect(listed).toMatchObject([{ name: ACCOUNTS, version: 1 }]);
      const described = parsed(await reader.module(ACCOUNTS));
      expect(described).toMatchObject({ ...listed[0], tables: [{ name: "accounts" }] });
      expect(await reader.module("nothing")).toBeUndefined();
    });
  });

  describe("a table that there is not", () => {
    it("has no rows and no history, in a module or in none", async () => {
      const { reader } = open().stores;
      for (const { code, ...place } of [
        { module: ACCOUNTS, table: "nothing", code: "table_unknown" },
        { module: "nothing", table: "accounts", code: "module_unknown" },
      ]) {
        const refused = { ok: false, error: { code } };
        const bounds = { prefix: undefined, after: undefined, limit: 1 };
        expect(await reader.rows({ ...place, ...bounds })).toMatchObject(refused);
        const asked = { ...place, key: "a", from: LogIndex(1), limit: 1 };
        expect(await reader.history(asked)).toMatchObject(refused);
      }
    });
  });
}
