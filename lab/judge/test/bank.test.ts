// The model of money and tills against the contracts themselves: the same random commands, the same results and balances.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Epoch, Hash, hex, LogIndex, type Sha256, Term, utf8 } from "@juno/base";
import { apply, type LedgerContext, ledgerContext, MemoryView, parsePayload } from "@juno/ledger";
import { type Entry, parseGenesis } from "@juno/proof";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type AnyCall, Bank, type Call, type Command, statusOf } from "../src/bank.ts";
import { type TillCall, versionOf } from "../src/tills.ts";

const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));
const keyOf = (name: string) => hex(sha256(utf8(name)));
const KEY = keyOf("everybody");
/** Two roles make money, and each needs a signer of its own. */
const [CFO_KEY, RISK_KEY] = [keyOf("cfo"), keyOf("risk")];
const OPERATORS = [KEY, CFO_KEY];
const MODULE = "demo.accounts";

const sourceIn = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const SOURCE = sourceIn("../../examples/contracts/accounts.hop");

function contextOf(): LedgerContext {
  const voters = [1, 2, 3, 4].map((id) => ({ id, signKey: keyOf(`s${id}`), transportKey: keyOf(`t${id}`) }));
  const document = {
    ...{ format: 1, voters, startTime: 0, modules: [SOURCE] },
    policies: { admin: { key: KEY }, operator: { atLeast: 2, of: OPERATORS.map((key) => ({ key })) } },
    clients: [
      { name: "everybody", key: KEY, roles: ["treasury"] },
      { name: "cfo", key: CFO_KEY, roles: ["cfo"] },
      { name: "risk", key: RISK_KEY, roles: ["risk"] },
    ],
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return ledgerContext({ sha256, genesis: genesis.value });
}

const context = contextOf();

const minorOf = (funds: string): bigint => BigInt(funds.replace(" USD", "").replace(".", ""));

function dollars(minor: bigint): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)} USD`;
}

function actionOf(call: Call): object {
  if (call.kind === "create") {
    return { action: "create", args: { name: call.account, owner: { key: KEY } } };
  }
  const amount = dollars(call.minor);
  if (call.kind === "mint") return { action: "adjust", args: { name: call.account, amount } };
  const { from, via = [], to } = call;
  return { action: "transfer", args: { from, via, to, amount } };
}

function deploymentOf({ module, bonus }: Extract<TillCall, { kind: "deploy" }>): object {
  const source = sourceIn(`contracts/${module}.hop`);
  return { deploy: { modules: [versionOf(source, bonus)] } };
}

function tillCallOf(call: Exclude<TillCall, { kind: "deploy" }>): object {
  const ofTill = (args: object) => ({ module: "lab.till", action: call.kind, args });
  switch (call.kind) {
    case "visit":
      return {
        ...ofTill({ till: call.till }),
        ...(call.version === undefined ? {} : { version: call.version }),
      };
    case "redeem":
      return ofTill({ till: call.till, asked: Number(call.minor) });
    case "wander":
      return ofTill({ till: call.till });
    case "pass": {
      const { to, from, minor } = call;
      return { module: "lab.desk", action: "pass", args: { to, from, asked: Number(minor) } };
    }
  }
}

function anyActionOf(call: AnyCall): object {
  switch (call.kind) {
    case "create":
    case "mint":
    case "transfer":
      return { call: { module: MODULE, ...actionOf(call) } };
    case "deploy":
      return deploymentOf(call);
    case "redact":
      return { redact: { commands: call.commands, reason: "the test" } };
    default:
      return { call: tillCallOf(call) };
  }
}

/** The risk officer signs where she must, and nowhere else. */
const signersOf = (calls: readonly AnyCall[]): string[] => {
  const isByRisk = calls.some((call) => call.kind === "deploy" && call.by === "risk");
  return isByRisk ? [KEY, RISK_KEY] : OPERATORS;
};

/** The contract, fed with the calls of the model. */
class Contract {
  readonly #view = new MemoryView();
  #index = 0;

  run({ calls, atomic = false }: Command): { status: string; results: string[] } {
    this.#index += 1;
    const actions = calls.map(anyActionOf);
    const signers = signersOf(calls).map((key) => ({ key }));
    const head = { network: context.networkHex, nonce: String(this.#index).padStart(32, "0") };
    const limits = { expires: "1970-01-01T00:10:00.000Z", gasLimit: 5_000_000, signers };
    const body = utf8(JSON.stringify({ ...head, ...limits, ...(atomic ? { atomic } : {}), actions }));
    const parsed = parsePayload(context, body);
    if (!parsed.ok) throw new Error(parsed.error.detail);
    const header = { epoch: Epoch(0), index: LogIndex(this.#index), term: Term(1), time: 1 };
    const hashes = { bodyDigest: sha256(body), hash: sha256(body) };
    const entry: Entry = { ...header, ...hashes, kind: "command", body };
    const applied = apply(context, this.#view, entry, parsed.value);
    this.#view.accept(applied, entry);
    const receipt = JSON.parse(new TextDecoder().decode(applied.receipt));
    return {
      status: receipt.status,
      results: receipt.actions.map((one: { error?: { name: string } }) => one.error?.name ?? "ok"),
    };
  }

  #rows<T>(module: string, table: string): [string, T][] {
    const rows = this.#view.rows({ module, table, limit: 100 });
    return rows.map(({ key, value }) => [key, JSON.parse(new TextDecoder().decode(value)) as T]);
  }

  balances(): Map<string, bigint> {
    const held = this.#rows<{ funds: string }>(MODULE, "accounts");
    const tills = this.#rows<{ points: { amount: number } }>("lab.till", "tills");
    return new Map([
      ...held.map(([name, { funds }]) => [name, minorOf(funds)] as const),
      ...tills.map(([name, { points }]) => [`till ${name}`, BigInt(points.amount)] as const),
    ]);
  }
}

const account = fc.constantFrom("a", "b", "c", "d");
const NEARLY_ALL = 10n ** 17n - 5n;
const minor = fc.oneof(fc.bigInt({ min: 0n, max: 6n }), fc.constantFrom(3n, NEARLY_ALL));
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), account }),
  fc.record({ kind: fc.constant("mint" as const), account, minor }),
  {
    weight: 3,
    arbitrary: fc
      .record({ from: account, via: fc.array(account, { maxLength: 2 }), to: account, minor })
      .map((route) => ({ kind: "transfer" as const, ...route })),
  },
);
const till = fc.constantFrom("x", "y");
const few = fc.bigInt({ min: 0n, max: 4n });
const kind = <K extends string>(name: K) => fc.constant(name);
/** One more than is ever reached. */
const version = fc.integer({ min: 1, max: 5 });
const deployment: fc.Arbitrary<TillCall> = fc.record({
  kind: kind("deploy"),
  module: fc.constantFrom("till" as const, "till" as const, "desk" as const, "broken" as const),
  bonus: fc.constantFrom(1n, 3n),
  by: fc.constantFrom("operators" as const, "risk" as const),
});
const tillCall: fc.Arbitrary<TillCall> = fc.oneof(
  { weight: 4, arbitrary: deployment },
  { weight: 3, arbitrary: fc.record({ kind: kind("visit"), till }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("visit"), till, version }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("redeem"), till, minor: few }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("wander"), till }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("pass"), to: till, from: till, minor: few }) },
);

/** What needs other signatures stands alone, so that every call is signed by whoever must sign it. */
const tillCommand: fc.Arbitrary<Command> = fc.oneof(
  deployment.map((one) => ({ calls: [one] })),
  fc.record({
    calls: fc.array(
      tillCall.filter((one) => one.kind !== "deploy"),
      { minLength: 1, maxLength: 3 },
    ),
    atomic: fc.boolean(),
  }),
);

const command: fc.Arbitrary<Command> = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 4 }),
  atomic: fc.boolean(),
});

function agree(commands: readonly Command[]): Set<string> {
  const [bank, contract] = [new Bank(), new Contract()];
  const seen = new Set<string>();
  for (const one of commands) {
    const results = bank.run(one);
    expect({ status: statusOf(results), results }).toEqual(contract.run(one));
    for (const result of results) seen.add(result);
  }
  expect(bank.balances()).toEqual(contract.balances());
  return seen;
}

it("gives what the contract of accounts gives", () => {
  const property = fc.property(fc.array(command, { minLength: 4, maxLength: 20 }), (commands) => {
    agree(commands);
  });
  fc.assert(property, { numRuns: 150 });
});

it("gives what contracts give that are deployed and upgraded on the way", () => {
  const seen = new Set<string>();
  const opening: Command = { calls: [{ kind: "deploy", module: "till", bonus: 1n, by: "operators" }] };
  const property = fc.property(
    fc.array(tillCommand, { minLength: 4, maxLength: 20 }),
    fc.boolean(),
    (commands, isOpen) => {
      for (const result of agree(isOpen ? [opening, ...commands] : commands)) seen.add(result);
    },
  );
  fc.assert(property, { numRuns: 60 });
  const errors = [
    "DeployRefused",
    "OutOfGas",
    "RequirementFailed",
    "RowMissing",
    "Short",
    "UnknownModule",
    "UnknownVersion",
  ];
  expect([...seen].sort()).toEqual([...errors, "ok"]);
});

it("gives what the ledger gives when payments are redacted, all that are named or none", () => {
  const redact = (...indexes: number[]): Command => {
    const commands = indexes.map((index) => ({ index, id: keyOf(`command ${index}`) }));
    return { calls: [{ kind: "redact", commands }] };
  };
  const open = (account: string): Command => ({ calls: [{ kind: "create", account }] });
  const payments = ["a", "b", "c", "d"].map(open);
  const orders = [redact(1, 2), redact(2, 3), redact(3), redact(4, 3), redact(4)];
  expect([...agree([...payments, ...orders])].sort()).toEqual(["RedactRefused", "ok"]);
  const bank = new Bank();
  expect(orders.map((one) => bank.run(one)[0])).toEqual(["ok", "RedactRefused", "ok", "RedactRefused", "ok"]);
});
