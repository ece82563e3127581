// Golden receipts: a short history with every outcome and error, as spec/vectors/ledger.json. Whoever
// changes a receipt's bytes forks every network, so a difference here is never only a failed test.

import { hex, parseUtf8 } from "@juno/base";
import { encodeCommand, encodeRedactedBody, LIFETIME_MS_MAX, redactedParts } from "@juno/proof";
import { describe, expect, test } from "vitest";
import {
  adjust,
  bytesOf,
  call,
  commandOf,
  contextOf,
  create,
  deploy,
  entryOf,
  keyOf,
  MINUTE,
  NOW,
  OPERATORS,
  payloadOf,
  sha256,
  transfer,
} from "../test/network.ts";
import { apply, applyRedacted, MemoryView, renderTime } from "./index.ts";

const context = contextOf();
const joint = { atLeast: 2, of: [{ key: keyOf("ann") }, { atLeast: 1, of: [{ key: keyOf("ben") }] }] };

type Sent = { readonly payload: ReturnType<typeof payloadOf>; readonly time: number };

function send(nonce: number, actions: readonly unknown[], rest: Parameters<typeof payloadOf>[1] = {}): Sent {
  const fixed = { network: context.networkHex, nonce: String(nonce).padStart(32, "0") };
  return { payload: payloadOf(actions, { ...fixed, ...rest }), time: NOW + nonce };
}

const opening = send(1, [create("wjm"), create("stu"), create("bank"), create("10")]);

/** Holds coins in the name of whoever is entitled; others may spend by grants. */
const TILL = `module till
import std.auth {allowed, role}
upgrade by role("risk")
asset POINT { decimals: 0, mint: self }
resource Till { owner: Policy, points: Coin<POINT> }
table tills: Text => Till
capability Spend { till: Text, points: Nat } spends points
error Short { points: Nat }
init() { tills.insert("house", Till { owner: role("treasury"), points: mint(POINT, 100) }) }
pub fn spend(till: Text, points: Nat) writes {
  let Till { owner, points: held } = tills.take(till)
  require allowed(owner, Spend { till, points })
  require points <= held.amount else Short { points }
  let (spent, rest) = held.split(points)
  burn(spent)
  tills.put(till, Till { owner, points: rest })
}
`;
const SHOP = `module shop
import till {spend}
action buy(till: Text, points: Nat) { spend(till, points) }
`;
const spends = (points: number) => ({ capability: "till.Spend", fields: { till: "house", points } });
const buy = (points: number) => call("buy", { till: "house", points }, { module: "shop" });

const payment = send(3, [transfer("wjm->stu", "10.00 USD")], { by: ["wjm"] });

/** By the operators unless told; long after what the others say of their expiry. */
const redact = (nonce: number, commands: readonly (readonly [index: number, id: string])[], by = OPERATORS) =>
  send(
    nonce,
    commands.map(([index, id]) => redaction(index, id)),
    {
      ...{ by, expires: renderTime(NOW + 2 * MINUTE) },
    },
  );
const redaction = (index: number, id: string) => ({
  redact: { commands: [{ index, id }], reason: "a name in cleär" },
});
const idOf = ({ payload }: Sent): string => hex(sha256(bytesOf(payload)));

const HISTORY: readonly Sent[] = [
  opening,
  send(2, [adjust("wjm", "100.00 USD")], { by: ["treasury", "cfo"] }),
  payment,
  send(4, [transfer("stu->bank->wjm", "10.00 USD")], { by: ["stu", "bank"] }),
  send(5, [transfer("stu->bank->wjm", "10.00 USD")], { by: ["stu", "bank"] }),
  send(6, [transfer("wjm->stu", "1.00 USD"), transfer("wjm->stu", "100.00 USD")], { by: ["wjm"] }),
  send(7, [transfer("wjm->stu", "1.00 USD"), transfer("wjm->stu", "100.00 USD")], {
    by: ["wjm"],
    atomic: true,
  }),
  send(8, [transfer("wjm->stu", "1.00 USD"), transfer("stu->wjm", "2.00 USD")], {
    by: ["wjm", "stu"],
    atomic: true,
  }),
  send(9, [transfer("wjm->stu", "1.00 USD"), transfer("wjm->nobody", "1.00 USD")]),
  send(10, [transfer("wjm->stu", "0.00 USD"), adjust("wjm", "1.00 USD"), adjust("wjm", "1 USD")], {
    by: ["wjm"],
  }),
  send(11, [create("wjm"), create("", { key: "ab" }), create("ünïcode", joint)]),
  send(12, [call("burn", {}), call("create", {}, { version: 2 }), call("create", {}, { module: "bank" })]),
  send(13, [create("joint", joint)], { by: ["bob"], gasLimit: 20_000 }),
  send(14, [deploy(TILL, SHOP)], { by: OPERATORS }),
  send(15, [deploy(TILL, SHOP)], { by: ["treasury"] }),
  send(16, [buy(30), buy(30), buy(30), buy(11)], {
    signers: [{ key: keyOf("alice") }, { key: keyOf("treasury"), grants: [spends(70)] }],
  }),
  send(17, [deploy("module broken\n\naction go() { nothing() }\n")], { by: OPERATORS }),
  { ...opening, time: NOW + 18 },
  { ...opening, time: NOW + MINUTE + 1 },
  send(20, [create("z")], { signers: [{ key: keyOf("mallory") }], expires: renderTime(NOW + 2 * MINUTE) }),
  send(21, [create("z")], { expires: renderTime(NOW + 2 * LIFETIME_MS_MAX) }),
  send(22, [create("z")], { network: keyOf("elsewhere") }),
  redact(23, [[3, idOf(payment)]], ["treasury", "risk"]),
  redact(24, [[3, idOf(payment)]]),
  redact(25, [[23, keyOf("an order")]]),
  redact(26, [[14, keyOf("a deployment")]]),
  redact(27, [[27, keyOf("itself")]]),
  redact(28, [[1, idOf(opening)]], ["treasury"]),
  redact(29, [
    [1, idOf(opening)],
    [2, keyOf("what it does not hold")],
  ]),
];

function vectors(): unknown {
  const view = new MemoryView();
  let index = 0;
  let time = 0;
  const entries = HISTORY.map(({ payload, time: asked }) => {
    index += 1;
    time = Math.max(time, asked);
    const command = commandOf(payload);
    const entry = entryOf(encodeCommand(command), { index, time });
    const applied = apply(context, view, entry);
    view.accept(applied, entry);
    return {
      index,
      time,
      payload: parseUtf8(command.payload),
      receipt: parseUtf8(applied.receipt),
      receiptHash: hex(applied.receiptHash),
    };
  });
  const election = apply(
    context,
    view,
    entryOf(new Uint8Array(), { index: index + 1, time, kind: "election" }),
  );
  return {
    about:
      "Entries applied in order to an empty state; signatures are as the payload's signers, not verified here",
    genesis: parseUtf8(context.genesis.bytes),
    network: context.networkHex,
    entries,
    election: {
      index: index + 1,
      receipt: parseUtf8(election.receipt),
      receiptHash: hex(election.receiptHash),
    },
    state: view.all().map(({ module, table, key, value }) => ({ module, table, key, row: parseUtf8(value) })),
    window: view.window(),
  };
}

describe("golden receipts (C10, C12, C13, C17)", () => {
  test("stand in spec/vectors/ledger.json", async () => {
    const text = `${JSON.stringify(vectors(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../../spec/vectors/ledger.json");
  });

  test("tell what a redacted command did, and it is done so (C22)", () => {
    const [whole, followed] = [new MemoryView(), new MemoryView()];
    HISTORY.slice(0, 4).forEach(({ payload, time }, at) => {
      const body = encodeCommand(commandOf(payload));
      const entry = entryOf(body, { index: at + 1, time });
      const applied = apply(context, whole, entry);
      const parts = redactedParts(sha256, body);
      if (!parts.ok) throw new Error(parts.error.detail);
      const kept = { ...entry, body: encodeRedactedBody(parts.value) };
      const { receipt, command } = applied;
      const told = { entry: kept, receipt, expires: command?.expires };
      const done = payload === payment.payload ? applyRedacted(context, followed, told) : undefined;
      const same = done === undefined ? apply(context, followed, entry) : done.ok && done.value;
      expect(same).toMatchObject({ receipt, changes: applied.changes });
      if (same === false) throw new Error("the receipt was taken");
      whole.accept(applied, entry);
      followed.accept(same, entry);
      expect(followed.all()).toEqual(whole.all());
    });
  });
});
