// Work on a folder in a process of its own, which kills itself in the middle: as a power cut would, with
// no chance to put anything in order.

import { readFileSync } from "node:fs";
import { parseGenesis } from "@juno/proof";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import { sha256, verifySignature } from "../../src/crypto/sodium.ts";

const [what, folder = "", genesisFile = "", place = "", limit = ""] = process.argv.slice(2);
const genesisBytes = new Uint8Array(readFileSync(genesisFile));
const genesis = parseGenesis(sha256, genesisBytes);
if (!genesis.ok) throw new Error(genesis.error.detail);

const kill = () => process.kill(process.pid, "SIGKILL");

if (what === "export") {
  const feed = new NodeFeed(folder, genesis.value);
  const onProgress = ({ done }: { done: number }) => done >= Number(limit) && kill();
  await exportArchive({ feed, genesis: genesis.value, target: place, segmentEntries: 16, onProgress });
} else {
  let calls = 0;
  const verifier = {
    verify: async (checks: readonly Parameters<typeof verifySignature>[0][]) => {
      if (++calls > Number(limit)) kill();
      return checks.map(verifySignature);
    },
    close: async () => undefined,
  };
  const options = { verifier, work: place, stepEntries: 8, version: "1" };
  await verifyFolder({ folder, genesisBytes, options });
}
