// What a module may do at worst (C12, C14): use the gas of whoever calls it. It stops no node, makes no receipt that
// cannot be read, costs nothing that is not counted.

import { parseJson } from "@juno/base";
import { describe, expect, test } from "vitest";
import {
  call,
  contextOf,
  deploy,
  jsonOf,
  Ledger,
  OPERATORS,
  payloadOf,
  type ReceiptText,
  receiptOf,
} from "../test/network.ts";
import { MemoryView, query } from "./index.ts";

const GAS_LIMIT = 10_000_000;

function running(source: string): { act: (action: string, args?: object) => ReceiptText; ledger: Ledger } {
  const ledger = new Ledger(new MemoryView());
  const text = `module evil\n${source}`;
  const receipt = ledger.act([deploy(text)], { by: OPERATORS, gasLimit: GAS_LIMIT });
  expect(receipt.actions[0]!.error).toBeUndefined();
  const act = (action: string, args: object = {}) => {
    const applied = ledger.submit(
      payloadOf([call(action, args, { module: "evil" })], { gasLimit: GAS_LIMIT }),
    );
    // Whatever it did, its receipt is a document like any other (C1).
    expect(parseJson(applied.receipt, { bytesMax: 1 << 24 }).ok).toBe(true);
    return receiptOf(applied);
  };
  return { act, ledger };
}

describe("a hostile module", () => {
  test("that never ends uses up what its caller gave", () => {
    const { act } = running(
      "partial fn spin(n: Nat) -> Nat = spin(n)\naction go() { let n = spin(1)\n {} }\n",
    );
    const receipt = act("go");
    expect(receipt).toMatchObject({ gas: GAS_LIMIT, actions: [{ error: { name: "OutOfGas" } }] });
  });

  test("pays for what its errors say", () => {
    const { act } = running(`error Long { text: Text }
action go(text: Text) { abort Long { text } }
`);
    const error = (length: number) => act("go", { text: "x".repeat(length) }).actions[0]!.gasByKind.error!;
    expect(error(10_000) - error(1_000)).toBe(9_000);
  });

  test("cannot say what a receipt could not hold", () => {
    const { act } = running(`type Nest { inner: List<Nest> }
error Deep { nest: Nest }
event Deep2 { nest: Nest }
table nests: Text => Nest
partial fn nested(n: Nat, nest: Nest) -> Nest fails = if n == 0 { nest } else { nested(down(n), Nest { inner: [nest] }) }
fn down(n: Nat) -> Nat fails { require n >= 1
  n - 1 }
action fail(n: Nat) { abort Deep { nest: nested(n, Nest { inner: [] }) } }
action tell(n: Nat) { emit Deep2 { nest: nested(n, Nest { inner: [] }) } }
action keep(n: Nat) { nests.put("a", nested(n, Nest { inner: [] })) }
`);
    expect(act("fail", { n: 20 }).actions[0]!.error!.fields).toHaveProperty("nest");
    expect(act("tell", { n: 20 }).status).toBe("ok");
    expect(act("keep", { n: 20 }).status).toBe("ok");
    expect(act("tell", { n: 22 }).status).toBe("ok");
    for (const n of [24, 40, 500]) {
      expect(act("fail", { n }).actions[0]!.error!.fields).toHaveProperty("unspeakable");
      expect(act("tell", { n }).actions[0]!.error!.name).toBe("NotRepresentable");
      expect(act("keep", { n }).actions[0]!.error!.name).toBe("NotRepresentable");
    }
    expect(act("fail", { n: 5_000 }).actions[0]!.error!.name).toBe("DepthExceeded");
  });

  test("whose policies cost too much lets nobody in, and stops nobody", () => {
    const { act, ledger } = running(`import std.auth {at_least, key, role}
fn many(n: List<Nat>) -> List<Nat> = n.map(fn(x: Nat) { x + 1 })
fn more(n: List<Nat>) -> List<Nat> = many(many(many(many(many(many(many(many(n))))))))
fn most(n: List<Nat>) -> List<Nat> = more(more(more(more(more(more(more(more(n))))))))
const LIST: List<Nat> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
policy heavy = at_least(most(most(LIST)).length(), [role("a")])
upgrade by heavy
asset GOLD { decimals: 0, mint: heavy }
action go() { let c = mint(GOLD, 1)
  burn(c) }
`);
    expect(act("go").actions[0]!.error!.name).toBe("PolicyOutOfLimits");
    const again = ledger.act([deploy("module evil\n")], { by: OPERATORS, gasLimit: GAS_LIMIT });
    expect(again.actions[0]!.error).toMatchObject({ name: "PolicyOutOfLimits" });
  });

  test("costs its callers' gas for each module that it brings along", () => {
    const ledger = new Ledger(new MemoryView());
    const chain = Array.from({ length: 20 }, (_, at) => {
      const above = at === 0 ? "" : `import m${at - 1} {f${at - 1}}\n`;
      const value = at === 0 ? "1" : `f${at - 1}()`;
      return `module m${at}\n${above}pub fn f${at}() -> Nat = ${value}\naction go() { let n = f${at}()\n {} }\n`;
    });
    ledger.act([deploy(...chain)], { by: OPERATORS, gasLimit: GAS_LIMIT });
    const gas = (at: number) =>
      ledger.act([call("go", {}, { module: `m${at}` })]).actions[0]!.gasByKind.action;
    expect([gas(0), gas(19)]).toEqual([300, 2_200]);
  });

  test("answers no query with more than a command may cost", () => {
    const { ledger } = running(`query huge(n: Nat) -> List<Text> = doubled(n, ["x"])
partial fn doubled(n: Nat, texts: List<Text>) -> List<Text> fails =
  if n == 0 { texts } else { doubled(n - 1, texts.concat(texts)) }
`);
    const request = { module: "evil", query: "huge", args: jsonOf({ n: 40 }) };
    const answer = query(ledger.context, ledger.view, request, { index: 1, time: 0 });
    expect(answer).toMatchObject({ error: { code: "query_failed" } });
  });
});

describe("a network without modules", () => {
  test("takes commands, and calls nothing", () => {
    const ledger = new Ledger(new MemoryView(), contextOf({ modules: [] }));
    const payload = payloadOf([call("create", {})], { network: ledger.context.networkHex });
    expect(ledger.submit(payload).command).toMatchObject({ status: "failed" });
  });
});
