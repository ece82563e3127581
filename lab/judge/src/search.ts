// Linearizability where answers name no index: a search for an order that real time and the sequential
// model bear (Wing and Gong 1993; Lowe 2017 for the memory of what was tried). It takes exponential time,
// so it is bounded and for small histories only. Indexes in the answers are not looked at.

import { Bank, difference, sameResults } from "./bank.ts";
import type { Operation, Read, Write } from "./history.ts";

export type SearchVerdict =
  /** An order of those that take effect or answer, by id. */
  | { readonly kind: "linearizable"; readonly order: readonly string[] }
  | { readonly kind: "not_linearizable" }
  /** The bound was met first. */
  | { readonly kind: "undecided" };

const STEPS_MAX = 1_000_000;

/** Whether somebody was told something that the order must explain. */
function binds(operation: Operation): boolean {
  const { answer } = operation;
  return answer.kind === "acknowledged" || answer.kind === "values";
}

function explains(operation: Write, results: readonly string[]): boolean {
  const { answer } = operation;
  if (answer.kind !== "acknowledged") return true;
  return answer.status === "ok" || answer.status === "failed" ? sameResults(results, answer.results) : false;
}

function agrees({ accounts, answer }: Read, state: Bank): boolean {
  if (answer.kind !== "values") return true;
  const expected = state.balances();
  const all = accounts === "all" ? new Set([...answer.values.keys(), ...expected.keys()]) : accounts;
  return difference(all, answer.values, expected) === undefined;
}

/** The state after the operation, or undefined if its answer cannot be given in this one. */
function after(operation: Operation, state: Bank): Bank | undefined {
  if (operation.kind === "read") return agrees(operation, state) ? state : undefined;
  const next = new Bank(state);
  return explains(operation, next.run(operation)) ? next : undefined;
}

/** Linearizable reads, and commands that may have taken effect. */
export const searched = (history: readonly Operation[]): Operation[] =>
  history.filter((operation) => {
    if (operation.kind === "read") return operation.linearizable && binds(operation);
    return operation.answer.kind !== "refused";
  });

export function searchOrder(history: readonly Operation[], stepsMax = STEPS_MAX): SearchVerdict {
  const operations = searched(history);
  const order: string[] = [];
  const tried = new Set<string>();
  let steps = 0;
  /** Whether the operations that `left` marks can be put in order after this state. */
  const solve = (left: readonly boolean[], state: Bank): boolean => {
    const open = operations.filter((operation, at) => left[at] && binds(operation));
    if (open.length === 0) return true;
    steps += 1;
    const key = `${left.map(Number).join("")} ${state.fingerprint}`;
    if (steps > stepsMax || tried.has(key)) return false;
    tried.add(key);
    const firstReturn = Math.min(...open.map(({ returned }) => returned));
    for (const [at, operation] of operations.entries()) {
      // What begins after another has returned cannot stand before it.
      if (!left[at] || operation.invoked > firstReturn) continue;
      const next = after(operation, state);
      if (next === undefined) continue;
      order.push(operation.id);
      if (solve(left.with(at, false), next)) return true;
      order.pop();
    }
    return false;
  };
  const isFound = solve(
    operations.map(() => true),
    new Bank(),
  );
  if (isFound) return { kind: "linearizable", order };
  return { kind: steps > stepsMax ? "undecided" : "not_linearizable" };
}
