// Who may submit what, and how much (C29–C31): what roles say, what becomes of a command that they do not let through.

import { canonicalJson, jsonObject } from "@juno/base";
import { encodeRedactedBody, redactedParts } from "@juno/proof";
import { beforeEach, describe, expect, test } from "vitest";
import { actOf, GoverningLedger, refusalOf } from "../../test/governing.ts";
import {
  call,
  contextOf,
  create,
  deploy,
  type GenesisText,
  keyOf,
  MINUTE,
  NOW,
  OPERATORS,
  payloadOf,
  sha256,
} from "../../test/network.ts";
import {
  applyRedacted,
  clientWithAccess,
  governedIn,
  MemoryView,
  mayRead,
  receiptChanges,
  simulate,
} from "../index.ts";
import { roleIn } from "./access.ts";

const ADMIN = { admin: { key: keyOf("ada") } };
const TELLER = { name: "teller", submit: ["demo.accounts"], read: ["demo.accounts/accounts"] };
const AUDIT = { name: "audit", submit: [], read: "*" };
const BANK = "module bank\n";

let on: GoverningLedger;
const network = (parts: GenesisText = {}) => {
  on = new GoverningLedger(contextOf({ policies: ADMIN, ...parts }));
};
beforeEach(() => network());

const roles = (define: readonly object[], remove: readonly string[] = []) =>
  refusalOf(on.propose(actOf("roles", { define, remove }), ["ada"]));
const client = (name: string, held: readonly string[]) =>
  refusalOf(
    on.propose(actOf("clients", { set: [{ name, key: keyOf(name), roles: held }], remove: [] }), ["ada"]),
  );
const bank = { call: { module: "demo.bank", action: "open", args: {} } };
const redaction = { redact: { commands: [{ index: 1, id: keyOf("x") }], reason: "r" } };
const access = (name: string) => {
  const governed = governedIn(on.ledger.context, on.view);
  return clientWithAccess(on.ledger.context, governed, keyOf(name))!.access;
};

describe("roles (C29)", () => {
  test("of which nothing is said let their clients do all that a client may", () => {
    expect(client("alice", ["teller"])).toBeUndefined();
    expect(on.enter(create("wjm"))).toMatchObject({ status: "ok" });
    expect(access("alice")).toMatchObject({ submit: "*", read: "*" });
  });

  test("are defined, replaced and forgotten by administrators, in the genesis or by acts", () => {
    network({ roles: [TELLER] });
    client("alice", ["teller"]);
    expect(access("alice")).toMatchObject({ submit: ["demo.accounts"] });
    expect(roles([{ ...TELLER, submit: ["demo.bank"] }])).toBeUndefined();
    expect(on.row("access", "teller")).toEqual({ role: { ...TELLER, submit: ["demo.bank"] } });
    expect(access("alice")).toMatchObject({ submit: ["demo.bank"] });
    expect(roles([], ["teller"])).toBeUndefined();
    expect(on.row("access", "teller")).toEqual({ role: null });
    expect(access("alice")).toMatchObject({ submit: "*" });
    expect(roles([], ["teller"])).toBe("role_unknown");
    expect(roles([], ["nobody"])).toBe("role_unknown");
  });

  test("are read once from rows that are alike, and anew from others under the same name", () => {
    const rowsWith = (submit: string) => {
      const row = canonicalJson(jsonObject({ role: jsonObject({ ...TELLER, submit: [submit] }) }));
      return { row: () => row.slice() };
    };
    const ask = (rows: ReturnType<typeof rowsWith>) => roleIn(on.ledger.context, rows, "teller");
    const [bank, shop] = [rowsWith("demo.bank"), rowsWith("demo.shop")];
    expect(ask(bank)).toMatchObject({ submit: ["demo.bank"] });
    expect(ask(bank)).toBe(ask(bank));
    expect(ask(shop)).toMatchObject({ submit: ["demo.shop"] });
    expect(ask(bank)).toMatchObject({ submit: ["demo.bank"] });
  });

  test("are said whole, in names that can be, each once", () => {
    const bad = (change: object) => roles([{ ...TELLER, ...change }]);
    expect(bad({ submit: undefined })).toBe("bad_act");
    expect(bad({ read: undefined })).toBe("bad_act");
    expect(bad({ submit: "all" })).toBe("bad_act");
    expect(bad({ submit: ["demo..bank"] })).toBe("bad_act");
    expect(bad({ submit: ["demo.bank/accounts"] })).toBe("bad_act");
    expect(bad({ read: ["demo.bank/"] })).toBe("bad_act");
    expect(bad({ read: ["a", "a"] })).toBe("bad_act");
    expect(bad({ gasPerMinute: 0 })).toBe("bad_act");
    expect(bad({ name: "" })).toBe("bad_act");
    expect(roles([TELLER, TELLER])).toBe("bad_act");
    expect(roles([TELLER], ["teller"])).toBe("bad_act");
    expect(roles([])).toBe("bad_act");
    const operators = actOf("roles", { define: [TELLER], remove: [] });
    expect(refusalOf(on.propose(operators, OPERATORS))).toBe("unauthorised");
    expect(on.view.keys({ module: "juno", table: "access", limit: 9 })).toEqual([]);
  });

  test("add up: what one of them allows is allowed, and the widest quota holds", () => {
    const few = { ...TELLER, commandsPerMinute: 2, gasPerMinute: 9 };
    const many = { name: "night", submit: ["demo.bank"], read: [], commandsPerMinute: 5 };
    roles([few, many]);
    client("alice", ["teller", "night", "unsaid"]);
    expect(access("alice")).toEqual({
      submit: ["demo.accounts", "demo.bank"],
      read: ["demo.accounts/accounts"],
      commandsPerMinute: 5,
      gasPerMinute: undefined,
    });
    roles([{ ...many, submit: "*" }]);
    expect(access("alice").submit).toBe("*");
  });

  test("called default stand for those of whose roles nothing is said", () => {
    roles([{ ...AUDIT, name: "default" }, TELLER]);
    expect(on.enter(create("wjm"))).toMatchObject({ status: "rejected", reason: "not_permitted" });
    client("alice", ["teller"]);
    expect(on.enter(create("wjm"))).toMatchObject({ status: "ok" });
  });
});

describe("submitting (C30)", () => {
  beforeEach(() => {
    roles([TELLER]);
    client("alice", ["teller"]);
  });

  test("goes to the modules of the client's roles, whoever else signs", () => {
    expect(on.enter(create("wjm"))).toMatchObject({ status: "ok" });
    const refused = { status: "rejected", reason: "not_permitted", gas: 0, actions: [] };
    expect(on.enter(bank)).toMatchObject(refused);
    expect(on.enter(bank, { by: OPERATORS })).toMatchObject(refused);
    expect(
      on.submit(payloadOf([create("x"), bank], { network: on.ledger.context.networkHex })).command,
    ).toMatchObject({
      ...{ status: "rejected", spends: true },
    });
    expect(on.enter(redaction, { by: OPERATORS })).toMatchObject(refused);
    const bob = { signers: [{ key: keyOf("bob") }] };
    expect(on.enter(bank, bob)).toMatchObject({ status: "failed" });
    expect(refusalOf(on.enter(redaction, bob))).toBe("unauthorised");
  });

  test("limits deployments by the modules that they bring (C19)", () => {
    expect(on.enter(deploy(BANK), { by: OPERATORS }).actions[0]!.error!.fields).toMatchObject({
      code: "H1016",
      module: "bank",
    });
    roles([{ ...TELLER, submit: ["demo.accounts", "bank"] }]);
    expect(on.enter(deploy(BANK), { by: OPERATORS })).toMatchObject({ status: "ok" });
  });

  test("never keeps anybody from bringing a decision about the network", () => {
    roles([{ ...TELLER, submit: [] }]);
    expect(on.enter(create("x"))).toMatchObject({ reason: "not_permitted" });
    expect(roles([TELLER])).toBeUndefined();
    expect(on.enter(create("x"))).toMatchObject({ status: "ok" });
  });
});

test("reading is of modules, or of tables of theirs (C30)", () => {
  const may = (read: string[] | "*", module: string, table?: string) => mayRead({ read }, { module, table });
  expect(may("*", "demo.bank")).toBe(true);
  expect(may(["demo.bank"], "demo.bank", "rows")).toBe(true);
  expect(may(["demo.bank/rows"], "demo.bank", "rows")).toBe(true);
  expect(may(["demo.bank/rows"], "demo.bank", "other")).toBe(false);
  expect(may(["demo.bank/rows"], "demo.bank")).toBe(false);
  expect(may([], "demo.bank", "rows")).toBe(false);
});

describe("quotas (C31)", () => {
  const quota = (change: object) => {
    roles([{ name: "teller", submit: "*", read: "*", ...change }]);
    client("alice", ["teller"]);
  };
  const usage = () => on.row("usage", "alice");

  test("let so many commands through in a minute of log time, failed ones too", () => {
    quota({ commandsPerMinute: 2 });
    on.ledger.time = NOW + MINUTE;
    const minute = Math.floor(on.ledger.time / MINUTE);
    expect(on.enter(create("a"))).toMatchObject({ status: "ok" });
    expect(on.enter(create("a"))).toMatchObject({ status: "failed" });
    expect(usage()).toMatchObject({ commands: 2, minute });
    const before = on.view.all();
    expect(on.enter(create("b"))).toMatchObject({ status: "rejected", reason: "quota_exceeded", gas: 0 });
    expect(on.view.all()).toEqual(before);
    on.ledger.time = (minute + 1) * MINUTE - 1;
    expect(on.enter(create("b"))).toMatchObject({ reason: "quota_exceeded" });
    on.ledger.time += 1;
    expect(on.enter(create("b"))).toMatchObject({ status: "ok" });
    expect(usage()).toMatchObject({ commands: 1, minute: minute + 1 });
  });

  test("let commands through until their gas is used up, and decisions about the network are no exception", () => {
    quota({ gasPerMinute: 10_000 });
    on.ledger.time = NOW + MINUTE;
    const first = on.enter(create("a"));
    expect(usage()).toMatchObject({ commands: 1, gas: first.gas });
    expect(first.gas).toBeGreaterThan(10_000);
    const approve = {
      approve: { act: keyOf("x"), approvals: [{ key: keyOf("ada"), signature: "ab".repeat(64) }] },
    };
    expect(on.enter(approve)).toMatchObject({ reason: "quota_exceeded" });
    expect(on.enter(create("b"), { signers: [{ key: keyOf("bob") }] })).toMatchObject({ status: "ok" });
  });

  test("stand in the receipt of the command that used them, and in nobody else's (C13)", () => {
    quota({ commandsPerMinute: 2 });
    on.ledger.time = NOW + MINUTE;
    const { receipt, changes, command } = on.applied(create("a"));
    const told = receiptChanges(receipt);
    expect(told.ok && told.value).toEqual(changes);
    expect(changes.map(({ module, table, key }) => [module, table, key])).toEqual([
      ["demo.accounts", "accounts", "a"],
      ["juno", "usage", "alice"],
    ]);
    expect(command!.usage).toMatchObject({ client: "alice", commands: 1 });
    const other = on.applied(create("b"), { signers: [{ key: keyOf("bob") }] });
    expect(other.changes.map(({ module }) => module)).toEqual(["demo.accounts"]);
  });

  test("are counted alike where the payload was redacted (C22)", () => {
    quota({ commandsPerMinute: 1 });
    on.ledger.time = NOW + MINUTE;
    for (const status of ["ok", "rejected"]) {
      const before = new MemoryView();
      before.change(
        on.view.all().map(({ value, ...address }) => ({ ...address, before: undefined, after: value })),
      );
      const { receipt, command, changes } = on.applied(create(status));
      const entry = on.entries.at(-1)!;
      const parts = redactedParts(sha256, entry.body);
      if (!parts.ok) throw new Error(parts.error.detail);
      const kept = { ...entry, body: encodeRedactedBody(parts.value) };
      const followed = applyRedacted(on.ledger.context, before, {
        entry: kept,
        receipt,
        expires: command!.expires,
      });
      expect(followed).toMatchObject({ ok: true, value: { changes, command: { status, spends: true } } });
    }
  });

  test("are told by a simulation, which uses nothing (C18)", () => {
    quota({ commandsPerMinute: 1 });
    const { context, index } = on.ledger;
    const payload = new TextEncoder().encode(
      JSON.stringify(payloadOf([create("a")], { network: context.networkHex })),
    );
    const before = on.view.all();
    const told = () => {
      const simulated = simulate(context, on.view, payload, { index, time: NOW });
      return simulated.ok ? simulated.value.command!.status : simulated.error.code;
    };
    expect([told(), told()]).toEqual(["ok", "ok"]);
    expect(on.view.all()).toEqual(before);
    on.enter(create("b"));
    expect(told()).toBe("rejected");
  });
});

test("roles and quotas are no business of queries and contracts: role(name) asks who has it, not what is said of it (C28)", () => {
  roles([{ name: "risk", submit: "*", read: "*" }]);
  on.enter(create("wjm"));
  const adjust = on.enter(call("adjust", { name: "wjm", amount: "1.00 USD" }), { by: ["risk", "cfo"] });
  expect(adjust).toMatchObject({ status: "ok" });
});
