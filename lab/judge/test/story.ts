// Histories made by hand. Time is the order of events; a story's ledger holds what its writes say.

import type { AnyCall, Call } from "../src/bank.ts";
import type { Case, Ledger, LedgerEntry, Operation, Read, Write, WriteAnswer } from "../src/history.ts";

export const create = (account: string): Call => ({ kind: "create", account });
export const mint = (account: string, minor: bigint): Call => ({ kind: "mint", account, minor });
export const transfer = (from: string, to: string, minor: bigint): Call => ({
  kind: "transfer",
  ...{ from, to, minor },
});

type When = readonly [invoked: number, returned: number];

export const acknowledged = (index: number, ...results: readonly string[]): WriteAnswer => ({
  kind: "acknowledged",
  index,
  status: results.every((result) => result === "ok") ? "ok" : "failed",
  results,
});

export const write = (id: string, when: When, calls: readonly AnyCall[], answer: WriteAnswer): Write => ({
  ...{ kind: "write", id, client: "ann", invoked: when[0], returned: when[1], calls, answer },
});

export const read = (
  id: string,
  when: When,
  index: number,
  values: Readonly<Record<string, bigint>>,
  facts: Partial<Read> = {},
): Read => ({
  ...{ kind: "read", id, client: "ben", invoked: when[0], returned: when[1], linearizable: true },
  accounts: "all",
  answer: { kind: "values", index, values: new Map(Object.entries(values)) },
  ...facts,
});

export const entry = (index: number, id: string, ...results: readonly string[]): LedgerEntry => ({
  ...{ index, id, results },
  status: results.every((result) => result === "ok") ? "ok" : "failed",
});

/**
 * A good day: 2 opens a and b with 100 in a; 3 moves 30; 5 moves too much; 6 was never answered and took
 * effect, another never did, one was refused. Entries 1 and 4 are elections.
 */
const DAY: readonly Operation[] = [
  write("open", [0, 1], [create("a"), create("b"), mint("a", 100n)], acknowledged(2, "ok", "ok", "ok")),
  write("move", [2, 5], [transfer("a", "b", 30n)], acknowledged(3, "ok")),
  read("early", [3, 4], 3, { a: 70n, b: 30n }),
  read("old", [6, 7], 2, { a: 100n, b: 0n }, { linearizable: false }),
  read("between", [6, 8], 4, { b: 30n }, { accounts: ["b", "c"] }),
  write("much", [9, 10], [transfer("b", "a", 31n)], acknowledged(5, "Insufficient")),
  write("lost", [11, 12], [transfer("b", "a", 5n)], { kind: "unknown" }),
  write("gone", [11, 12], [transfer("b", "a", 7n)], { kind: "unknown" }),
  write("sent-back", [11, 12], [transfer("b", "a", 9n)], { kind: "refused" }),
  read("broken", [12, 13], 0, {}, { answer: { kind: "none" } }),
  read("last", [14, 15], 6, { a: 75n, b: 25n }),
];

const LEDGER: Ledger = {
  entries: [
    entry(2, "open", "ok", "ok", "ok"),
    entry(3, "move", "ok"),
    entry(5, "much", "Insufficient"),
    entry(6, "lost", "ok"),
  ],
  through: 6,
};

/** The good day, with some of its operations or entries replaced, by id, and others added. */
export function day(
  changes: {
    readonly history?: readonly Operation[];
    readonly without?: string;
    readonly entries?: readonly LedgerEntry[];
    readonly portraits?: Case["portraits"];
  } = {},
): Case {
  const { history = [], without, entries, portraits = [] } = changes;
  const isKept = ({ id }: Operation) => id !== without && !history.some((other) => other.id === id);
  return {
    history: [...DAY.filter(isKept), ...history],
    ledger: { ...LEDGER, entries: entries ?? LEDGER.entries },
    portraits,
  };
}

export const ENTRIES = LEDGER.entries;
