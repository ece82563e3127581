// L31: the measure of execution cost. Gas is charged on the nodes of A-normal form, before their work, so that
// whatever runs them agrees to the unit, and a better compiler forks no network. 1 gas is about 10 ns
// of a reference machine. This room knows prices only; who pays, and what happens if they cannot, is
// the machines' business.

import type { End, Operation } from "./anf.ts";

/** The version of this table; the log records which one is in force. */
export const GAS_VERSION = 1;

const NODE = {
  atom: 1,
  field: 1,
  tag: 1,
  construct: 1,
  list: 1,
  closure: 1,
  branch: 1,
  switch: 2,
  return: 1,
  abort: 1,
  call: 3,
  apply: 4,
  /** Before the builtin's own cost. */
  builtin: 1,
  /** Before what the world charges for the row. */
  table: 2,
  /** Before what the world charges for the event. */
  emit: 2,
  command: 10,
  attempt: 10,
} as const;

/** Each argument and each capture that a new frame receives. */
export const ARGUMENT_GAS = 1;

/** Each slot that the stack grows by beyond the first 1,024: deep recursion touches memory that nothing else does. */
export const STACK_SLOT_GAS = 4;

/** Words that a construct, a closure or a list with so many parts takes; a construct without parts is a constant. */
export const constructWords = (fields: number): number => (fields === 0 ? 0 : 1 + fields);
export const closureWords = (captures: number): number => 1 + captures;
/** An item has a place in a leaf, and its share of what is above. */
export const listWords = (items: number): number => 1 + 2 * items;

/** What a command's gas went to, for its receipt (L44). */
export type GasByKind = {
  /** Nodes of all kinds, without what they allocate. */
  readonly instructions: number;
  /** One for each word of constructs, lists and closures that nodes make. */
  readonly allocation: number;
  readonly builtins: number;
  /** Table operations: rows read and written. */
  readonly rows: number;
  readonly events: number;
};

export const gasTotal = (gas: GasByKind): number =>
  gas.instructions + gas.allocation + gas.builtins + gas.rows + gas.events;

/** Words that the node itself allocates: each costs one gas and counts towards the heap's limit (L32). */
export function wordsOf(operation: Operation): number {
  switch (operation.kind) {
    case "construct":
      return constructWords(operation.fields.length);
    case "closure":
      return closureWords(operation.captures.length);
    case "list":
      return listWords(operation.items.length);
    default:
      return 0;
  }
}

/**
 * What is charged before anything of a step is done, `wordsOf` included. What depends on values comes later:
 * captures of a closure that is applied, a builtin's cost, what the world charges.
 */
export function operationGas(operation: Operation): number {
  const node = NODE[operation.kind] + wordsOf(operation);
  switch (operation.kind) {
    case "call":
    case "apply":
    case "builtin":
    case "command":
    case "table":
      return node + ARGUMENT_GAS * operation.args.length;
    default:
      return node;
  }
}

export function endGas(end: End): number {
  switch (end.kind) {
    case "tail-call":
      return NODE.call + ARGUMENT_GAS * end.args.length;
    case "tail-apply":
      return NODE.apply + ARGUMENT_GAS * end.args.length;
    default:
      return NODE[end.kind];
  }
}
