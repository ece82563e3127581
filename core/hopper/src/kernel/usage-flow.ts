// What has become of the linear variables at one point of a body. A variable is live until its move is
// recorded; a branch sees its parent's moves and keeps its own. After an abort nothing runs any more,
// so nothing that would follow can lose or copy anything (L13). Knows neither terms nor messages.

import type { Range } from "../diagnostic/source.ts";

/** Where a resource went; `how` completes "line 43: …", such as "moved into `loans.put`". */
export type Move = { readonly range: Range; readonly how: string };

/** A variable that branch `mover` moves and branch `keeper` does not. */
export type Disagreement = {
  readonly id: number;
  readonly mover: number;
  readonly keeper: number;
  readonly move: Move;
};

export class Flow {
  /** Whether an abort has ended every path to this point. */
  dead: boolean;
  readonly #parent: Flow | undefined;
  readonly #moves = new Map<number, Move>();

  constructor(parent?: Flow) {
    this.#parent = parent;
    this.dead = parent?.dead ?? false;
  }

  /** The move that used the variable up before this point, if there was one. */
  moveOf(id: number): Move | undefined {
    for (let flow: Flow | undefined = this; flow !== undefined; flow = flow.#parent) {
      const move = flow.#moves.get(id);
      if (move !== undefined) return move;
    }
    return undefined;
  }

  move(id: number, move: Move): void {
    this.#moves.set(id, move);
  }

  /** A variable's scope ends: branches around it know nothing of it. */
  forget(id: number): void {
    this.#moves.delete(id);
  }

  /** A path that goes on from here and is to be joined, or given up as one that aborts. */
  branch(): Flow {
    return new Flow(this);
  }

  /**
   * Goes on where these branches meet. L12: those that get here must have moved the same variables; L13: those
   * that do not get here agree with any. A variable they disagree on counts as moved from here on.
   */
  join(branches: readonly Flow[]): Disagreement[] {
    const arriving = branches.filter((branch) => !branch.dead);
    if (arriving.length === 0) {
      this.dead = true;
      return [];
    }
    const movers = new Map<number, { first: number; count: number }>();
    branches.forEach((branch, index) => {
      if (branch.dead) return;
      for (const [id, move] of branch.#moves) {
        const mover = movers.get(id);
        if (mover === undefined) movers.set(id, { first: index, count: 1 });
        else mover.count += 1;
        if (!this.#moves.has(id)) this.#moves.set(id, move);
      }
    });
    return [...movers]
      .filter(([, { count }]) => count < arriving.length)
      .map(([id, { first }]) => ({
        id,
        mover: first,
        keeper: branches.findIndex((branch) => !branch.dead && !branch.#moves.has(id)),
        move: this.#moves.get(id)!,
      }));
  }
}
