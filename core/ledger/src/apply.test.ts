// Applying entries (C9–C13, C17): each outcome, exactly once, atomicity, gas, receipts, bad bytes.

import { hex, parseUtf8, utf8 } from "@juno/base";
import { ROW_GAS } from "@juno/hopper";
import { encodeCommand, LIFETIME_MS_MAX, receiptHash } from "@juno/proof";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  adjust,
  bytesOf,
  call,
  commandOf,
  context,
  contextOf,
  create,
  entryOf,
  keyOf,
  Ledger,
  MINUTE,
  NOW,
  payloadOf,
  receiptOf,
  sha256,
  transfer,
} from "../test/network.ts";
import {
  apply,
  commandGas,
  explainReason,
  GAS,
  MemoryView,
  parseCommandBody,
  renderTime,
  simulate,
} from "./index.ts";

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryView());
});

const idOf = (payload: unknown): string => hex(sha256(bytesOf(payload)));

describe("exactly once (C9)", () => {
  test("a command that stands in the log again changes nothing and names the first", () => {
    const payload = payloadOf([create("wjm")]);
    expect(receiptOf(ledger.submit(payload))).toMatchObject({ index: 1, status: "ok" });
    ledger.act([create("stu")]);
    const again = ledger.submit(payload);
    expect(receiptOf(again)).toEqual({
      index: 3,
      id: idOf(payload),
      status: "duplicate",
      first: 1,
      gas: 0,
      actions: [],
    });
    expect(again).toMatchObject({ changes: [], command: { status: "duplicate", first: 1, spends: false } });
  });

  test("a failed command is spent too", () => {
    const payload = payloadOf([transfer("wjm->stu", "1.00 USD")], { by: ["wjm"] });
    expect(receiptOf(ledger.submit(payload)).status).toBe("failed");
    ledger.act([create("wjm"), create("stu")]);
    ledger.act([adjust("wjm", "1.00 USD")], { by: ["cfo", "risk"] });
    expect(receiptOf(ledger.submit(payload))).toMatchObject({ status: "duplicate", first: 1 });
  });

  test("an id is remembered until its expiry has passed in log time, and then needed no more", () => {
    const payload = payloadOf([create("wjm")]);
    ledger.submit(payload);
    ledger.time = NOW + MINUTE;
    expect(receiptOf(ledger.submit(payload)).status).toBe("duplicate");
    expect(ledger.view.window()).toEqual([{ id: idOf(payload), index: 1, expires: NOW + MINUTE }]);
    ledger.time = NOW + MINUTE + 1;
    expect(receiptOf(ledger.submit(payload))).toMatchObject({ status: "expired" });
    expect(ledger.view.window()).toEqual([]);
  });

  test("does not depend on when expired ids are forgotten", () => {
    const payload = payloadOf([create("wjm")]);
    ledger.submit(payload);
    const entry = entryOf(encodeCommand(commandOf(payload)), { index: 9, time: NOW + MINUTE + 1 });
    const forgotten = new MemoryView();
    expect(apply(context, ledger.view, entry).receipt).toEqual(apply(context, forgotten, entry).receipt);
  });
});

describe("outcomes of commands that are not tried (C7, C10)", () => {
  const expiring = (expires: number) => payloadOf([create("wjm")], { expires: renderTime(expires) });

  test.each([
    [NOW - 1, "expired"],
    [NOW, "ok"],
    [NOW + LIFETIME_MS_MAX, "ok"],
    [NOW + LIFETIME_MS_MAX + 1, "rejected"],
  ])("expiring at %d: %s", (expires, status) => {
    const payload = expiring(expires);
    const applied = ledger.submit(payload);
    expect(receiptOf(applied)).toMatchObject({ id: idOf(payload), status });
    expect(applied.command).toMatchObject({ expires, firstSigner: keyOf("alice"), status });
  });

  test("an expired id is not spent; one that expires too late is, so that nothing contradicts its outcome", () => {
    expect(ledger.submit(expiring(NOW - 1)).command?.spends).toBe(false);
    const payload = expiring(NOW + LIFETIME_MS_MAX + 1);
    expect(receiptOf(ledger.submit(payload))).toMatchObject({
      reason: "expires_too_late",
      gas: 0,
      actions: [],
    });
    ledger.time = NOW + 1;
    expect(receiptOf(ledger.submit(payload))).toMatchObject({ status: "duplicate", first: 2 });
  });

  test("an unregistered first signer is rejected, and the id is spent", () => {
    const payload = payloadOf([create("wjm")], { signers: [{ key: keyOf("mallory") }] });
    const applied = ledger.submit(payload);
    expect(receiptOf(applied)).toMatchObject({ status: "rejected", reason: "client_unknown" });
    expect(applied).toMatchObject({ changes: [], command: { spends: true } });
    expect(receiptOf(ledger.submit(payload)).status).toBe("duplicate");
  });

  test("a payload that is no command is rejected by its id", () => {
    const applied = ledger.enter(encodeCommand({ payload: utf8("{}"), signatures: [] }));
    const id = hex(sha256(utf8("{}")));
    expect(receiptOf(applied)).toEqual({
      index: 1,
      id,
      status: "rejected",
      reason: "command_malformed",
      gas: 0,
      actions: [],
    });
    expect(applied.command).toMatchObject({ expires: undefined, firstSigner: undefined, spends: false });
    expect(explainReason("command_malformed")).toBe("the payload is not a command");
  });

  test("signatures that are not the signers' are rejected", () => {
    const { payload } = commandOf(payloadOf([create("wjm")]));
    const applied = ledger.enter(encodeCommand({ payload, signatures: [] }));
    expect(receiptOf(applied)).toMatchObject({ status: "rejected", reason: "signers_mismatch" });
  });

  test("a body that is no command at all has no id", () => {
    const applied = ledger.enter(new Uint8Array([1, 2, 3]));
    expect(receiptOf(applied)).toMatchObject({ id: null, status: "rejected", reason: "command_malformed" });
    expect(applied.command).toBeUndefined();
  });

  test("no bytes throw, and what is not tried changes nothing", () => {
    const body = encodeCommand(commandOf(payloadOf([create("a"), transfer("a->b->c", "1.00 USD")])));
    const mutation = fc.record({ at: fc.nat(), cut: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) });
    fc.assert(
      fc.property(mutation, fc.nat({ max: Number.MAX_SAFE_INTEGER }), ({ at, cut, insert }, time) => {
        const place = at % (body.length + 1);
        const bytes = Buffer.concat([body.subarray(0, place), insert, body.subarray(place + cut)]);
        const applied = apply(context, ledger.view, entryOf(new Uint8Array(bytes), { time }));
        const { status } = receiptOf(applied);
        if (status !== "ok" && status !== "failed") expect(applied).toMatchObject({ changes: [] });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("transactions (C11)", () => {
  const pay = (amount: string) => transfer("wjm->stu", amount);

  beforeEach(() => {
    ledger.act([create("wjm"), create("stu")]);
    ledger.act([adjust("wjm", "10.00 USD")], { by: ["cfo", "risk"] });
  });

  test("each action of a batch is one of its own, and sees those before it", () => {
    const receipt = ledger.act([pay("6.00 USD"), pay("6.00 USD"), pay("4.00 USD")], { by: ["wjm"] });
    expect(receipt.status).toBe("failed");
    expect(receipt.actions.map(({ status, changes }) => [status, changes.length])).toEqual([
      ["ok", 2],
      ["failed", 0],
      ["ok", 2],
    ]);
    expect(receipt.actions[2]!.changes[0]).toMatchObject({
      key: "stu",
      before: { funds: "6.00 USD" },
      after: { funds: "10.00 USD" },
    });
  });

  test("the entry's changes are the net of its actions'", () => {
    const payload = payloadOf([pay("6.00 USD"), pay("4.00 USD")], { by: ["wjm"] });
    const { changes } = ledger.submit(payload);
    expect(changes.map(({ key, before, after }) => [key, parseUtf8(before!), parseUtf8(after!)])).toEqual([
      ["stu", expect.stringContaining('"0.00 USD"'), expect.stringContaining('"10.00 USD"')],
      ["wjm", expect.stringContaining('"10.00 USD"'), expect.stringContaining('"0.00 USD"')],
    ]);
    const back = ledger.submit(
      payloadOf([transfer("stu->wjm", "1.00 USD"), pay("1.00 USD")], { by: ["wjm", "stu"] }),
    );
    expect(back).toMatchObject({ changes: [] });
  });

  test("an atomic command has one receipt, and happens whole or not at all", () => {
    const failed = ledger.act([pay("6.00 USD"), pay("6.00 USD"), pay("4.00 USD")], {
      by: ["wjm"],
      atomic: true,
    });
    expect(failed).toMatchObject({
      status: "failed",
      actions: [{ status: "failed", at: 1, changes: [], events: [], error: { name: "Insufficient" } }],
    });
    expect(failed.actions.length).toBe(1);
    const whole = ledger.act([pay("6.00 USD"), pay("4.00 USD")], { by: ["wjm"], atomic: true });
    expect(whole).toMatchObject({ status: "ok", actions: [{ status: "ok", events: [{}, {}] }] });
    expect(whole.actions[0]!.changes).toMatchObject([
      { key: "stu", after: { funds: "10.00 USD" } },
      { key: "wjm" },
    ]);
    expect(whole.actions[0]).not.toHaveProperty("at");
  });
});

describe("gas (C12)", () => {
  const two = [create("wjm"), create("stu")];

  test("is counted for the command and each of its actions", () => {
    const payload = payloadOf(two, { by: ["bob"] });
    const receipt = receiptOf(ledger.submit(payload));
    const base = GAS.command + GAS.payloadByte * bytesOf(payload).length + 2 * GAS.signer;
    const row = `{"funds":"0.00 USD","owner":{"key":"${keyOf("wjm")}"}}`.length;
    const { action, rows, ...rest } = receipt.actions[0]!.gasByKind;
    expect(action).toBe(GAS.action + GAS.module);
    // `has`, `insert`, and the key spelled for each; a piece is a bracket, a colon, a comma, a name or a scalar.
    const spelled = 2 * `"wjm"`.length + row + ROW_GAS.piece * (2 + 13);
    expect(rows).toBe(ROW_GAS.read + ROW_GAS.write + spelled);
    const each = action! + rows! + Object.values(rest).reduce((a, b) => a + b);
    expect(receipt).toMatchObject({ gas: base + 2 * each, actions: [{ gas: each }, { gas: each }] });
    const { length: payloadBytes } = bytesOf(payload);
    expect(commandGas({ payloadBytes, signers: ["a", "b"], actChecks: [] })).toBe(base);
  });

  test("runs out where the limit says, and then for all that follows", () => {
    const enough = receiptOf(new Ledger(new MemoryView()).submit(payloadOf(two, { gasLimit: 999_999 })));
    const first = enough.actions[0]!.gas;
    const limits = [enough.gas, enough.gas - 1, enough.gas - first - 1, 1];
    const statuses = limits.map((gasLimit) => {
      // The same number of digits, so the payload costs the same.
      const spaces = " ".repeat(6 - String(gasLimit).length);
      const text = JSON.stringify(payloadOf(two, { gasLimit: 111_111 })).replace(
        "111111",
        `${gasLimit}${spaces}`,
      );
      const { signatures } = commandOf(payloadOf(two));
      const receipt = receiptOf(
        new Ledger(new MemoryView()).enter(encodeCommand({ payload: utf8(text), signatures })),
      );
      expect(receipt.gas).toBeLessThanOrEqual(gasLimit);
      return receipt.actions.map(({ status, error }) => error?.name ?? status);
    });
    expect(statuses).toEqual([
      ["ok", "ok"],
      ["ok", "OutOfGas"],
      ["OutOfGas", "OutOfGas"],
      ["OutOfGas", "OutOfGas"],
    ]);
  });

  test("used up takes the rest with it: no cheaper action slips through behind", () => {
    const long = transfer(`wjm${"->stu->wjm".repeat(40)}`, "1.00 USD");
    ledger.act(two);
    ledger.act([adjust("wjm", "1.00 USD")], { by: ["cfo", "risk"] });
    const receipt = ledger.act([long, create("bob")], { by: ["wjm", "stu"], gasLimit: 60_000 });
    expect(receipt.gas).toBe(60_000);
    // The first ran out in the contract's code, the second before any.
    expect(receipt.actions.map(({ error }) => error)).toEqual([
      { name: "OutOfGas", fields: { limit: 60_000 }, place: expect.anything() },
      { name: "OutOfGas", fields: { limit: 60_000 } },
    ]);
  });
});

describe("very long routes (C12)", () => {
  test("end by gas, not by what the host can bear", () => {
    const wide = contextOf({ limits: { commandGasMax: 100_000_000 } });
    const far = new Ledger(new MemoryView(), wide);
    far.act([create("a"), create("b")]);
    far.act([adjust("a", "1.00 USD")], { by: ["cfo", "risk"] });
    const via = Array.from({ length: 20_001 }, (_, at) => (at % 2 === 0 ? "b" : "a"));
    const long = call("transfer", { from: "a", via, to: "a", amount: "1.00 USD" });
    const receipt = far.act([long], { by: ["a", "b"], gasLimit: 5_000_000 });
    expect(receipt).toMatchObject({ status: "failed", gas: 5_000_000 });
    expect(receipt.actions[0]).toMatchObject({ changes: [], error: { name: "OutOfGas" } });
    const shorter = call("transfer", { from: "a", via: via.slice(0, 2_001), to: "a", amount: "1.00 USD" });
    const done = far.act([shorter], { by: ["a", "b"], gasLimit: 100_000_000 });
    expect(done).toMatchObject({ status: "ok", actions: [{ changes: [] }] });
    expect(done.actions[0]!.events.length).toBe(2_002);
  });
});

describe("receipts (C13, C17)", () => {
  test("are hashed with their tag, and are canonical", () => {
    const applied = ledger.submit(payloadOf([create("wjm")]));
    expect(hex(applied.receiptHash)).toBe(hex(receiptHash(sha256, applied.receipt)));
    expect(parseUtf8(applied.receipt)).toMatch(
      /^\{"actions":\[\{"changes":\[\{"after":\{"funds":"0\.00 USD",/,
    );
  });

  test("list changes in the order of module, table and key bytes", () => {
    const names = ["b", "a:1", "a", "B", "10", "9"];
    const { changes } = ledger.submit(payloadOf(names.map((name) => create(name))));
    expect(changes.map(({ key }) => key)).toEqual(["10", "9", "B", "a", "a:1", "b"]);
  });

  test("of an election entry only name it", () => {
    const applied = apply(context, ledger.view, entryOf(new Uint8Array([7]), { index: 5, kind: "election" }));
    expect(parseUtf8(applied.receipt)).toBe('{"index":5,"kind":"election"}');
    expect(applied).toMatchObject({ changes: [], command: undefined });
  });

  test("are the same whether or not the command was parsed before", () => {
    const payload = payloadOf([create("wjm"), call("burn", {})]);
    const body = encodeCommand(commandOf(payload));
    const parsed = parseCommandBody(context, body);
    const entry = entryOf(body);
    const command = parsed.ok ? parsed.value : undefined;
    const cached = apply(context, ledger.view, entry, command);
    expect(cached).toEqual(apply(context, ledger.view, entry));
    // What was parsed is not parsed again: the body is not even looked at.
    expect(apply(context, ledger.view, entryOf(new Uint8Array()), command)).toEqual(cached);
  });
});

describe("simulation (C18)", () => {
  const place = { index: 1, time: NOW };
  test("says what applying would, and commits nothing", () => {
    const payload = payloadOf([create("wjm")]);
    const simulated = simulate(context, ledger.view, bytesOf(payload), place);
    expect(ledger.view.all()).toEqual([]);
    const { stateRoot: _, receiptHash: __, ...applied } = ledger.submit(payload);
    expect(simulated).toMatchObject({ ok: true, value: applied });
  });

  test("refuses what is no command", () => {
    expect(simulate(context, ledger.view, utf8("{}"), place)).toMatchObject({
      error: { code: "command_malformed" },
    });
  });
});
