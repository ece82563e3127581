// A history with certified snapshots, and what a node's folder is when the entries up to one of them are
// pruned: wholly, or only begun.

import { LogIndex, type NodeId } from "@juno/base";
import { floorAt } from "@juno/consensus";
import { vi } from "vitest";
import { openStores } from "../../src/store/open-stores.ts";
import { copyOf } from "./altered-databases.ts";
import { adjust, create } from "./sample-commands.ts";
import { Orders, payments } from "./sample-history.ts";
import { SampleNetwork, VOTERS } from "./sample-network.ts";
import { entriesOf } from "./tampering.ts";

const PATIENCE = { timeout: 30_000, interval: 10 };
const STEP = 1_000;

export type PrunedHistory = {
  readonly network: SampleNetwork;
  /** Entries from one snapshot to the next. */
  readonly interval: number;
  readonly node: NodeId;
};

/** About forty entries; every node has certified two snapshots and is stopped. */
export async function makePrunedHistory(folder: string): Promise<PrunedHistory> {
  const limits = { checkpointEntries: 4, snapshotCheckpoints: 3 };
  const network = await SampleNetwork.create(folder, limits);
  const [alice, bob] = network.clients as [(typeof network.clients)[0], (typeof network.clients)[0]];
  const orders = new Orders(network);
  for (const id of VOTERS) await network.start(id);
  await network.leader();
  await network.submit([
    ...["wjm", "stu", "bank"].map((name) => orders.by(["alice"], create(name, alice))),
    orders.by(["bob"], create("bob's", bob)),
    orders.by(["alice", "treasury", "risk"], adjust("wjm", "100.00 USD")),
    orders.by(["bob", "treasury", "risk"], adjust("bob's", "50.00 USD")),
  ]);
  const interval = limits.checkpointEntries * limits.snapshotCheckpoints;
  // Not so fast that a snapshot would be left out for the next one.
  for (let round = 0; round < 4; round++) {
    await network.submit(payments(orders, round));
    const through = Math.floor((await network.settled()) / interval);
    await vi.waitFor(async () => {
      for (const id of VOTERS) {
        const certified = (await network.snapshotsOf(id)).filter((held) => held.certificate !== undefined);
        if (certified.length < through) throw new Error("not certified yet");
      }
    }, PATIENCE);
  }
  await network.settled();
  await network.stop(network.running);
  return { network, interval, node: VOTERS[1]! };
}

/** A copy of the node's folder that goes back to a snapshot; `isBegun`: most rows below it are still there. */
export async function prunedCopy(
  { network, node }: PrunedHistory,
  { name, at, isBegun = false }: { readonly name: string; readonly at: number; readonly isBegun?: boolean },
): Promise<string> {
  const copy = copyOf(network.folderOf(node), name);
  const floor = floorAt(entriesOf(copy).find((entry) => entry.index === at)!);
  const stores = openStores({ folder: copy, genesis: network.genesis, nodeId: node });
  await stores.log.load();
  await stores.executor.open();
  await stores.log.prune(floor, isBegun ? 2 : STEP);
  if (isBegun) await stores.executor.prune(LogIndex(at), 3);
  else {
    while (await stores.log.prune(floor, STEP));
    while (await stores.executor.prune(LogIndex(at), STEP));
  }
  await stores.close();
  return copy;
}
