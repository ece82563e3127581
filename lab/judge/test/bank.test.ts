// The model of money against the contract itself: the same random commands, the same results and balances.

import { createHash } from "node:crypto";
import { Epoch, Hash, hex, LogIndex, type Sha256, Term, utf8 } from "@juno/base";
import { apply, type LedgerContext, ledgerContext, MemoryView, parseMoney, parsePayload } from "@juno/ledger";
import { type Entry, parseGenesis } from "@juno/proof";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Bank, type Call, type Command, statusOf } from "../src/bank.ts";

const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));
const keyOf = (name: string) => hex(sha256(utf8(name)));
const KEY = keyOf("everybody");

function contextOf(): LedgerContext {
  const voters = [1, 2, 3, 4].map((id) => ({ id, signKey: keyOf(`s${id}`), transportKey: keyOf(`t${id}`) }));
  const document = {
    ...{ format: 1, voters, startTime: 0, currencies: { USD: 2 } },
    policies: { admin: { key: KEY }, operator: { key: KEY } },
    clients: [{ name: "everybody", key: KEY, roles: [] }],
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return ledgerContext({ sha256, genesis: genesis.value });
}

const context = contextOf();
const { currencies } = context.genesis;

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

/** The contract, fed with the calls of the model. */
class Contract {
  readonly #view = new MemoryView();
  #index = 0;

  run({ calls, atomic = false }: Command): { status: string; results: string[] } {
    this.#index += 1;
    const actions = calls.map((call) => ({ call: { module: "accounts", ...actionOf(call) } }));
    const head = { network: context.networkHex, nonce: String(this.#index).padStart(32, "0") };
    const limits = { expires: "1970-01-01T00:10:00.000Z", gasLimit: 1_000_000, signers: [{ key: KEY }] };
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

  balances(): Map<string, bigint> {
    const rows = this.#view.rows({ module: "accounts", table: "accounts", limit: 100 });
    return new Map(
      rows.map(({ key, value }) => {
        const { funds } = JSON.parse(new TextDecoder().decode(value)) as { funds: string };
        return [key, parseMoney(funds, currencies)!.minor];
      }),
    );
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
const command: fc.Arbitrary<Command> = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 4 }),
  atomic: fc.boolean(),
});

it("gives what the contract gives", () => {
  const property = fc.property(fc.array(command, { minLength: 4, maxLength: 20 }), (commands) => {
    const [bank, contract] = [new Bank(), new Contract()];
    for (const one of commands) {
      const results = bank.run(one);
      expect({ status: statusOf(results), results }).toEqual(contract.run(one));
    }
    expect(bank.balances()).toEqual(contract.balances());
  });
  fc.assert(property, { numRuns: 150 });
});
