// One of the two that are compared: a node's folder, an archive, or whatever entries can be had from, as entries in
// their order with what came out. It believes nothing and judges nothing.

import type { Hash } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Entry } from "@juno/proof";
import type { ArchiveFeed, Span } from "../archive/archive-feed.ts";
import type { Held } from "./diff-report.ts";

export type Step = {
  readonly index: number;
  /** H, as it stands there. */
  readonly hash: Hash;
  /** Undefined where only what came of it is kept. */
  readonly entry: Entry | undefined;
  readonly receipt: Uint8Array | undefined;
};

export type DiffSide = {
  readonly held: Held;
  readonly network: Hash;
  /** In their order, without a gap but where the source has one. */
  steps(span: Span): AsyncIterable<Step>;
  /** The file with the rows as they are after `held.applied`. */
  readonly stateFile?: string | undefined;
  close(): void | Promise<void>;
};

/** What hands out entries for archives, a running cluster for one. */
export function feedSide(name: string, network: Hash, feed: ArchiveFeed): DiffSide {
  const { first, last } = feed;
  return {
    held: { name, kind: "cluster", first, last, applied: { index: last, root: undefined } },
    network,
    async *steps(span) {
      for await (const portion of feed.entries(span)) {
        for (const { entry, receipt } of portion) {
          yield { index: entry.index, hash: entry.hash, entry, receipt };
        }
      }
    },
    close: () => undefined,
  };
}

/** P41: one ledger's histories can be told apart only where they are of one ledger, and have something in common. */
export function demandComparable(a: DiffSide, b: DiffSide): Span {
  const [one, other] = [a.held, b.held];
  if (a.network.some((byte, at) => byte !== b.network[at])) {
    throw new Failure(
      "store_foreign",
      `${one.name} and ${other.name} belong to different networks: there is nothing to compare`,
    );
  }
  const span = { from: Math.max(one.first, other.first), to: Math.min(one.last, other.last) };
  const isDisjoint = span.from > span.to && one.first <= one.last && other.first <= other.last;
  if (isDisjoint) {
    const [low, high] = one.last < other.last ? [one, other] : [other, one];
    throw new Failure(
      "config_invalid",
      `${low.name} ends at entry ${low.last} and ${high.name} begins at ${high.first}: they have no entry in common. Compare with a source that keeps more`,
    );
  }
  return span;
}
