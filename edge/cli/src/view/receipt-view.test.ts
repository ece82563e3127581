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
  ...{ status: "ok", gas: 1, gasByKind: {}, changes: [], events: [], supply: [], grants: [] },
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

describe("what else it did", () => {
  const grown = (asset: string, minted: unknown, burned: unknown, of: unknown[] = []) => ({
    ...{ asset: { asset, of }, minted, burned },
  });

  it("is coins that came and went, grants that were used, and what the gas went to", () => {
    const shown = action({
      supply: [grown("demo.money.USD", "5.00 USD", "0.00 USD"), grown("demo.depot.SEC", 0, 7, ["XS1"])],
      grants: [
        {
          ...{ signer: "0123456789abcdef", capability: "demo.bank.Debit" },
          fields: { account: "ann", amount: "3.00 USD" },
        },
      ],
      gasByKind: { action: 300, rows: 1_234 },
    });
    expect(receiptDetails(receipt({ actions: [shown] }), plainPaint)).toEqual([
      "minted 5.00 USD",
      "burned 7 SEC(XS1)",
      "used of the grant demo.bank.Debit of key 01234567: account ann, amount 3.00 USD",
      "gas: rows 1,234, action 300",
    ]);
  });

  it("is where the contract's code ended", () => {
    const error = { module: "m", name: "E", fields: {}, place: { module: "demo.bank", line: 4, column: 3 } };
    const failed = receipt({ status: "failed", actions: [action({ status: "failed", error })] });
    expect(failureText(failed)).toBe("m: E");
    expect(receiptDetails(failed, plainPaint)).toEqual(["at demo.bank, line 4, column 3"]);
  });
});

describe("how it ended", () => {
  it("names the action that failed, and why, in a sentence", () => {
    const fields = { account: "wjm", have: "1.00 USD", need: "2.00 USD" };
    const error = { module: "demo.accounts", name: "Insufficient", fields };
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
