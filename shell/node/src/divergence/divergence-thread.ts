// Keeps what a node that left leaves behind in a thread of its own, so that the node is not held up.

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "@juno/base";
import { parseGenesis } from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { describeFailure } from "../run/exit-codes.ts";
import { type KeepRequest, keepDivergence } from "./keep-divergence.ts";

assert(parentPort !== null, "a divergence is kept in a worker thread");
const genesis = parseGenesis(sha256, workerData.genesis);
assert(genesis.ok, "the thread is given a genesis that was read before");
const request = workerData as Omit<KeepRequest, "genesis">;
try {
  const place = await keepDivergence({ ...request, genesis: genesis.value });
  parentPort.postMessage({ place });
} catch (error) {
  parentPort.postMessage({ problem: describeFailure(error).message });
}
