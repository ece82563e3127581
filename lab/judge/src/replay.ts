// The ledger run through the sequential model, in the order of its indexes: what every command must
// have resulted in and what every account must hold at any index. A command that nobody sent, and one
// that the ledger calls untried, changes nothing.

import { Bank, difference, sameResults, statusOf } from "./bank.ts";
import type { Case, Ledger, LedgerEntry, Operation, Read, Write } from "./history.ts";

export const writesById = (history: readonly Operation[]): Map<string, Write> =>
  new Map(history.filter((operation) => operation.kind === "write").map((write) => [write.id, write]));

const isTried = ({ status }: LedgerEntry): boolean => status === "ok" || status === "failed";

/** The entry under which a command counts: the first that is no repetition. */
export function entriesById(ledger: Ledger): Map<string, LedgerEntry> {
  const entries = new Map<string, LedgerEntry>();
  for (const entry of ledger.entries) {
    if (entry.status !== "duplicate" && !entries.has(entry.id)) entries.set(entry.id, entry);
  }
  return entries;
}

export class Replay {
  readonly #writes: ReadonlyMap<string, Write>;
  readonly #ledger: Ledger;
  #at = 0;
  readonly bank = new Bank();

  constructor(writes: ReadonlyMap<string, Write>, ledger: Ledger) {
    this.#writes = writes;
    this.#ledger = ledger;
  }

  /** Runs every entry up to `index`; yields those whose results are not the model's, and these. */
  *through(index: number): Generator<{ readonly entry: LedgerEntry; readonly results: readonly string[] }> {
    const { entries } = this.#ledger;
    for (; this.#at < entries.length && entries[this.#at]!.index <= index; this.#at += 1) {
      const entry = entries[this.#at]!;
      const write = this.#writes.get(entry.id);
      if (write === undefined || !isTried(entry)) continue;
      const results = this.bank.run(write);
      if (!sameResults(results, entry.results) || statusOf(results) !== entry.status) {
        yield { entry, results };
      }
    }
  }

  /**
   * Why accounts do not hold at `index` what somebody shows; undefined if they do. From one call to the
   * next, indexes must not fall.
   */
  complaint(
    index: number,
    shown: ReadonlyMap<string, bigint>,
    accounts: readonly string[] | "all",
  ): string | undefined {
    const { through } = this.#ledger;
    if (index > through) return `names ${index}, but the ledger ends at ${through}`;
    for (const _ of this.through(index));
    const expected = this.bank.balances();
    const named = accounts === "all" ? new Set([...shown.keys(), ...expected.keys()]) : accounts;
    const why = difference(named, shown, expected);
    return why === undefined ? undefined : `${why} at ${index}`;
  }
}

/** The reads, of those that are chosen, that do not show what the model holds at the index they name. */
export function answersAgainst(
  { history, ledger }: Case,
  isChosen: (read: Read) => boolean,
): { readonly read: Read; readonly why: string }[] {
  const replay = new Replay(writesById(history), ledger);
  const answered = history.flatMap((read) => {
    if (read.kind !== "read" || !isChosen(read) || read.answer.kind !== "values") return [];
    return [{ read, answer: read.answer }];
  });
  return answered
    .sort((a, b) => a.answer.index - b.answer.index)
    .flatMap(({ read, answer }) => {
      const why = replay.complaint(answer.index, answer.values, read.accounts);
      return why === undefined ? [] : [{ read, why }];
    });
}
