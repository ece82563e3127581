// What a node needs of the world it lives in.

import type { NodeId, Prng } from "@juno/base";
import type { Applied } from "@juno/runtime";
import type { Bank } from "./bank.ts";
import type { Tally } from "./tally.ts";
import type { WorldNode } from "./world-node.ts";

export type WorldLike = {
  readonly nowMs: number;
  readonly prng: Prng;
  readonly bank: Bank;
  readonly tally: Tally;
  plan(delayMs: number, action: () => void): void;
  onSend(node: WorldNode, to: NodeId, frame: Uint8Array): void;
  onCommit(node: WorldNode, index: number): void;
  onApplied(node: WorldNode, applied: Applied): void;
  onNotice(node: WorldNode, code: string, facts: Readonly<Record<string, number | string>>): void;
  /** The node ended by itself. */
  onFailure(node: WorldNode, cause: Error): void;
};
