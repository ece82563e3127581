// What voters have signed about outcomes: every Ack in a kept proof attests a root of the outcome tree.
// Compared with re-execution they show that this program, here, computes what the network computed,
// whatever state.db says. Up to f voters of an epoch may lie; more than f say that something is wrong.

import { type Epoch, type Hash, hex, type LogIndex, type NodeId } from "@juno/base";
import { decodeAck, type KnownEpochs, type SignedStatement } from "@juno/proof";
import type { Findings } from "./findings.ts";

/** What re-execution yields. */
export type Roots = {
  /** The first index that it speaks of; 1 unless told. */
  readonly from?: LogIndex;
  readonly through: LogIndex;
  /** At an index from the first up to `through`. */
  rootAt(index: LogIndex): Hash;
};

type Signed = {
  readonly index: LogIndex;
  readonly epoch: Epoch;
  readonly roots: Map<string, Set<NodeId>>;
};

export class Attestations {
  /** Voters by the root they have signed, by the index it is of and their epoch: as many as the kept proofs hold Acks. */
  readonly #signed = new Map<string, Signed>();

  /** Takes in the Acks of a valid certificate or proof. */
  note(acks: readonly SignedStatement[]): void {
    for (const { voter, body } of acks) {
      const ack = decodeAck(body);
      if (!ack.ok) continue;
      const { index, root } = ack.value.applied;
      if (index === 0) continue;
      const { epoch } = ack.value;
      const key = `${index}.${epoch}`;
      const { roots } = this.#signed.get(key) ?? { roots: new Map<string, Set<NodeId>>() };
      this.#signed.set(key, { index, epoch, roots });
      roots.set(hex(root), (roots.get(hex(root)) ?? new Set()).add(voter));
    }
  }

  /** Names contradictions; returns the highest index whose root more than f voters of one epoch confirm, or 0. */
  judge(own: Roots, epochs: KnownEpochs, findings: Findings, place = "log.db attestations"): number {
    let confirmed = 0;
    for (const { index, epoch, roots } of this.#signed.values()) {
      const faults = epochs.of(epoch)?.electorate.faults ?? Number.POSITIVE_INFINITY;
      if (index < (own.from ?? 1) || index > own.through) continue;
      const root = hex(own.rootAt(index));
      if ((roots.get(root)?.size ?? 0) > faults) confirmed = Math.max(confirmed, index);
      const others = new Set(
        [...roots].filter(([other]) => other !== root).flatMap(([, voters]) => [...voters]),
      );
      if (others.size > faults) {
        const problem = `Voters ${[...others].join(", ")} have signed another outcome root than re-execution of the log yields.`;
        findings.add(place, problem, index);
      } else if (others.size > 0) {
        findings.remark(
          `Voter ${[...others].join(", ")} has signed an outcome root at entry ${index} that re-execution does not yield: it lied or failed.`,
        );
      }
    }
    return confirmed;
  }
}
