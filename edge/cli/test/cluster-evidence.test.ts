// Evidence that is gathered from the nodes of a cluster: all of it, each once, whoever lies or is silent.

import { join } from "node:path";
import type { EvidencePageJson } from "@juno/api";
import { JunoError } from "@juno/client";
import { loadGenesis } from "@juno/node";
import { Epochs, firstEpoch } from "@juno/proof";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterEvidence } from "../src/network/cluster-evidence.ts";
import { doubleVote } from "./lying-voter.ts";
import { temporaryNetwork } from "./temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;

beforeAll(async () => {
  network = await temporaryNetwork();
});

afterAll(() => network.remove());

/** Nodes that hand out evidence one by one; those that have none do not answer. */
function nodesWith(kept: Readonly<Record<string, readonly string[]>>) {
  const evidence = async (url: string, { from = 1 } = {}): Promise<EvidencePageJson> => {
    const all = kept[url];
    if (all === undefined) throw new JunoError("unreachable", "it does not answer", { retryable: true });
    const claim = { kind: "double-vote", accused: 3, epoch: 0, term: 7, seen: 5 } as const;
    const page = all.slice(from - 1, from).map((bytes) => ({ number: from, ...claim, bytes }));
    return { evidence: page, ...(from < all.length ? { next: from + 1 } : {}) };
  };
  const genesis = loadGenesis(join(network.folder, "genesis.json"));
  return { epochs: new Epochs(firstEpoch(genesis)), evidence };
}

it("takes what each node has, once, and leaves out what proves nothing", async () => {
  const [one, two] = [doubleVote(network.folder, [1, 2]), doubleVote(network.folder, [3, 4])];
  const forged = `${one.slice(0, -2)}00`;
  const same = doubleVote(network.folder, [1, 1]);
  const client = nodesWith({ liar: ["00", forged, same], first: [one, two], second: [two, one] });
  const gathered: string[] = [];
  for await (const bytes of clusterEvidence(client, ["silent", "liar", "first", "second"])) {
    gathered.push(bytes);
  }
  expect(gathered).toEqual([one, two]);
});
