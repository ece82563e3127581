// Half of the voters are in a term, and want to leave it already, while the others have not heard how it began (V7).

import { decodeFrame } from "@juno/consensus";
import { decodePreVote } from "@juno/proof";
import { expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

function wishOf(bytes: Uint8Array): number | undefined {
  const frame = decodeFrame(bytes);
  const said = frame.ok && frame.value.kind === "prevote" ? decodePreVote(frame.value.body) : undefined;
  return said?.ok ? said.value.term : undefined;
}

it("who wants a term that others are in is shown its certificate", () => {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  // Among them who leads term 1, and would show it to all.
  const hearNothing = [2, 4];
  cluster.passes = (_from, to) => !hearNothing.includes(to);
  cluster.startAll();
  const termOf = (id: number) => cluster.node(id).state?.currentTerm;
  const wants = (id: number) => cluster.node(id).state?.preVotes.get(cluster.node(id).id)?.term;
  expect(cluster.run(10_000, () => [1, 3].every((id) => termOf(id) === 1 && wants(id) === 2))).toBe(true);
  expect(hearNothing.map(termOf)).toEqual([0, 0]);
  // What is heard first is that they want to leave it: from then on nothing that they say counts for it.
  cluster.passes = (_from, to, bytes) => !hearNothing.includes(to) || wishOf(bytes) === 2;
  cluster.run(1_000);
  cluster.passes = () => true;
  expect(cluster.run(10_000, () => cluster.leader !== undefined)).toBe(true);
});
