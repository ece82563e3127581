// One thread of the verifier pool: a packed buffer of checks in, one byte per check out, in order. It
// keeps nothing between buffers and knows no node.

import { parentPort } from "node:worker_threads";
import { assert } from "@juno/base";
import { verifySignature } from "../crypto/sodium.ts";
import { unpackChecks } from "./packed-checks.ts";

const port = parentPort;
assert(port !== null, "the verifier runs as a worker thread");

port.on("message", (packed: ArrayBuffer) => {
  const verdicts: number[] = [];
  for (const check of unpackChecks(packed)) verdicts.push(verifySignature(check) ? 1 : 0);
  const answer = Uint8Array.from(verdicts);
  port.postMessage(answer, [answer.buffer]);
});
