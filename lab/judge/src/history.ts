// What is judged: what clients did and were told, and what the ledger shows afterwards. Nothing here
// knows a cluster, a wire or a clock. Times are plain numbers that only grow: milliseconds of any one
// clock, or the order of events. Two events at the same time count as concurrent.

import type { AnyCall } from "./bank.ts";

/** What a client was told of a command. */
export type WriteAnswer =
  | {
      readonly kind: "acknowledged";
      /** Of the entry that holds it. */
      readonly index: number;
      readonly status: "ok" | "failed" | "expired" | "rejected";
      /** Of each transaction of the command: "ok", or the name of the contract's error. */
      readonly results: readonly string[];
    }
  /** It is certain that the command never takes effect. */
  | { readonly kind: "refused" }
  /** It may have taken effect, may still do so, or may never. */
  | { readonly kind: "unknown" };

export type ReadAnswer =
  | {
      readonly kind: "values";
      /** Of the last entry that the answer reflects. */
      readonly index: number;
      /** Minor units by account, and points by till; what is not named does not exist. */
      readonly values: ReadonlyMap<string, bigint>;
    }
  /** No answer, or an error: it says nothing. */
  | { readonly kind: "none" };

type Asked = {
  /** Unique in the history. A command's is its id in the ledger. */
  readonly id: string;
  readonly client: string;
  /** When the client began to send it. */
  readonly invoked: number;
  /** When the client had its answer, or gave up; not before `invoked`. */
  readonly returned: number;
};

export type Write = Asked & {
  readonly kind: "write";
  readonly calls: readonly AnyCall[];
  /** One transaction for all calls; otherwise each call is one of its own. */
  readonly atomic?: boolean;
  readonly answer: WriteAnswer;
};

export type Read = Asked & {
  readonly kind: "read";
  readonly linearizable: boolean;
  /** The accounts asked for, or tills. */
  readonly accounts: readonly string[] | "all";
  readonly answer: ReadAnswer;
};

export type Operation = Write | Read;

/** A command's entry as the ledger shows it. Entries that are no commands are left out. */
export type LedgerEntry = {
  readonly index: number;
  /** The command's id. */
  readonly id: string;
  readonly status: "ok" | "failed" | "expired" | "rejected" | "duplicate";
  readonly results: readonly string[];
  /** By asset: how much more of it there is since, or less. */
  readonly supply?: ReadonlyMap<string, bigint>;
};

export type Ledger = {
  /** Ascending, every command entry up to `through`. */
  readonly entries: readonly LedgerEntry[];
  /** The last index that was applied. */
  readonly through: number;
};

/** The whole state at one index, as somebody shows it. */
export type Portrait = {
  /** Whose word it is, such as "node 2". */
  readonly by: string;
  readonly index: number;
  readonly balances: ReadonlyMap<string, bigint>;
  /** By asset: all coins in all rows, if they were counted. */
  readonly coins?: ReadonlyMap<string, bigint>;
};

export type Case = {
  readonly history: readonly Operation[];
  /** The final ledger. */
  readonly ledger: Ledger;
  readonly portraits?: readonly Portrait[];
};

/** One violated property. */
export type Finding = {
  readonly checker: "linearizable" | "exactly-once" | "conservation" | "reads";
  /** Of the operation that shows it, if one does. */
  readonly id?: string;
  readonly sentence: string;
};

/** An operation as a sentence names it. */
export function nameOf(operation: Operation): string {
  const { kind, id, client } = operation;
  if (kind === "write") return `${kindOf(operation)} ${id} of ${client}`;
  return `${operation.linearizable ? "linearizable" : "local"} read ${id} of ${client}`;
}

function kindOf({ calls }: Write): string {
  const kinds = new Set(calls.map(({ kind }) => kind));
  return calls.length > 1 ? `batch of ${[...kinds].join(" and ")}` : [...kinds].join();
}
