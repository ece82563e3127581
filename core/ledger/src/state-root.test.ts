// C20: the receipts of checkpoints state the root of the state tree, and no others do; the root is that
// of the rows as they are after the entry, however they came to be.

import { hex, utf8 } from "@juno/base";
import { provesRow, rowPath, StateTree, stateRootOf } from "@juno/proof";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  adjust,
  contextOf,
  create,
  entryOf,
  Ledger,
  NOW,
  OPERATORS,
  payloadOf,
  sha256,
  transfer,
} from "../test/network.ts";
import { type Applied, apply, MemoryPages, MemoryView, receiptChanges } from "./index.ts";

const EVERY = 4;
const context = contextOf({ limits: { checkpointEntries: EVERY } });

/** The root over all rows of a view, from nothing. */
function rootOfRows(view: MemoryView): string {
  const leaves = view.all().map((row) => ({ path: rowPath(sha256, row), digest: sha256(row.value) }));
  return hex(new StateTree(sha256, new MemoryPages()).fold(leaves));
}

function rootIn(applied: Applied): string | undefined {
  const stated = stateRootOf(applied.receipt);
  expect(stated).toEqual(applied.stateRoot);
  return stated && hex(stated);
}

const name = fc.constantFrom("ann", "ben", "cid", "dan");
const action = fc.oneof(
  name.map((who) => create(who)),
  name.map((who) => adjust(who, "5.00 USD")),
  fc.tuple(name, name).map(([from, to]) => transfer(`${from}->${to}`, "1.00 USD")),
);

describe("the root of the state (C20)", () => {
  test("stands in every receipt of a checkpoint, and follows from the rows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 24 }),
        (commands) => {
          const ledger = new Ledger(new MemoryView(), context);
          for (const actions of commands) {
            const by = ["ann", "ben", "cid", "dan", ...OPERATORS];
            const payload = payloadOf(actions, { by, network: context.networkHex });
            const applied = ledger.submit(payload);
            const isCheckpoint = ledger.index % EVERY === 0;
            expect(rootIn(applied)).toBe(isCheckpoint ? rootOfRows(ledger.view) : undefined);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("stands in receipts of any kind of entry, and of commands that were not tried", () => {
    const view = new MemoryView();
    const empty = "0".repeat(64);
    const election = apply(context, view, entryOf(utf8("x"), { index: EVERY, kind: "election" }));
    expect(rootIn(election)).toBe(empty);
    const rejected = apply(context, view, entryOf(utf8("no command"), { index: EVERY }));
    expect(rootIn(rejected)).toBe(empty);
  });

  test("is of the last checkpoint where a row is proved", () => {
    const ledger = new Ledger(new MemoryView(), context);
    const rest = { by: ["ann", ...OPERATORS] };
    const steps = [create("ann"), adjust("ann", "5.00 USD"), create("ben"), transfer("ann->ben", "1.00 USD")];
    for (const step of steps) ledger.act([step], rest);
    const address = { module: "demo.accounts", table: "accounts", key: "ann" };
    const then = ledger.view.row(address)!;
    const root = ledger.view.stateRoot(sha256, []);
    ledger.act([transfer("ann->ben", "2.00 USD")], rest);
    const now = ledger.view.row(address)!;
    const proof = ledger.view.prove(sha256, address);
    const claim = (row: Uint8Array) => ({ path: rowPath(sha256, address), digest: sha256(row), root });
    expect(provesRow(sha256, claim(then), proof)).toBe(true);
    expect(provesRow(sha256, claim(now), proof)).toBe(false);
  });
});

describe("a receipt's changes (C13)", () => {
  test("are those of the entry", () => {
    const ledger = new Ledger(new MemoryView(), context);
    const by = ["ann", ...OPERATORS];
    const steps = [
      [create("ann"), create("ben"), adjust("ann", "5.00 USD")],
      [transfer("ann->ben", "5.00 USD"), transfer("ann->ben", "9.00 USD"), adjust("ben", "-5.00 USD")],
      [transfer("ann->nobody", "1.00 USD")],
    ];
    for (const actions of steps) {
      const applied = ledger.submit(payloadOf(actions, { by, network: context.networkHex }));
      expect(receiptChanges(applied.receipt)).toEqual({ ok: true, value: applied.changes });
    }
  });

  test("of what is no receipt are refused or none", () => {
    expect(receiptChanges(utf8("{"))).toMatchObject({ ok: false });
    expect(receiptChanges(utf8('{"actions":[{"changes":[{"key":1}]}]}'))).toMatchObject({ ok: false });
    const election = apply(context, new MemoryView(), entryOf(utf8("x"), { kind: "election", time: NOW }));
    expect(receiptChanges(election.receipt)).toEqual({ ok: true, value: [] });
  });
});
