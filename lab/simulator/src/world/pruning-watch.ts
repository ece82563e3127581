// What nodes let go of, step by step: told, counted, and judged.

import { Floors } from "../checkers/floors.ts";
import type { Tally } from "./tally.ts";
import type { WorldNode } from "./world-node.ts";

export class PruningWatch {
  readonly #floors: Floors;
  readonly #tally: Tally;

  constructor(parts: ConstructorParameters<typeof Floors>[0] & { readonly tally: Tally }) {
    this.#floors = new Floors(parts);
    this.#tally = parts.tally;
  }

  /** A step of pruning is durable. Returns what is left, in words. */
  onStep({ id, disk, ledger }: WorldNode, nodes: readonly WorldNode[]): string {
    const isFetching = nodes.some(({ state }) => state?.fetching !== undefined);
    this.#tally.add(isFetching ? "step of pruning during catch-up" : "step of pruning");
    return `${id} holds entries from ${disk.log.firstIndex} on, outcomes from ${ledger.floor + 1} on`;
  }

  /** To be called for nodes of which nothing has decayed, and which remember what they did. */
  judge({ id, disk, ledger, snapshots }: WorldNode): void {
    this.#floors.judge({ id, log: disk.log, outcomesFloor: ledger.floor, snapshots: snapshots.all });
  }

  /** Whether everything at or below the floor is gone. */
  isAtItsEnd({ disk, ledger }: WorldNode): boolean {
    const { floor, firstIndex } = disk.log;
    return floor === undefined || (firstIndex === floor.index + 1 && ledger.floor >= floor.index);
  }
}
