// Receipts for people, beyond what the sessions show: policies, other tables, failures within a batch,
// many changes, hostile texts.

import type { CommandReceiptJson } from "@juno/api";
import { describe, expect, it } from "vitest";
import { plainPaint } from "../terminal/paint.ts";
import { failureText, receiptDetails, receiptSummary } from "./receipt-view.ts";

type ActionReceipt = CommandReceiptJson["actions"][number];

const change = (key: string, before: unknown, after: unknown) => ({
  ...{ module: "m", table: "t", key, before, after },
});
const action = (parts: Partial<ActionReceipt>): ActionReceipt => ({
  ...{ status: "ok", gas: 1, changes: [], events: [] },
  ...parts,
});
const receipt = (parts: Partial<CommandReceiptJson>): CommandReceiptJson => ({
  ...{ index: 9, id: "ab".repeat(32), status: "ok", gas: 1_234_567, actions: [] },
  ...parts,
});

describe("what changed", () => {
  it("is shown member by member; policies in few words; rows that come and go", () => {
    const changes = [
      change("a", null, { owner: { atLeast: 2, of: [{ key: "x" }, { key: "y" }] }, note: "new" }),
      change("b", { owner: { key: "0123456789abcdef" }, same: [1] }, { owner: null, same: [1] }),
      change("c", { n: 1 }, null),
      change("d", 5, 6),
    ];
    expect(receiptDetails(receipt({ actions: [action({ changes })] }), plainPaint)).toEqual([
      "t a  note              -  →  new",
      "t a  owner             -  →  2 of 2 keys",
      "t b  owner  key 01234567  →  null",
      "t c  n                 1  →  -",
      "t d                    5  →  6",
    ]);
  });

  it("is cut where it is much, and says so", () => {
    const changes = Array.from({ length: 1_000 }, (_, i) => change(`k${i}`, { n: 0 }, { n: 1 }));
    const lines = receiptDetails(receipt({ actions: [action({ changes })] }), plainPaint);
    expect(lines).toHaveLength(17);
    expect(lines.at(-1)).toBe("and 984 more changes");
  });

  it("cannot write on the terminal", () => {
    const hostile = "\u001b[2J\r\n";
    const events = [{ module: "m", name: `E${hostile}`, fields: { [`f${hostile}`]: hostile } }];
    const shown = action({ changes: [change(hostile, null, { [hostile]: hostile })], events });
    const lines = receiptDetails(receipt({ actions: [shown] }), plainPaint);
    expect(lines).toHaveLength(2);
    const controls = new RegExp(`[${String.fromCharCode(0)}-${String.fromCharCode(31)}]`);
    for (const line of lines) expect(line).not.toMatch(controls);
  });
});

describe("how it ended", () => {
  it("names the action that failed, and why, in a sentence", () => {
    const fields = { account: "wjm", have: "1.00 USD", need: "2.00 USD" };
    const error = { module: "accounts", name: "Insufficient", fields };
    const failed = receipt({ status: "failed", actions: [action({}), action({ status: "failed", error })] });
    expect(failureText(failed)).toBe("Action 2 of 2: account wjm has 1.00 USD and needs 2.00 USD");
    expect(receiptSummary(failed, plainPaint, ["x"])).toBe(
      "failed · entry 9 · 2 actions, 1 failed · gas 1,234,567 · x",
    );
  });

  it.each([
    [{ status: "rejected", reason: "client_unknown" }, "the first signer is not a registered client"],
    [{ status: "rejected", reason: "of_tomorrow" }, "of_tomorrow"],
    [{ status: "expired" }, "the command expired before it entered the log"],
    [{ status: "duplicate", first: 4 }, "the command has its outcome at entry 4"],
    [{ status: "ok" }, undefined],
  ] as const)("%o", (parts, sentence) => {
    expect(failureText(receipt(parts))).toBe(sentence);
  });
});
