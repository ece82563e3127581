// Commands made at random, on programs made at random and on the examples (C13, C15, L41): coins in all rows are what
// receipts say was minted and not burned, what failed changed nothing, diffs go forth and back, and the same
// commands from the genesis on give the same receipts.

import { hex, parseUtf8 } from "@juno/base";
import { compile, type ModuleCode } from "@juno/hopper";
import { Dice, generateModule, PATIENCE_MS, PROGRAMS, type Seed, seeds } from "@juno/hopper/suites";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Applied, invertChanges, MemoryView } from "../src/index.ts";
import { contract, deploy, Ledger, OPERATORS, payloadOf, type ReceiptText, receiptOf } from "./network.ts";
import { addCoins, argument, PEOPLE, Sums, shapesOf, units } from "./shaped.ts";

const COMMANDS = 12;
const GAS = 10_000_000;
const EXAMPLES: readonly (readonly string[])[] = [
  ["bank"],
  ["depot"],
  ...["bond", "escrow", "joint", "shares", "timelock", "utxo", "workflow"].map((name) => ["bank", name]),
  ...["custody", "dvp", "pledge"].map((name) => ["bank", "depot", name]),
];

const rowsOf = (view: MemoryView): string[] =>
  view.all().map(({ module, table, key, value }) => `${module} ${table} ${key} ${hex(value)}`);

class Trial {
  readonly #codes: readonly ModuleCode[];
  readonly #sums = new Sums();
  readonly #ledger = new Ledger(new MemoryView());
  readonly #sent: { payload: ReturnType<typeof payloadOf>; receipt: string }[] = [];
  done = 0;
  failed = 0;

  constructor(sources: readonly string[]) {
    const { modules } = compile(sources.map((text, at) => ({ name: `${at}.hop`, text })));
    this.#codes = modules.map(({ code }) => code);
    const { actions } = this.#submit(payloadOf([deploy(...sources)], { by: OPERATORS, gasLimit: GAS }));
    // One in some thousands is longer than a command may pay for.
    fc.pre(actions[0]!.error?.name !== "OutOfGas");
    expect(actions[0]!.error, sources.at(-1)).toBeUndefined();
  }

  /** Some calls, at once or one by one. */
  command(dice: Dice): void {
    const shapes = shapesOf(this.#codes);
    const calls = Array.from({ length: 1 + dice.below(3) }, () => {
      const { name: module, actions } = dice.pick(this.#codes.filter((code) => code.actions.length > 0));
      const { name: action, parameters } = dice.pick(actions);
      const args = parameters.map(({ name, shape }) => [name, argument(dice, shape, shapes)]);
      return { call: { module, action, args: Object.fromEntries(args) } };
    });
    const by = [...OPERATORS, ...PEOPLE.slice(1)].filter(() => dice.chance(70));
    const atomic = calls.length > 1 && dice.chance(50);
    const gasLimit = dice.pick([GAS, GAS, GAS, 20_000]);
    this.#submit(payloadOf(calls, { by, atomic, gasLimit }));
  }

  #submit(payload: ReturnType<typeof payloadOf>): ReceiptText {
    const { view } = this.#ledger;
    const before = rowsOf(view);
    const applied = this.#ledger.submit(payload);
    this.#sent.push({ payload, receipt: hex(applied.receipt) });
    const receipt = receiptOf(applied);
    this.#checkDiff(before, applied);
    for (const { error, changes, events, supply } of receipt.actions) {
      if (error === undefined) this.done += 1;
      else this.failed += 1;
      if (error !== undefined) expect([changes, events, supply]).toEqual([[], [], []]);
      for (const { asset, minted, burned } of supply) this.#sums.add(asset, units(minted) - units(burned));
    }
    expect(this.#coinsInRows()).toEqual(this.#sums.all);
    return receipt;
  }

  /** C13: the diff leads from the state before to the one after, its inverse back. */
  #checkDiff(before: readonly string[], applied: Applied): void {
    const { view } = this.#ledger;
    const after = rowsOf(view);
    const told = new Set(before);
    const { actions } = receiptOf(applied);
    if (actions.every(({ error }) => error !== undefined)) expect(after).toEqual(before);
    for (const { module, table, key, before: old, after: now } of applied.changes) {
      if (old !== undefined) expect(told.delete(`${module} ${table} ${key} ${hex(old)}`)).toBe(true);
      if (now !== undefined) told.add(`${module} ${table} ${key} ${hex(now)}`);
    }
    expect([...told].sort()).toEqual([...after].sort());
    view.change(invertChanges(applied.changes));
    expect(rowsOf(view)).toEqual(before);
    view.change(applied.changes);
    expect(rowsOf(view)).toEqual(after);
  }

  #coinsInRows(): readonly string[] {
    const sums = new Sums();
    const shapes = shapesOf(this.#codes);
    for (const { module, table, value } of this.#ledger.view.all()) {
      const code = this.#codes.find(({ name }) => name === module)?.tables.find(({ name }) => name === table);
      if (code !== undefined) addCoins(sums, shapes, code.row, JSON.parse(parseUtf8(value)!));
    }
    return sums.all;
  }

  replay(): void {
    const again = new Ledger(new MemoryView());
    for (const { payload, receipt } of this.#sent) expect(hex(again.submit(payload).receipt)).toBe(receipt);
    expect(rowsOf(again.view)).toEqual(rowsOf(this.#ledger.view));
  }
}

function tried(sources: readonly string[], { seed }: Seed): Trial {
  const dice = new Dice({ seed: seed ^ 0x1ed6e5, choices: Number.MAX_SAFE_INTEGER });
  const trial = new Trial(sources);
  for (let left = COMMANDS; left > 0; left--) trial.command(dice);
  trial.replay();
  return trial;
}

test(
  "commands on generated modules conserve every asset, and can be undone and replayed",
  () => {
    const seen = { done: 0, failed: 0 };
    const one = (seed: Seed): void => {
      const { done, failed } = tried([generateModule(seed).text], seed);
      seen.done += done;
      seen.failed += failed;
    };
    fc.assert(fc.property(seeds, one), { numRuns: PROGRAMS / 2 });
    expect(seen.done).toBeGreaterThan(PROGRAMS / 2);
    expect(seen.failed).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

test(
  "commands on the examples conserve every asset, and can be undone and replayed",
  () => {
    const seen = { done: 0, failed: 0 };
    const one = (names: readonly string[], seed: Seed): void => {
      const { done, failed } = tried(names.map(contract), seed);
      seen.done += done;
      seen.failed += failed;
    };
    fc.assert(fc.property(fc.constantFrom(...EXAMPLES), seeds, one), { numRuns: PROGRAMS / 2 });
    expect(seen.done).toBeGreaterThan(PROGRAMS / 2);
    expect(seen.failed).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);
