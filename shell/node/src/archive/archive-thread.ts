// Extends a node's archive in a thread of its own, so that the node is not held up: one export (P1), from
// where the archive ends to the entry it is asked for.

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "@juno/base";
import { parseGenesis } from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { exportArchive } from "./export-archive.ts";
import { NodeFeed } from "./node-feed.ts";

assert(parentPort !== null, "an archive is extended in a worker thread");
const { folder, target, to } = workerData as { folder: string; target: string; to: number };
const genesis = parseGenesis(sha256, workerData.genesis);
assert(genesis.ok, "the thread is given a genesis that was read before");
const feed = new NodeFeed(folder, genesis.value);
try {
  await exportArchive({ feed, genesis: genesis.value, target, to });
} finally {
  feed.close();
}
