// Redactions (C22): who may order one, what is refused, what the ledger remembers, and what an entry does whose payload is
// gone: exactly what its receipt says, or nothing.

import { hex, parseUtf8, utf8 } from "@juno/base";
import { type Entry, encodeCommand, encodeRedactedBody, redactedParts } from "@juno/proof";
import { beforeEach, describe, expect, test } from "vitest";
import { counter, DeployingLedger } from "../test/deploying.ts";
import {
  adjust,
  call,
  commandOf,
  context,
  contextOf,
  create,
  entryOf,
  keyOf,
  Ledger,
  NOW,
  OPERATORS,
  payloadOf,
  receiptOf,
  sha256,
} from "../test/network.ts";
import {
  apply,
  applyRedacted,
  MemoryView,
  parsePayload,
  redactedIn,
  redactionOf,
  redactionsIn,
  renderTime,
} from "./index.ts";

const order = (index: number, id: string) => ({ index, id });
const redact = (commands: readonly object[], reason = "a name was in it") => ({
  redact: { commands, reason },
});

let on: DeployingLedger;
let ids: string[];

beforeEach(() => {
  on = new DeployingLedger();
  ids = ["a", "b", "c"].map((name) => on.act([create(name)], { by: [] }).id!);
});

describe("an order (C22)", () => {
  test("is kept with who gave it, when and why, by the entry it is of", () => {
    const receipt = on.act([redact([order(1, ids[0]!), order(3, ids[2]!)])], { by: ["risk", "cfo"] });
    expect(receipt.status).toBe("ok");
    const { view } = on.ledger;
    const told = {
      by: 4,
      time: renderTime(NOW),
      reason: "a name was in it",
      signers: ["risk", "cfo"].map(keyOf),
    };
    expect(redactionOf(view, 1)).toEqual({ index: 1, id: ids[0], ...told });
    expect(redactionOf(view, 2)).toBeUndefined();
    expect([...redactionsIn(view)].map(({ index, by }) => [index, by])).toEqual([
      [1, 4],
      [3, 4],
    ]);
    expect(receipt.actions[0]!.changes.map(({ table, key }) => `${table} ${key}`)).toEqual([
      "redacted 0000000000000001",
      "redacted 0000000000000003",
      "redactions 0000000000000004",
    ]);
    expect(receipt.actions[0]!.gasByKind.rows).toBeGreaterThan(4 * 400);
  });

  const refusedBy = (commands: readonly object[], by: readonly string[] = OPERATORS) => {
    const before = on.ledger.view.all();
    const { actions } = on.act([redact(commands)], { by });
    expect(actions[0]).toMatchObject({ status: "failed", changes: [], error: { name: "RedactRefused" } });
    expect(on.ledger.view.all()).toEqual(before);
    return actions[0]!.error!.fields;
  };

  test("needs the operators", () => {
    expect(refusedBy([order(1, ids[0]!)], [])).toMatchObject({ index: 1, code: "unauthorised" });
    expect(refusedBy([order(1, ids[0]!)], ["risk"])).toMatchObject({ code: "unauthorised" });
    expect(refusedBy([order(1, ids[0]!)], ["risk", "bob", "admin"])).toMatchObject({ code: "unauthorised" });
  });

  test("is refused whole for what is not applied, redacted already, a redaction or a deployment", () => {
    const first = order(1, ids[0]!);
    expect(refusedBy([first, order(4, ids[0]!)])).toMatchObject({ index: 4, code: "not_applied" });
    expect(refusedBy([first, order(99, ids[0]!)])).toMatchObject({ index: 99, code: "not_applied" });
    expect(refusedBy([first, first])).toMatchObject({ index: 1, code: "already_redacted" });
    const done = on.act([redact([first])]);
    expect(refusedBy([first])).toMatchObject({ index: 1, code: "already_redacted" });
    expect(refusedBy([order(2, ids[1]!), order(done.index, done.id!)])).toMatchObject({
      index: done.index,
      code: "is_redaction",
    });
    on.deployed(counter("1"));
    expect(refusedBy([order(on.ledger.index, ids[0]!)])).toMatchObject({ code: "is_deployment" });
  });

  test("is given once a command", () => {
    const { actions } = on.act([redact([order(1, ids[0]!)]), redact([order(2, ids[1]!)])]);
    expect(actions.map(({ error }) => error?.fields.code)).toEqual([undefined, "once"]);
  });

  test("runs out of gas as any action", () => {
    const { actions } = on.act([redact([order(1, ids[0]!)])], { gasLimit: 31_500 });
    expect(actions[0]).toMatchObject({ error: { name: "OutOfGas" }, changes: [] });
  });

  test("of a wrong form makes its command malformed", () => {
    const id = ids[0]!;
    const many = Array.from({ length: 65 }, (_, at) => order(at + 1, id));
    const wrong = [
      redact([]),
      redact(many),
      redact([order(0, id)]),
      redact([order(1, id.slice(1))]),
      redact([order(1, id.toUpperCase().replace(/^./, "A"))]),
      redact([order(1, id)], ""),
      redact([order(1, id)], "é".repeat(501)),
      { redact: { commands: [order(1, id)] } },
      { redact: { commands: [{ ...order(1, id), more: 1 }], reason: "x" } },
      { ...redact([order(1, id)]), ...create("d") },
    ];
    for (const action of wrong) {
      const parsed = parsePayload(context, utf8(JSON.stringify(payloadOf([action]))));
      expect(parsed).toMatchObject({ ok: false, error: { code: "command_malformed" } });
    }
    expect(
      parsePayload(context, utf8(JSON.stringify(payloadOf([redact([order(1, id)], "é".repeat(500))])))).ok,
    ).toBe(true);
  });
});

/** The entry without its payload. */
function redactedEntry(body: Uint8Array, place: Parameters<typeof entryOf>[1]): Entry {
  const parts = redactedParts(sha256, body);
  if (!parts.ok) throw new Error(parts.error.detail);
  return entryOf(encodeRedactedBody(parts.value), place);
}

describe("an entry without its payload (C22)", () => {
  const body = encodeCommand(commandOf(payloadOf([create("wjm"), create("wjm")])));

  test("does what its receipt tells: rows, root, id, and the same leaf", () => {
    for (const checkpointEntries of [1, 1_000]) {
      const other = contextOf({ limits: { checkpointEntries } });
      const whole = encodeCommand(
        commandOf(payloadOf([create("wjm"), call("none", {})], { network: other.networkHex })),
      );
      const executed = new Ledger(new MemoryView(), other);
      const told = executed.enter(whole);
      const view = new MemoryView();
      const entry = redactedEntry(whole, { index: 1 });
      const followed = applyRedacted(other, view, { entry, receipt: told.receipt, expires: undefined });
      if (!followed.ok) throw new Error(followed.error.detail);
      expect(followed.value).toMatchObject({
        receiptHash: told.receiptHash,
        changes: told.changes,
        stateRoot: told.stateRoot,
        command: { id: told.command!.id, status: "failed", spends: true },
      });
      view.accept(followed.value, entry);
      expect(view.all()).toEqual(executed.view.all());
      // C9: whoever sends it again meets a spent id.
      expect(receiptOf(apply(other, view, entryOf(whole, { index: 2 })))).toMatchObject({
        status: "duplicate",
        first: 1,
      });
    }
  });

  test("spends what the outcome spent, and nothing else", () => {
    const outcomes = [
      {
        command: payloadOf([create("x")], { expires: renderTime(NOW - 1) }),
        status: "expired",
        spends: false,
      },
      {
        command: payloadOf([create("x")], { signers: [{ key: keyOf("nobody") }] }),
        status: "rejected",
        spends: true,
      },
      { command: payloadOf([create("x")], { network: "00".repeat(32) }), status: "rejected", spends: false },
    ];
    for (const { command, status, spends } of outcomes) {
      const whole = encodeCommand(commandOf(command));
      const { receipt } = new Ledger(new MemoryView()).enter(whole);
      const entry = redactedEntry(whole, { index: 1 });
      const followed = applyRedacted(context, new MemoryView(), { entry, receipt, expires: undefined });
      expect(followed).toMatchObject({ ok: true, value: { command: { status, spends } } });
    }
  });

  test("is never executed", () => {
    expect(() => apply(context, new MemoryView(), redactedEntry(body, { index: 1 }))).toThrow("redacted");
  });

  test("has no other command's receipt, none of another entry, none that the state contradicts", () => {
    const ledger = new Ledger(new MemoryView());
    const { receipt } = ledger.enter(body);
    const entry = redactedEntry(body, { index: 1 });
    const follow = (text: string, view = new MemoryView(), of = entry) =>
      applyRedacted(context, view, { entry: of, receipt: utf8(text), expires: undefined });
    const text = parseUtf8(receipt)!;
    expect(follow(text).ok).toBe(true);
    const id = hex(ledger.context.sha256(utf8("other")));
    const wrong: [string, ReturnType<typeof follow>][] = [
      ["another command", follow(text.replace(/"id":"[0-9a-f]{64}"/, `"id":"${id}"`))],
      ["another entry", follow(text.replace('"index":1', '"index":2'))],
      ["no outcome", follow(text.replace('"status":"failed"}', '"status":"fine"}'))],
      [
        "a root elsewhere",
        follow(text.replace('"status":"failed"}', `"stateRoot":"${id}","status":"failed"}`)),
      ],
      ["rows that are there", follow(text, ledger.view)],
      ["no JSON", follow(text.slice(1))],
      ["a list", follow("[]")],
      ["a whole body", follow(text, new MemoryView(), entryOf(body, { index: 1 }))],
    ];
    for (const [what, followed] of wrong) expect([what, followed.ok]).toEqual([what, false]);
    const checkpoints = contextOf({ limits: { checkpointEntries: 1 } });
    const rootless = { entry, receipt, expires: undefined };
    expect(applyRedacted(checkpoints, new MemoryView(), rootless).ok).toBe(false);
  });
});

test("what a diff orders is found in it", () => {
  on.act([redact([order(1, ids[0]!)])]);
  const payload = payloadOf([redact([order(2, ids[1]!)]), adjust("a", "1.00 USD")], { by: OPERATORS });
  const { changes } = on.ledger.submit(payload);
  expect(redactedIn(changes)).toEqual([order(2, ids[1]!)]);
});
