// Who dials this node under a transport key that counts for nobody (A45): a member that goes on with a key that was replaced, whoever has
// got hold of one, or a stranger. It refuses nobody itself. Invariant: each attempt is counted; of one member's former keys, and of all
// that are nobody's, no more than a line a minute is told.

import { hex, type NodeId } from "@juno/base";
import type { Epochs } from "@juno/proof";

const EVERY_MS = 60_000;

export type StrangerWatchParts = {
  /** Undefined until the node knows who votes. */
  readonly known: () => { readonly epochs: Epochs; readonly count: (name: string) => void } | undefined;
  readonly note: (event: {
    readonly code: string;
    readonly facts: Readonly<Record<string, number | string>>;
  }) => void;
  readonly monotonicMs: () => number;
};

type Former = { readonly node: NodeId; readonly epoch: number };

export class StrangerWatch {
  readonly #parts: StrangerWatchParts;
  /** Whose a transport key was, by its hex, and in which epoch last. */
  readonly #owners = new Map<string, Former>();
  /** Epochs whose keys stand there. */
  #seen = 0;
  /** By what is told apart: when it was told last, and the attempts since. */
  readonly #told = new Map<NodeId | undefined, { readonly atMs: number; readonly attempts: number }>();

  constructor(parts: StrangerWatchParts) {
    this.#parts = parts;
  }

  /** `key`: in hex; empty: of another kind than nodes have. */
  refused({ key, from }: { readonly key: string; readonly from: string }): void {
    const known = this.#parts.known();
    if (known === undefined) return;
    const former = this.#ownerOf(known.epochs, key);
    const code = former === undefined ? "unknown_key" : "former_key";
    known.count(`refused_${code}`);
    const { atMs, attempts } = this.#told.get(former?.node) ?? {
      atMs: Number.NEGATIVE_INFINITY,
      attempts: 0,
    };
    const nowMs = this.#parts.monotonicMs();
    if (nowMs - atMs < EVERY_MS) {
      this.#told.set(former?.node, { atMs, attempts: attempts + 1 });
      return;
    }
    this.#told.set(former?.node, { atMs: nowMs, attempts: 0 });
    const facts = { ...former, key, from, attempts: attempts + 1 };
    this.#parts.note({ code: `${code}_refused`, facts });
  }

  #ownerOf(epochs: Epochs, key: string): Former | undefined {
    const { epoch: last } = epochs.last.electorate;
    for (const { electorate, configuration } of epochs.from({ from: this.#seen, limit: last + 1 }))
      for (const { id: node, transportKey } of configuration.members)
        this.#owners.set(hex(transportKey), { node, epoch: electorate.epoch });
    this.#seen = last + 1;
    return this.#owners.get(key);
  }
}
