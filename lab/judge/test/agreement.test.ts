// Two ways to judge linearizability, written apart: by the indexes that answers name, and by a search that
// looks at no index. A history is linearizable if and only if some indexes make it pass the first.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bank, type Call, statusOf } from "../src/bank.ts";
import type { Ledger, LedgerEntry, Operation, Read, Write } from "../src/history.ts";
import { checkLinearizable } from "../src/linearizable.ts";
import { searched, searchOrder } from "../src/search.ts";
import { acknowledged, create, mint, read, transfer, write } from "./story.ts";

/** The same history with the indexes of an order: a command stands where the order has it, a read behind. */
function witnessed(
  history: readonly Operation[],
  order: readonly string[],
): { history: Operation[]; ledger: Ledger } {
  const byId = new Map(history.map((operation) => [operation.id, operation]));
  const bank = new Bank();
  const indexes = new Map<string, number>();
  const entries: LedgerEntry[] = [];
  let index = 0;
  for (const id of order) {
    const operation = byId.get(id)!;
    if (operation.kind === "write") {
      index += 1;
      const results = bank.run(operation);
      entries.push({ index, id, results, status: statusOf(results) });
    }
    indexes.set(id, index);
  }
  const placed = history.map((operation): Operation => {
    const { answer } = operation;
    if (answer.kind !== "acknowledged" && answer.kind !== "values") return operation;
    return { ...operation, answer: { ...answer, index: indexes.get(operation.id)! } } as Operation;
  });
  return { history: placed, ledger: { entries, through: index } };
}

const passes = (history: readonly Operation[], order: readonly string[]): boolean =>
  checkLinearizable(witnessed(history, order)).length === 0;

/** Every order of what was answered, with any of the unknown commands in between. */
function* orders(left: readonly Operation[], before: readonly string[] = []): Generator<string[]> {
  if (left.every(({ answer }) => answer.kind === "unknown")) yield [...before];
  for (const operation of left) {
    const others = left.filter((other) => other !== operation);
    yield* orders(others, [...before, operation.id]);
  }
}

const amount = fc.bigInt({ min: 1n, max: 3n });
const account = fc.constantFrom("a", "b");
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ kind: fc.constant("mint" as const), account, minor: amount }),
  fc.record({ kind: fc.constant("transfer" as const), from: account, to: account, minor: amount }),
);

/** What happens: in this order, each at its own time within its interval. */
type Deed = {
  readonly call: Call | "read";
  readonly before: number;
  readonly after: number;
  readonly isLost: boolean;
  readonly error: bigint;
};

const deed: fc.Arbitrary<Deed> = fc.record({
  call: fc.oneof({ weight: 2, arbitrary: call }, { weight: 2, arbitrary: fc.constant("read" as const) }),
  before: fc.nat(25),
  after: fc.nat(25),
  isLost: fc.nat(5).map((number) => number === 0),
  // Now and then an answer is wrong.
  error: fc.nat(9).map((number) => (number === 0 ? 1n : 0n)),
});

/** A history that is linearizable but for its errors. */
function historyOf(deeds: readonly Deed[]): Operation[] {
  const bank = new Bank();
  const calls = [create("a"), create("b"), mint("a", 3n)];
  bank.run({ calls });
  const opening: Write = write("open", [0, 1], calls, acknowledged(0, "ok", "ok", "ok"));
  const rest = deeds.map(({ call: what, before, after, isLost, error }, at): Operation => {
    const when = [Math.max(2, 10 * at + 10 - before), 10 * at + 10 + after] as const;
    if (what === "read") {
      const { a = 0n, b = 0n } = Object.fromEntries(bank.balances());
      return read(`r${at}`, when, 0, { a: a + error, b: b - error }) satisfies Read;
    }
    // A lost command may have taken effect or not.
    const results = isLost && error > 0n ? [] : bank.run({ calls: [what] });
    const told = error > 0n ? [results[0] === "ok" ? "Insufficient" : "ok"] : results;
    return write(`w${at}`, when, [what], isLost ? { kind: "unknown" } : acknowledged(0, ...told));
  });
  return [opening, ...rest];
}

const histories = (lengthMax: number) =>
  fc.array(deed, { minLength: 1, maxLength: lengthMax }).map(historyOf);

describe("search and witness", () => {
  it("agree on every small history, in both directions", () => {
    const seen = { linearizable: 0, not_linearizable: 0, undecided: 0 };
    const property = fc.property(histories(4), (history) => {
      const verdict = searchOrder(history);
      seen[verdict.kind] += 1;
      if (verdict.kind === "linearizable") return passes(history, verdict.order);
      for (const order of orders(searched(history))) if (passes(history, order)) return false;
      return verdict.kind === "not_linearizable";
    });
    fc.assert(property, { numRuns: 400 });
    // The property is not blind in one eye.
    expect(seen.linearizable).toBeGreaterThan(50);
    expect(seen.not_linearizable).toBeGreaterThan(50);
  });

  it("accept what has no error in it, however long", () => {
    const property = fc.property(histories(14), (history) => {
      const verdict = searchOrder(history);
      return verdict.kind !== "linearizable" || passes(history, verdict.order);
    });
    fc.assert(property, { numRuns: 100 });
    const fair = fc.array(
      deed.map((one) => ({ ...one, error: 0n })),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(fair.map(historyOf), (history) => searchOrder(history).kind === "linearizable"),
      { numRuns: 100 },
    );
  });
});

describe("the search", () => {
  it("gives up at its bound, and says so", () => {
    const crowd = Array.from({ length: 8 }, (_, at) =>
      write(`w${at}`, [2, 9], [mint("a", BigInt(2 ** at))], acknowledged(0, "ok")),
    );
    const opening = write("open", [0, 1], [create("a")], acknowledged(0, "ok"));
    const history = [opening, ...crowd, read("r", [10, 11], 0, { a: 1n })];
    expect(searchOrder(history, 10)).toEqual({ kind: "undecided" });
    expect(searchOrder(history)).toEqual({ kind: "not_linearizable" });
  });

  it("finds a stale read without any index", () => {
    const history = [
      write("open", [0, 1], [create("a"), mint("a", 5n)], acknowledged(0, "ok", "ok")),
      write("more", [2, 3], [mint("a", 1n)], acknowledged(0, "ok")),
      read("r", [4, 5], 0, { a: 5n }),
    ];
    expect(searchOrder(history)).toEqual({ kind: "not_linearizable" });
    const late = history.map((one) => (one.id === "more" ? { ...one, returned: 6 } : one));
    expect(searchOrder(late)).toEqual({ kind: "linearizable", order: ["open", "r", "more"] });
  });

  it("may leave out a command of unknown outcome, and never one that was acknowledged", () => {
    const open = write("open", [0, 1], [create("a"), create("b"), mint("a", 5n)], {
      ...acknowledged(0, "ok", "ok", "ok"),
    });
    const move = write("move", [2, 3], [transfer("a", "b", 2n)], { kind: "unknown" });
    for (const values of [
      { a: 5n, b: 0n },
      { a: 3n, b: 2n },
    ]) {
      expect(searchOrder([open, move, read("r", [4, 5], 0, values)]).kind).toBe("linearizable");
    }
    const told = { ...move, answer: acknowledged(0, "ok") };
    const before = read("r", [4, 5], 0, { a: 5n, b: 0n });
    expect(searchOrder([open, told, before]).kind).toBe("not_linearizable");
  });
});
