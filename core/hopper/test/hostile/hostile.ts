// A module, or several, that somebody wrote to break a node: to make the checker or the machine run out of
// memory, stack or time, or disagree with another node. Nodes check what clients deploy (L21), so all of it must
// end as a diagnostic, or cost no more than its gas. This file knows what must happen, not how.

/** Gas for an attack that runs: what a genesis grants a command by default, a tenth of a second's worth (L31). */
export const ATTACK_GAS = 10_000_000;

/** What ends a transaction that wants too much (L31, L32). */
export const EXHAUSTED: readonly string[] = [
  "OutOfGas",
  "IntExceeded",
  "TextExceeded",
  "BytesExceeded",
  "ListExceeded",
  "DepthExceeded",
  "TimeExceeded",
  "StackExceeded",
  "HeapExceeded",
  "KeyTooLong",
  "RowTooLarge",
  "EventTooLarge",
  "NotRepresentable",
  "PolicyOutOfLimits",
];

export type Outcome =
  /** Checking ends with errors; the code of one of them, at least, begins with one of these. */
  | { readonly kind: "refused"; readonly codes: readonly string[] }
  /** Checking accepts it, within the fuel of a deployment. */
  | { readonly kind: "accepted" }
  /** Either, as long as it ends within the fuel of a deployment and the host notices nothing. */
  | { readonly kind: "ends" }
  /** Checking accepts it; its action `run`, called without arguments, ends with one of these errors. */
  | { readonly kind: "aborts"; readonly errors: readonly string[] }
  /** Checking accepts it; its action `run`, called without arguments, succeeds within `ATTACK_GAS`. */
  | { readonly kind: "runs" };

export type Hostile = {
  readonly name: string;
  /** What must happen, in one line. */
  readonly must: string;
  readonly outcome: Outcome;
  /** Module sources in the order of deployment; the last one is the attack. */
  readonly sources: () => readonly string[];
};

export const refused = (...codes: readonly string[]): Outcome => ({ kind: "refused", codes });
export const ACCEPTED: Outcome = { kind: "accepted" };
export const ENDS: Outcome = { kind: "ends" };
export const RUNS: Outcome = { kind: "runs" };
/** With the gas spent or a limit met, or with one of these errors. */
export const aborts = (...errors: readonly string[]): Outcome => ({
  kind: "aborts",
  errors: [...EXHAUSTED, ...errors],
});

export const OUT_OF_GAS: Outcome = { kind: "aborts", errors: ["OutOfGas"] };

/** Lines that `line` makes of the numbers from 0 up to but without `count`. */
export const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

/** A module whose body is this. */
export const attack = (body: string): readonly string[] => [`module test.attack\n\n${body}\n`];
