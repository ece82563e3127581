// What a LogStore keeps of epochs: links, the one that the node is in, and whether it may speak there (S17, S18).

import { Epoch, Term } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import type { Certificate, EpochLink, Point } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { appending, committing, entriesAbove, genesisPoint, positionOf, proofOf } from "./log-fixture.ts";
import type { Desk } from "./proof-suite.ts";

const ENTRIES = entriesAbove(genesisPoint, 3);

/** What ends each of the first epochs: stores judge no links. */
export const LINKS: readonly EpochLink[] = ENTRIES.map((entry, at) => ({
  previous: at === 0 ? genesisPoint.hash : ENTRIES[at - 1]!.hash,
  entry: { ...entry, epoch: Epoch(at) },
  proof: proofOf(entry),
}));

const beginningAt = (point: Point, epoch: number): Certificate => ({
  ...{ kind: "genesis", epoch: Epoch(epoch) },
  ...{ position: positionOf(point, 0), statements: [] },
});

/** A node enters an epoch behind one of the entries. */
const entering = (epoch: number, isWithheld: boolean): DurableChange[] => {
  const entry = ENTRIES[epoch - 1]!;
  return [
    ...[appending([entry]), committing(entry)],
    { kind: "link", link: LINKS[epoch - 1]! },
    { kind: "epoch", certificate: beginningAt(entry, epoch), isWithheld },
  ];
};

export function epochSuite(open: () => Desk): void {
  describe("epochs", () => {
    const memory = async () => {
      await open().reopen();
      const { epoch, isWithheld, currentTerm, votedBase, certified, links } = await open().store.load();
      return { epoch, isWithheld, currentTerm, votedBase, certified: certified.kind, links: links.length };
    };
    const anew = { currentTerm: 0, votedBase: undefined, certified: "genesis" };

    it("begin with terms and votes anew (S17)", async () => {
      const { store } = open();
      await store.load();
      await store.write([{ kind: "term", currentTerm: Term(4), votedBase: positionOf(genesisPoint, 0) }]);
      await store.write(entering(1, false));
      expect(await memory()).toEqual({ epoch: 1, isWithheld: false, links: 1, ...anew });
    });

    it("remember that the seat is withheld until it is taken, or a later epoch is entered (S18)", async () => {
      await open().store.load();
      await open().store.write(entering(1, true));
      await open().store.write([{ kind: "term", currentTerm: Term(2), votedBase: undefined }]);
      expect(await memory()).toMatchObject({ epoch: 1, isWithheld: true, currentTerm: 2 });
      await open().store.write(entering(2, true));
      await open().store.write([{ kind: "seat" }]);
      expect(await memory()).toMatchObject({ epoch: 2, isWithheld: false });
      await open().store.write(entering(3, true));
      expect(await memory()).toMatchObject({ epoch: 3, isWithheld: true, links: 3 });
    });
  });
}
