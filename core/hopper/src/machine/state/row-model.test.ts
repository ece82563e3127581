import { parseUtf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BANK, coinOf, MemoryWorld, usd } from "../../../test/machine/small-bank.ts";
import { failureOf, ThrowingMeter } from "../../../test/machine/throwing-meter.ts";
import type { TableOperation } from "../anf.ts";
import { CommandEffects } from "../command-effects.ts";
import type { PersistentList } from "../persistent-list.ts";
import { Construct, UNIT, type Value } from "../value.ts";

const OWNER = new Construct(2, ["operator"]);
const account = (cents: number): Value => new Construct(0, [OWNER, coinOf(usd, cents)]);
const accountText = (cents: number) => `{"funds":"0.0${cents} USD","owner":{"role":"operator"}}`;

const key = fc.constantFrom("a", "b", "c", "d");

const step = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    operation: fc.constantFrom("put" as const, "insert" as const),
    key,
    cents: fc.nat({ max: 3 }),
  }),
  fc.record({
    kind: fc.constant("look" as const),
    operation: fc.constantFrom("take" as const, "get" as const, "has" as const, "remove" as const),
    key,
  }),
  fc.record({ kind: fc.constantFrom("keys" as const, "savepoint" as const) }),
  fc.record({ kind: fc.constantFrom("rollback" as const, "release" as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Rows = Map<string, number>;

/** The overlay beside a map; savepoints of the map are deep copies. */
class Pair {
  readonly effects: CommandEffects;
  model: Rows;
  readonly #saved: Rows[] = [];
  readonly #meter = new ThrowingMeter();

  constructor(world: MemoryWorld, before: Rows) {
    this.effects = new CommandEffects({ world, modules: [BANK], entry: "demo.bank", policyOf: () => OWNER });
    this.model = new Map(before);
  }

  #act(operation: TableOperation, ...args: Value[]): Value {
    return this.effects.table(operation, { module: "demo.bank", table: 0 }, args, this.#meter);
  }

  play(step: Step): void {
    switch (step.kind) {
      case "write":
        return this.#write(step.operation, step.key, step.cents);
      case "look":
        return this.#look(step.operation, step.key);
      case "keys":
        return expect((this.#act("keys") as PersistentList).toArray()).toEqual([...this.model.keys()].sort());
      case "savepoint":
        this.#saved.push(new Map(this.model));
        return this.effects.savepoint();
      default: {
        const saved = this.#saved.pop();
        if (saved === undefined) return;
        if (step.kind === "rollback") this.model = saved;
        this.effects[step.kind]();
      }
    }
  }

  #write(operation: "put" | "insert", at: string, cents: number): void {
    const failure = failureOf(() => expect(this.#act(operation, at, account(cents))).toBe(UNIT));
    if (operation === "insert" && this.model.has(at)) {
      return expect(failure).toEqual(["RowPresent", { table: "accounts", key: at }]);
    }
    expect(failure).toBeUndefined();
    this.model.set(at, cents);
  }

  #look(operation: "take" | "get" | "has" | "remove", at: string): void {
    const held = this.model.get(at);
    if (operation === "has") return expect(this.#act("has", at)).toBe(held !== undefined);
    if (held === undefined) {
      const failure = failureOf(() => this.#act(operation, at));
      return expect(failure).toEqual(["RowMissing", { table: "accounts", key: at }]);
    }
    expect(this.#act(operation, at)).toEqual(operation === "remove" ? UNIT : account(held));
    if (operation !== "get") this.model.delete(at);
  }
}

describe("rows of a command", () => {
  it("do what a plain map does, savepoints included", () => {
    fc.assert(
      fc.property(
        fc.subarray(["a", "b", "c"]),
        fc.array(step, { maxLength: 40, size: "max" }),
        (there, steps) => {
          const world = new MemoryWorld();
          const before: Rows = new Map(there.map((each) => [each, 1]));
          for (const [at, cents] of before) world.set("demo.bank", "accounts", at, accountText(cents));
          const pair = new Pair(world, before);
          for (const each of steps) pair.play(each);
          const changes = pair.effects.changes();
          const { model } = pair;
          const differing = [...new Set([...before.keys(), ...model.keys()])].filter((at) => {
            return before.get(at) !== model.get(at);
          });
          expect(changes.map((change) => change.key)).toEqual(differing.sort());
          world.accept(changes);
          const rows = [...world.rows].map(([place, bytes]) => [place.slice(-1), parseUtf8(bytes)] as const);
          expect(new Map(rows)).toEqual(new Map([...model].map(([at, cents]) => [at, accountText(cents)])));
        },
      ),
      { numRuns: 400 },
    );
  });
});
