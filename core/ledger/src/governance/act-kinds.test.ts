// What acts of each kind do (C25–C28), what stands against them, and what the ledger tells the node that runs it.

import { encodeRedactedBody, redactedParts } from "@juno/proof";
import { beforeEach, describe, expect, test } from "vitest";
import { actOf, GoverningLedger, idOf, refusalOf } from "../../test/governing.ts";
import {
  call,
  create,
  deploy,
  keyOf,
  NOW,
  OPERATORS,
  payloadOf,
  receiptOf,
  sha256,
} from "../../test/network.ts";
import {
  applyRedacted,
  clientOf,
  governedIn,
  haltIn,
  operatorPolicy,
  recordedAct,
  simulate,
} from "../index.ts";

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger();
});

const done = (kind: string, content: object = {}, by: readonly string[] = ["ada", "ben"]) => {
  const receipt = on.propose(actOf(kind, content), by);
  expect(refusalOf(receipt)).toBeUndefined();
  return receipt;
};
const codeOf = (kind: string, content: object = {}, by: readonly string[] = ["ada"]) =>
  refusalOf(on.propose(actOf(kind, content), by));
const signedBy = (name: string, rest: object = {}) => ({ signers: [{ key: keyOf(name) }], ...rest });

describe("halting (C27)", () => {
  test("rejects all but decisions about the network until the ledger is resumed", () => {
    done("halt", {}, ["risk", "cfo"]);
    expect(haltIn(on.view)).toEqual({
      ...{ since: "2023-11-14T22:13:20.000Z", at: 1, reason: "why halt", act: expect.any(String) },
      by: [keyOf("risk"), keyOf("cfo")].sort(),
    });
    const refused = on.enter(create("wjm"));
    expect(refused).toMatchObject({ status: "rejected", reason: "ledger_halted", gas: 0, actions: [] });
    const by = OPERATORS;
    expect(on.enter(deploy("module m\n"), { by })).toMatchObject({ reason: "ledger_halted" });
    const redact = { redact: { commands: [{ index: 1, id: keyOf("x") }], reason: "r" } };
    expect(on.enter(redact, { by })).toMatchObject({ reason: "ledger_halted" });
    expect(on.enter(create("wjm"), signedBy("mallory"))).toMatchObject({ reason: "client_unknown" });
    expect(codeOf("halt")).toBe("pointless");
    const document = actOf("resume");
    on.propose(document, ["ada"]);
    expect(on.enter(create("wjm"))).toMatchObject({ reason: "ledger_halted" });
    on.approve(idOf(document), ["cleo"]);
    expect(haltIn(on.view)).toBeUndefined();
    expect(on.enter(create("wjm"))).toMatchObject({ status: "ok" });
    expect(codeOf("resume")).toBe("pointless");
  });

  test("spends the id of what it rejects, so that no outcome is contradicted (C10)", () => {
    const payload = payloadOf([create("wjm")], { network: on.ledger.context.networkHex });
    done("halt");
    expect(receiptOf(on.submit(payload))).toMatchObject({ status: "rejected" });
    done("resume");
    expect(receiptOf(on.submit(payload))).toMatchObject({ status: "duplicate", first: 2 });
    expect(receiptOf(on.submit(payloadOf([create("wjm")], { network: payload.network })))).toMatchObject({
      status: "ok",
    });
  });

  test("spends the id also where its payload was redacted (C22)", () => {
    done("halt");
    const before = on.view.all();
    const { receipt, command } = on.applied(create("wjm"));
    const entry = on.entries.at(-1)!;
    const parts = redactedParts(sha256, entry.body);
    if (!parts.ok) throw new Error(parts.error.detail);
    const kept = { ...entry, body: encodeRedactedBody(parts.value) };
    const told = { entry: kept, receipt, expires: command!.expires };
    const followed = applyRedacted(on.ledger.context, on.view, told);
    expect(followed).toMatchObject({ ok: true, value: { command: { status: "rejected", spends: true } } });
    expect(on.view.all()).toEqual(before);
  });

  test("is decided by operators or by administrators, not by one of each", () => {
    const document = actOf("halt");
    on.propose(document, ["ada", "risk"]);
    expect(haltIn(on.view)).toBeUndefined();
    on.approve(idOf(document), ["cfo"]);
    expect(haltIn(on.view)?.by).toEqual(["ada", "cfo", "risk"].map(keyOf).sort());
  });

  test("is told by a simulation too (C18)", () => {
    done("halt");
    const { context, index } = on.ledger;
    const payload = new TextEncoder().encode(
      JSON.stringify(payloadOf([create("wjm")], { network: context.networkHex })),
    );
    const told = simulate(context, on.view, payload, { index, time: NOW });
    expect(told.ok && JSON.parse(new TextDecoder().decode(told.value.receipt))).toMatchObject({
      reason: "ledger_halted",
    });
  });
});

describe("clients (C28)", () => {
  const carl = (name = "carl", roles: readonly string[] = []) => ({ name: "carl", key: keyOf(name), roles });

  test("are registered, get another key, and go", () => {
    expect(on.enter(create("x"), signedBy("carl"))).toMatchObject({ reason: "client_unknown" });
    done("clients", { set: [carl()], remove: [] });
    expect(on.enter(create("x"), signedBy("carl"))).toMatchObject({ status: "ok" });
    expect(clientOf(on.ledger.context, on.view, keyOf("carl"))).toEqual(carl());
    done("clients", { set: [carl("carl 2")], remove: [] });
    expect(on.enter(create("y"), signedBy("carl"))).toMatchObject({ reason: "client_unknown" });
    expect(on.enter(create("y"), signedBy("carl 2"))).toMatchObject({ status: "ok" });
    done("clients", { set: [], remove: ["carl"] });
    expect(on.enter(create("z"), signedBy("carl 2"))).toMatchObject({ reason: "client_unknown" });
    expect(codeOf("clients", { set: [], remove: ["carl"] })).toBe("client_unknown");
    expect(governedIn(on.ledger.context, on.view).clients).toEqual(
      new Map([
        [keyOf("carl"), undefined],
        [keyOf("carl 2"), undefined],
      ]),
    );
  });

  test("of the genesis give way to rows", () => {
    done("clients", { set: [{ name: "bob", key: keyOf("bob 2") }], remove: ["alice"] });
    expect(on.enter(create("x"))).toMatchObject({ reason: "client_unknown" });
    expect(on.enter(create("x"), signedBy("bob"))).toMatchObject({ reason: "client_unknown" });
    expect(on.enter(create("x"), signedBy("bob 2"))).toMatchObject({ status: "ok" });
    expect(governedIn(on.ledger.context, on.view).clients).toEqual(
      new Map([
        [keyOf("alice"), undefined],
        [keyOf("bob"), undefined],
        [keyOf("bob 2"), { name: "bob", key: keyOf("bob 2"), roles: [] }],
      ]),
    );
  });

  test("have the roles that contracts ask for", () => {
    on.enter(create("wjm"));
    const adjust = (by: readonly string[]) =>
      on.enter(call("adjust", { name: "wjm", amount: "1.00 USD" }), { by }).status;
    expect(adjust(["risk", "cfo"])).toBe("ok");
    const risk = { name: "risk", key: keyOf("risk"), roles: [] };
    done("clients", { set: [risk, carl("carl", ["risk", "other"])], remove: [] });
    expect(on.row("roles", "risk")).toEqual({ keys: [keyOf("carl")] });
    expect(adjust(["risk", "cfo"])).toBe("failed");
    expect(adjust(["carl", "cfo"])).toBe("ok");
    done("clients", { set: [{ ...risk, roles: ["risk"] }], remove: ["carl"] });
    expect(on.row("roles", "risk")).toEqual({ keys: [keyOf("risk")] });
    expect(on.row("roles", "other")).toEqual({ keys: [] });
    expect(adjust(["risk", "cfo"])).toBe("ok");
  });

  test("have keys of their own", () => {
    const taken = (key: string) =>
      codeOf("clients", { set: [{ name: "carl", key: keyOf(key) }], remove: [] });
    for (const key of ["bob", "sign 1", "transport 4", "ada"]) expect(taken(key)).toBe("key_taken");
    expect(codeOf("clients", { set: [{ name: "risk", key: keyOf("risk") }], remove: [] })).toBeUndefined();
    expect(codeOf("clients", { set: [carl(), carl("carl 2")], remove: [] })).toBe("bad_act");
    expect(codeOf("clients", { set: [carl()], remove: ["carl"] })).toBe("bad_act");
    expect(codeOf("clients", { set: [], remove: ["bob", "bob"] })).toBe("bad_act");
  });

  test("are judged again when the last approval comes", () => {
    const [first, second] = ["carl", "dora"].map((name) =>
      actOf("clients", { set: [{ name, key: keyOf("both") }], remove: [] }),
    );
    on.propose(first!, ["ada"]);
    on.propose(second!, ["ada"]);
    expect(refusalOf(on.approve(idOf(second!), ["ben"]))).toBeUndefined();
    expect(refusalOf(on.approve(idOf(first!), ["ben"]))).toBe("key_taken");
    expect(recordedAct(on.view, idOf(first!))).toMatchObject({
      status: "open",
      approvals: [{ key: keyOf("ada") }],
    });
  });
});

test("operators give way to others (C28)", () => {
  const policy = { atLeast: 2, of: [{ key: keyOf("olga") }, { key: keyOf("risk") }] };
  const open = actOf("halt");
  on.propose(open, ["cfo"]);
  done("operators", { policy });
  expect(operatorPolicy(on.ledger.context, on.view)).toEqual(policyOf(policy));
  expect(governedIn(on.ledger.context, on.view).operators).toEqual([keyOf("olga"), keyOf("risk")]);
  expect(on.enter(deploy("module m\n"), { by: OPERATORS }).actions[0]!.error!.fields.code).toBe("H1011");
  const redact = { redact: { commands: [{ index: 1, id: keyOf("x") }], reason: "r" } };
  expect(refusalOf(on.enter(redact, { by: OPERATORS }))).toBe("unauthorised");
  expect(on.enter(deploy("module m\n"), { by: ["olga", "risk"] })).toMatchObject({ status: "ok" });
  expect(refusalOf(on.enter(redact, { by: ["olga", "risk"] }))).toBeUndefined();
  // What cfo approved as an operator counts no more.
  expect(refusalOf(on.approve(idOf(open), ["cfo", "treasury"]))).toBe("unauthorised");
  on.approve(idOf(open), ["risk"]);
  expect(haltIn(on.view)).toBeUndefined();
  on.approve(idOf(open), ["olga"]);
  expect(haltIn(on.view)).toBeDefined();
  const taken = (name: string) => codeOf("operators", { policy: { key: keyOf(name) } });
  for (const name of ["sign 2", "ada"]) expect(taken(name)).toBe("key_taken");
  expect(taken("bob")).toBeUndefined();
});

const policyOf = ({ atLeast, of }: { atLeast: number; of: readonly { key: string }[] }) => ({
  kind: "atLeast" as const,
  count: atLeast,
  of: of.map(({ key }) => ({ kind: "key" as const, key })),
});

test("leaving a term is told once, to whoever applies it (C25)", () => {
  const content = { epoch: 0, term: 7 };
  const document = actOf("step-down", content);
  const command = (action: object) => on.applied(action).changes;
  const told = (changes: Parameters<typeof governedIn>[2]) =>
    governedIn(on.ledger.context, on.view, changes).stepDowns;
  const approvals = (name: string) => [{ key: keyOf(name), signature: "ab".repeat(64) }];
  expect(told(command({ propose: { act: document, approvals: approvals("risk") } }))).toEqual([]);
  const changes = command({ approve: { act: idOf(document), approvals: approvals("cfo") } });
  expect(told(changes)).toEqual([content]);
  expect(told([])).toEqual([]);
  expect(changes.map(({ table }) => table)).toEqual(["acts", "agenda"]);
  expect(codeOf("step-down", { epoch: 1, term: 7 })).toBe("wrong_epoch");
  expect(codeOf("step-down", { epoch: 0, term: 0 })).toBe("bad_act");
});
