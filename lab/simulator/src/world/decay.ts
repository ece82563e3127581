// State databases and snapshots in which a bit flips. Such a node counts among the faulty. It must not go on as if
// nothing were (C23): an outcome that came of it makes the node withdraw (5.9), what it cannot read ends it plainly, and
// whoever looks after it does what it then says. What nothing has read yet, nobody can have noticed.

import { equalBytes, type NodeId, type Prng } from "@juno/base";
import type { Findings } from "../checkers/findings.ts";
import type { Chronicle } from "./chronicle.ts";
import { flipped } from "./snapshots.ts";
import type { Tally } from "./tally.ts";
import type { WorldNode } from "./world-node.ts";

/** What a bit flips in. */
export const STATE_PARTS = ["row", "receipt", "snapshot"] as const;
export type StatePart = (typeof STATE_PARTS)[number];

/** How a node says that its state, or what it could make it of, is of no use. */
const UNUSABLE = ["store_damaged", "executor_failed"];

export class Decay {
  readonly #findings: Findings;
  readonly #tally: Tally;
  readonly #nodes = new Set<NodeId>();
  readonly #readmitted = new Set<NodeId>();

  constructor(parts: { readonly findings: Findings; readonly tally: Tally }) {
    this.#findings = parts.findings;
    this.#tally = parts.tally;
  }

  has(id: NodeId): boolean {
    return this.#nodes.has(id);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** One bit flips, if there is anything yet. */
  strike(node: WorldNode, part: StatePart, prng: Prng): void {
    if (!this.#flip(node, part, prng)) return;
    this.#nodes.add(node.id);
    this.#tally.add(`bit rot: ${part}`);
  }

  #flip({ ledger, snapshots }: WorldNode, part: StatePart, prng: Prng): boolean {
    if (part === "snapshot") return snapshots.rot(prng);
    if (part === "row") {
      const rows = ledger.view.all();
      if (rows.length === 0) return false;
      const { value, ...address } = prng.pick(rows);
      ledger.view.change([{ ...address, before: value, after: flipped(prng, value) }]);
      return true;
    }
    if (ledger.outcomes.length === 0) return false;
    const at = prng.below(ledger.outcomes.length);
    const outcome = ledger.outcomes[at]!;
    ledger.outcomes[at] = { ...outcome, receipt: flipped(prng, outcome.receipt) };
    return true;
  }

  /** Whether a node ended for what befell its state. */
  explains({ id }: WorldNode, cause: Error): boolean {
    return this.has(id) && "code" in cause && UNUSABLE.includes(String(cause.code));
  }

  /** What the node asks for when it ends so: its state is made again, from its log and certified snapshots. */
  repair(node: WorldNode, healthy: readonly WorldNode[]): void {
    this.#tally.add("bit rot: state rebuilt");
    node.snapshots.clean();
    for (const { snapshots } of healthy) node.snapshots.take(snapshots);
    node.forgetLedger();
  }

  /** V17: what its operator does for a node that has left: its state is made again, its log stays as it is. */
  readmit(node: WorldNode, healthy: readonly WorldNode[]): void {
    node.crash();
    this.repair(node, healthy);
    const { log } = node.disk;
    log.voter = { ...log.voter, mode: "normal", reason: "made anew and confirmed" };
    this.#readmitted.add(node.id);
    this.#tally.add("bit rot: re-admitted");
    node.start();
  }

  /** Whether a node says nothing for the ledger any more, or what all others say. */
  isSettled({ id, state, ledger }: WorldNode, chronicle: Chronicle): boolean {
    if (this.#readmitted.has(id) && state?.mode !== "normal") return false;
    if (state === undefined || state.mode === "readOnly" || state.mode === "halted") return true;
    const { index, root } = ledger.applied;
    const expected = chronicle.roots[index];
    const isTrue = index === 0 || (expected !== undefined && equalBytes(expected, root));
    // Of older ones that nobody certified the others do not speak any more.
    const newest = ledger.snapshots.all.findLast((held) => chronicle.snapshots.has(held.index));
    return (
      isTrue && (newest === undefined || equalBytes(chronicle.snapshots.get(newest.index)!, newest.hash))
    );
  }

  /** Tells of those that after a while still vouch for a state that is not the ledger's. */
  judge(nodes: readonly WorldNode[], chronicle: Chronicle): void {
    for (const node of nodes) {
      if (!this.has(node.id)) continue;
      const mode = node.state?.mode ?? "down";
      this.#tally.add(`bit rot: at the end ${mode}`);
      if (!this.isSettled(node, chronicle))
        this.#findings.found("decay", `node ${node.id} is ${mode}, and vouches for a state that decayed`);
    }
  }
}
