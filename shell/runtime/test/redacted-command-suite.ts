// What a LedgerReader shows of a command whose payload was redacted (C22).

import { hex, LogIndex, parseJson, utf8 } from "@juno/base";
import { isRedacted } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { granted, type LedgerDesk } from "./ledger-desk.ts";
import { bodyOf, chainOf, creating, idOf, people } from "./ledger-fixture.ts";
import { committing } from "./log-fixture.ts";
import { redactedAt } from "./log-redaction-suite.ts";

export function redactedSuite(open: () => LedgerDesk): void {
  describe("a redacted command (C22)", () => {
    it("is shown with what remains of it, and by whose order", async () => {
      const desk = open();
      const { reader, log } = desk.stores;
      const [actions, mark] = [[creating("wjm", people.wjm)], { mark: "one" }];
      const id = idOf(actions, mark);
      const redact = {
        commands: [
          { index: 1, id: hex(id) },
          { index: 2, id: "00".repeat(32) },
        ],
        reason: "r",
      };
      const order = parseJson(utf8(JSON.stringify({ redact })), { bytesMax: 1_000 });
      if (!order.ok) throw new Error(order.error.detail);
      const entries = chainOf([
        { body: bodyOf(actions, mark) },
        { body: bodyOf([creating("stu", people.stu)], { mark: "two" }) },
        { body: bodyOf([order.value], { mark: "three" }) },
      ]);
      await desk.run(entries);
      await log.write([committing(entries[2]!)]);
      const before = await reader.command(id);
      expect(before).toMatchObject({ redactedBy: 3 });
      expect(await log.redact([redactedAt(entries[0]!)])).toBe(true);
      expect(await reader.command(id)).toEqual(before);
      const page = granted(await reader.entries({ from: LogIndex(1), limit: 9, bytesMax: 1 << 20 }));
      expect(page.map(({ entry }) => isRedacted(entry))).toEqual([true, false, false]);
      const other = idOf([creating("stu", people.stu)], { mark: "two" });
      expect(await reader.command(other)).not.toHaveProperty("redactedBy", expect.anything());
    });
  });
}
