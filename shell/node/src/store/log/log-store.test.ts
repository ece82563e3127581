// log.db against the port's contract, and what only files can do.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logStoreSuite, network, nodeId } from "@juno/runtime/suites";
import { ReadThread } from "../reader/read-thread.ts";
import { createLog } from "./create-log.ts";
import { SqliteLogStore } from "./log-store.ts";

const folders: string[] = [];

logStoreSuite("log.db", {
  setup: async () => {
    const folder = mkdtempSync(join(tmpdir(), "juno-log-"));
    folders.push(folder);
    createLog(folder, { network, nodeId });
    return {
      open: async () => {
        const reads = new ReadThread({ folder, genesis: undefined });
        return new SqliteLogStore({ folder, network, nodeId, reads });
      },
    };
  },
  teardown: async () => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  },
});
