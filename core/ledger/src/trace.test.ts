// Traces (P20): what is told of runs of contracts, aborts and migrations, and that telling changes no receipt.

import { encodeCommand } from "@juno/proof";
import { describe, expect, test } from "vitest";
import {
  call,
  commandOf,
  contextOf,
  contract,
  deploy,
  entryOf,
  keyOf,
  NOW,
  OPERATORS,
  payloadOf,
  receiptOf,
} from "../test/network.ts";
import { apply, GAS, type LedgerStep, MemoryView } from "./index.ts";

const BANK = "demo.bank";
const GAS_LIMIT = 10_000_000;

/** A step on one line: what it says, how deep, where. */
function lineOf(step: LedgerStep): string {
  const { kind, depth, gas: _, place, ...facts } = step;
  if (step.kind === "changed") return `changed ${step.changes.length}`;
  const told = Object.values(facts).map((fact) =>
    typeof fact === "string" || typeof fact === "boolean" ? String(fact) : JSON.stringify(fact),
  );
  const where = place === undefined ? "" : ` @${place.line} ${place.code.trim()}`;
  return `${"  ".repeat(depth)}${[kind, ...told].join(" ")}${where}`;
}

class TracedLedger {
  readonly view = new MemoryView();
  readonly #context;
  index = 0;

  constructor(...modules: readonly string[]) {
    this.#context = contextOf({ modules });
  }

  /** Applies the actions twice, once traced; both must yield the same. */
  act(actions: readonly unknown[], by: readonly string[] = OPERATORS, rest: object = {}) {
    this.index += 1;
    const payload = payloadOf(actions, {
      ...{ network: this.#context.networkHex, gasLimit: GAS_LIMIT, by },
      ...rest,
    });
    const entry = entryOf(encodeCommand(commandOf(payload)), { index: this.index, time: NOW });
    const steps: LedgerStep[] = [];
    const traced = apply({ ...this.#context, trace: (step) => steps.push(step) }, this.view, entry);
    const applied = apply(this.#context, this.view, entry);
    expect(traced.receipt).toEqual(applied.receipt);
    expect(traced.changes).toEqual(applied.changes);
    this.view.accept(applied, entry);
    const gas = steps.map((step) => step.gas);
    expect(gas).toEqual([...gas].sort((a, b) => a - b));
    return { steps, lines: steps.map(lineOf), receipt: receiptOf(applied) };
  }
}

const bank = (action: string, args: object) => call(action, args, { module: BANK });

function openBank(): TracedLedger {
  const on = new TracedLedger(contract("bank"));
  const open = (name: string) => bank("open", { name, owner: { key: keyOf(name) } });
  const opened = on.act([
    ...["ann", "bob", "b1"].map(open),
    bank("issue", { to: "ann", amount: "100.00 USD" }),
  ]);
  expect(opened.receipt.status).toBe("ok");
  on.act([bank("set_mandate", { bank: "b1", limit: "50.00 USD", fee: "0.25 USD" })], ["b1"]);
  return on;
}

describe("a trace (P20)", () => {
  test("tells of a payment by way of a bank: functions, rows, authority, events, in order", () => {
    const payment = { from: "ann", via: ["b1"], to: "bob", amount: "40.00 USD" };
    const { lines, steps, receipt } = openBank().act([bank("transfer_via", payment)], ["ann"]);
    expect(receipt.status).toBe("ok");
    const owner = `{"key":"${keyOf("ann")}"}`;
    expect(lines.slice(0, 6)).toEqual([
      `command ${JSON.stringify([keyOf("alice"), keyOf("ann")])} false`,
      "call demo.bank transfer_via",
      expect.stringMatching(
        /^ {2}enter demo.bank transfer_via \[\{"name":"from","value":"\\"ann\\""\},.*\{"name":"amount","value":"\\"40.00 USD\\""\}\] @76 action/,
      ),
      expect.stringMatching(/^ {4}enter demo.bank withdraw .* @42 pub fn withdraw/),
      expect.stringContaining(
        `      row take demo.bank accounts ann false {"funds":"100.00 USD","owner":${owner}} @46 let Account`,
      ),
      `      allowed demo.bank ${owner} demo.bank.Debit {"account":"ann","amount":"40.00 USD"} true @47 require allowed(owner, Debit { account: from, amount }) else NotAuthorised { account: from }`,
    ]);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /emit demo.bank Hop \{"bank":"b1","fee":"0.25 USD","passed":"39.75 USD"\} false @65 emit Hop/,
      ),
    );
    expect(
      lines.some((line) => /row insert demo.bank accounts bob false \{"funds":"39.75 USD"/.test(line)),
    ).toBe(true);
    const changed = steps.at(-1);
    expect(changed).toMatchObject({ kind: "changed", gas: receipt.gas });
  });

  test("tells of coins made, and by what authority", () => {
    const { lines } = openBank().act([bank("issue", { to: "bob", amount: "1.50 USD" })]);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}signed demo.bank \{"atLeast":2.*\} true @31/));
    expect(lines).toContainEqual(expect.stringContaining('mint "1.50 USD" false @33 update'));
  });

  test("tells where an abort came from, what was done before it, and that nothing of it stays", () => {
    const on = openBank();
    const { lines, receipt } = on.act(
      [bank("transfer", { from: "ann", to: "bob", amount: "100.01 USD" })],
      ["ann"],
    );
    expect(receipt.actions[0]).toMatchObject({
      status: "failed",
      changes: [],
      error: { name: "Insufficient" },
    });
    expect(lines.at(-2)).toBe(
      "      abort demo.bank.Insufficient @48 require amount <= funds.amount else Insufficient { account: from, have: funds.amount, need: amount }",
    );
    expect(lines.at(-1)).toMatch(/^failed .*"name":"Insufficient".*"line":48/);
    const unsigned = on.act([bank("issue", { to: "bob", amount: "1.00 USD" })], ["risk"]);
    expect(unsigned.lines).toContainEqual(expect.stringMatching(/signed demo.bank .* false @31/));
    expect(unsigned.lines.at(-2)).toMatch(/abort RequirementFailed @31/);
  });

  test("tells of gas that runs out, wherever it does", () => {
    const payment = { from: "ann", via: ["b1"], to: "bob", amount: "40.00 USD" };
    const whole = openBank().act([bank("transfer_via", payment)], ["ann"]).receipt.gas;
    for (let gasLimit = whole - 50; gasLimit > 17_000; gasLimit -= 431) {
      const { steps, receipt } = openBank().act([bank("transfer_via", payment)], ["ann"], { gasLimit });
      expect(receipt.actions[0]!.error).toMatchObject({ name: "OutOfGas" });
      expect(steps.at(-1)).toMatchObject({ kind: "failed", gas: gasLimit, error: { name: "OutOfGas" } });
    }
  });

  test("names the caller's place where a function cannot pay for its end, which nobody has written", () => {
    const payment = { from: "ann", via: ["b1"], to: "bob", amount: "40.00 USD" };
    const { steps } = openBank().act([bank("transfer_via", payment)], ["ann"]);
    const [left] = steps.filter(({ kind }) => kind === "leave");
    // The shorter limit makes the payload three bytes shorter.
    const gasLimit = left!.gas - 1 - 3 * GAS.payloadByte;
    const failed = openBank().act([bank("transfer_via", payment)], ["ann"], { gasLimit });
    expect(failed.lines.at(-2)).toMatch(/abort OutOfGas @79 let arrived = fold\(via, withdraw/);
  });

  test("tells of an upgrade: the module, and each row that is made anew", () => {
    const head = 'module demo.club\nimport std.auth {role}\nupgrade by role("risk")\n';
    const first = `${head}table ages: Text => Nat\naction note(name: Text, age: Nat) { ages.put(name, age) }\n`;
    const second = `${head}type Age { years: Nat }\ntable ages: Text => Age\nmigrate ages(old: Nat) { Age { years: old } }\n`;
    const on = new TracedLedger(contract("bank"));
    expect(on.act([deploy(first)]).lines).toEqual([
      expect.stringMatching(/^command /),
      "deploy 1",
      expect.stringMatching(/^module demo.club 1 [0-9a-f]{64}$/),
      expect.stringMatching(/^changed /),
    ]);
    const note = (name: string, age: number) => call("note", { name, age }, { module: "demo.club" });
    on.act([note("bob", 7), note("ann", 41)]);
    const { lines } = on.act([deploy(second)]);
    expect(lines.filter((line) => /^ *(module|migrate|row)/.test(line))).toEqual([
      expect.stringMatching(/^module demo.club 2 /),
      "migrate demo.club ages ann",
      expect.stringMatching(/^ {4}row (put|insert) demo.club ages ann false \{"years":41\} @6/),
      "migrate demo.club ages bob",
      expect.stringMatching(/^ {4}row (put|insert) demo.club ages bob false \{"years":7\} @6/),
    ]);
  });

  test("leaves out what is too long to be told, and shows values that have no form outside as they are", () => {
    const source = `module demo.odd
import std.auth {role}
upgrade by role("risk")
type Pair<a> { one: a, other: a }
table notes: Text => Text
fn twice<a>(pair: Pair<a>, f: fn(a) -> a) -> a = f(f(pair.one))
action note(name: Text, text: Text) {
  notes.put(name, text)
  let n = twice(Pair { one: 3, other: 4 }, fn(x: Nat) { x + 1 })
  require n == 5
}
`;
    const on = new TracedLedger(contract("bank"), source);
    const { lines, receipt } = on.act([
      call("note", { name: "x", text: "y".repeat(5_000) }, { module: "demo.odd" }),
    ]);
    expect(receipt.status).toBe("ok");
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {4}row put demo.odd notes x false {2}@8 notes.put/),
    );
    expect(lines).toContainEqual(
      expect.stringContaining(
        'enter demo.odd twice [{"name":"pair","value":"[3,4]"},{"name":"f","value":"\\"function\\""}]',
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}leave demo.odd note\$1 5$/));
  });
});
