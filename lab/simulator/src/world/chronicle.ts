// What the cluster as a whole has done: the committed entries, replayed once from the genesis by a state
// machine of its own. What any node has applied must be what this replay yields (section 7, C-rules).

import { equalBytes, type Hash, hex } from "@juno/base";
import type { Entry, Epochs } from "@juno/proof";
import { type Applied, type EntryOutcome, MemoryState } from "@juno/runtime";
import { breachOf } from "../checkers/append-rules.ts";
import type { Findings } from "../checkers/findings.ts";
import type { Bank } from "./bank.ts";
import type { Programs } from "./programs.ts";

export class Chronicle {
  readonly state: MemoryState;
  /** Outcome root after each index. */
  readonly roots: Hash[] = [];
  /** Hash of the snapshot after each index that has one. */
  readonly snapshots = new Map<number, Hash>();
  readonly #epochs: Pick<Epochs, "of">;
  readonly #findings: Findings;
  readonly #programs: Programs;

  constructor(
    bank: Bank,
    judges: { readonly epochs: Pick<Epochs, "of">; readonly findings: Findings; readonly programs: Programs },
  ) {
    this.state = new MemoryState(bank.ledger);
    this.#epochs = judges.epochs;
    this.#findings = judges.findings;
    this.#programs = judges.programs;
  }

  get length(): number {
    return this.state.outcomes.length;
  }

  outcome(index: number): EntryOutcome | undefined {
    return this.state.outcomes[index - 1];
  }

  /** Takes over what a node has committed first. */
  extend(entryAt: (index: number) => Entry | undefined, through: number): void {
    for (let index = this.length + 1; index <= through; index++) {
      const entry = entryAt(index);
      if (entry === undefined) return;
      const previous = this.outcome(index - 1)?.entry;
      const { command } = this.state.applyEntry(entry);
      this.roots[index] = this.state.applied.root;
      this.#programs.onEntry(entry, this.state);
      const made = this.state.makeSnapshot();
      if (made !== undefined) this.snapshots.set(index, made.hash);
      const breach = breachOf(this.#epochs, { entry, status: command?.status }, previous);
      if (breach !== undefined) this.#findings.found("entries", `committed entry ${index} ${breach}`);
    }
  }

  /** A node has applied so far, and this is the root of its outcomes. */
  compare(node: number, { index, root }: Applied): void {
    const own = this.roots[index];
    if (index === 0 || (own !== undefined && equalBytes(own, root))) return;
    const what =
      own === undefined ? "which nobody committed" : `where a replay yields ${hex(own).slice(0, 8)}`;
    this.#findings.found("outcomes", `node ${node} applied ${hex(root).slice(0, 8)} at ${index}, ${what}`);
  }
}
