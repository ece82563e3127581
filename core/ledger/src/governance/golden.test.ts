// Golden bytes of governance: a short history with every kind of act, as spec/vectors/governance.json. Whoever changes a
// receipt's or a row's bytes forks every network, so a difference here is never only a failed test.

import { hex, parseUtf8 } from "@juno/base";
import { decodeCommand, type Entry } from "@juno/proof";
import { describe, expect, test } from "vitest";
import {
  actOf,
  approvalsBy,
  configBody,
  configuration,
  DAY,
  GoverningLedger,
  governedContext,
  idOf,
  readyOf,
} from "../../test/governing.ts";
import { create, keyOf, NOW, OPERATORS } from "../../test/network.ts";

const context = governedContext({ checkpointEntries: 8 });
const NODES = [1, 2, 3, 4, 5];
const READY = [1, 2, 3, 5];

const fixed = (number: number) => String(number).padStart(32, "0");
const document = (number: number, kind: string, content: object = {}, expires = NOW + DAY): string =>
  actOf(kind, content, { nonce: fixed(number), expires });

const ACTS = {
  halt: document(1, "halt"),
  resume: document(2, "resume"),
  clients: document(3, "clients", {
    set: [
      { name: "carl", key: keyOf("carl"), roles: ["risk"] },
      { name: "bob", key: keyOf("bob 2") },
    ],
    remove: ["cfo"],
  }),
  operators: document(4, "operators", { policy: { key: keyOf("olga") } }),
  stepDown: document(5, "step-down", { epoch: 0, term: 3 }),
  configure: document(6, "configure", configuration(NODES)),
  other: document(7, "configure", configuration(NODES)),
  late: document(8, "halt", {}, NOW + 8),
  roles: document(9, "roles", {
    define: [
      {
        name: "teller",
        submit: ["demo.accounts"],
        read: ["demo.accounts/accounts", "juno"],
        commandsPerMinute: 2,
      },
      { name: "audit", submit: [], read: "*", gasPerMinute: 1_000_000 },
    ],
    remove: [],
  }),
  tellers: document(10, "clients", {
    set: [{ name: "alice", key: keyOf("alice"), roles: ["teller"] }],
    remove: [],
  }),
  noRoles: document(11, "roles", { define: [], remove: ["audit", "night"] }),
  fewerRoles: document(12, "roles", { define: [], remove: ["audit"] }),
};

type Step = { readonly action: object } | { readonly config: Uint8Array };

const proposing = (act: string, by: readonly string[], ready?: readonly number[]): Step => ({
  action: {
    propose: { act, approvals: approvalsBy(by), ...(ready === undefined ? {} : { ready: readyOf(ready) }) },
  },
});
const approving = (act: string, by: readonly string[]): Step => ({
  action: { approve: { act: idOf(act), approvals: approvalsBy(by) } },
});

const HISTORY: readonly Step[] = [
  { action: create("wjm") },
  proposing(ACTS.late, ["risk"]),
  proposing(ACTS.halt, ["ada", "risk"]),
  approving(ACTS.halt, ["cfo"]),
  { action: create("stu") },
  proposing(ACTS.resume, ["ada"]),
  approving(ACTS.resume, ["mallory"]),
  approving(ACTS.resume, ["ben", "cleo"]),
  approving(ACTS.late, ["cfo"]),
  proposing(ACTS.clients, OPERATORS),
  proposing(ACTS.clients, ["ada", "cleo"]),
  proposing(ACTS.clients, ["ada", "cleo"]),
  proposing(ACTS.operators, ["ada", "ben"]),
  proposing(ACTS.stepDown, ["olga"]),
  proposing(ACTS.configure, ["ben"], [1, 2, 3]),
  proposing(ACTS.configure, ["ben"], READY),
  proposing(ACTS.other, ["ada", "ben"], READY),
  approving(ACTS.configure, ["ada"]),
  { config: configBody(ACTS.configure, ["ada", "ben"], READY) },
  { config: configBody(ACTS.configure, ["ada", "ben"], READY) },
  approving(ACTS.other, ["cleo"]),
  { action: create("stu") },
  proposing(ACTS.roles, ["ada", "ben"]),
  proposing(ACTS.noRoles, ["ada", "ben"]),
  proposing(ACTS.fewerRoles, ["ada", "ben"]),
  proposing(ACTS.tellers, ["ada", "ben"]),
  { action: { call: { module: "demo.bank", action: "open", args: {} } } },
  { action: create("ann") },
  { action: create("ann") },
  { action: create("ben") },
];

function shownBody({ kind, body }: Entry): object {
  const command = kind === "command" ? decodeCommand(body) : undefined;
  return command?.ok ? { payload: parseUtf8(command.value.payload) } : { kind, body: hex(body) };
}

function vectors(): unknown {
  const on = new GoverningLedger(context);
  const entries = HISTORY.map((step, at) => {
    on.ledger.time = NOW + at + 1;
    const applied =
      "config" in step ? on.configure(step.config) : on.applied(step.action, { nonce: fixed(at + 1) });
    return {
      ...{ index: at + 1, time: on.ledger.time },
      ...shownBody(on.entries[at]!),
      receipt: parseUtf8(applied.receipt),
      receiptHash: hex(applied.receiptHash),
    };
  });
  const all = on.view.all();
  return {
    about:
      "Entries applied in order to an empty state; no signature in them is good, and none is verified here",
    genesis: parseUtf8(context.genesis.bytes),
    network: context.networkHex,
    entries,
    state: all.map(({ module, table, key, value }) => ({ module, table, key, row: parseUtf8(value) })),
    window: on.view.window(),
  };
}

describe("golden governance (C13, C17, C24–C31)", () => {
  test("stands in spec/vectors/governance.json", async () => {
    const text = `${JSON.stringify(vectors(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../../../spec/vectors/governance.json");
  });
});
