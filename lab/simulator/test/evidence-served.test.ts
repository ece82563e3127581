// What whole nodes make of a liar among them: status, metrics and the proofs that they hand out, before and
// after a restart. Whoever has the genesis believes those proofs without believing the node.

import { NodeId } from "@juno/base";
import { checkEvidence } from "@juno/proof";
import { expect, it } from "vitest";
import { falseOutcomes } from "../src/byzantine/false-outcomes.ts";
import { sha256, verifySignature } from "../src/crypto.ts";
import { Customers } from "../src/storm/customers.ts";
import { openingCalls } from "../src/world/bank.ts";
import { World } from "../src/world/world.ts";
import type { WorldNode } from "../src/world/world-node.ts";

const LIAR = NodeId(3);

const evidenceMetric = (node: WorldNode) => {
  const metric = node.backend!.metrics().find(({ name }) => name === "evidence_total");
  return Object.fromEntries(metric!.samples.map(({ labels, value }) => [labels.kind, value]));
};

it("nodes show, count and hand out what proves a lie (E36, E39), also after a restart", async () => {
  const world = new World({ seed: 1, nodes: 4, windowEntries: 64, slowness: 1 });
  const customers = new Customers(world, 1);
  for (const node of world.bodies) node.start();
  const to = world.nodes.map(({ id }) => id);
  customers.order({ by: "treasury", calls: openingCalls(), manner: "patient", to, count: 1 });
  await world.run(2_000);
  const node = world.node(1);
  expect(node.backend!.status().evidence).toEqual([]);
  expect(evidenceMetric(node)).toMatchObject({ "false-attestation": 0, equivocation: 0 });
  world.corrupt(LIAR, falseOutcomes);
  await world.run(2_000);
  const { evidence } = node.backend!.status();
  expect(evidence).toMatchObject([{ kind: "false-attestation", accused: LIAR, term: undefined }]);
  expect(evidenceMetric(node)).toMatchObject({ "false-attestation": 1, equivocation: 0 });
  const pages = () => node.backend!.evidence({ from: 1, limit: 10, bytesMax: 10_000 });
  const before = await pages();
  expect(before.map(({ kept }) => kept)).toEqual(evidence);
  const { electorate } = world.bank;
  for (const { bytes } of before) {
    const checked = checkEvidence({ electorate, sha256 }, bytes);
    expect(checked.ok && checked.value.accused === LIAR && checked.value.checks.every(verifySignature)).toBe(
      true,
    );
  }
  node.crash();
  node.start();
  await world.run(2_000);
  expect(node.backend!.status().evidence).toEqual(evidence);
  expect(await pages()).toEqual(before);
  expect(world.tally.of("notice evidence")).toBe(3);
});
