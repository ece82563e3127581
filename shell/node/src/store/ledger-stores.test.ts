// The executor over state.db and the ledger reader over both databases, against their ports'
// contracts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeId } from "@juno/base";
import { executorSuite, genesis, type LedgerSetup, ledgerReaderSuite } from "@juno/runtime/suites";
import { logFile, stateFile } from "./folder.ts";
import { createLog } from "./log/create-log.ts";
import { openStores } from "./open-stores.ts";

const nodeId = NodeId(2);
const folders: string[] = [];

const implementation: LedgerSetup = {
  setup: async () => {
    const folder = mkdtempSync(join(tmpdir(), "juno-state-"));
    folders.push(folder);
    createLog(folder, { network: genesis.network, nodeId });
    return {
      open: async () => {
        const stores = openStores({ folder, genesis, nodeId });
        await stores.log.load();
        return stores;
      },
      forgetState: async () => rmSync(stateFile(folder)),
      rollBackLog: async () => {
        rmSync(logFile(folder));
        createLog(folder, { network: genesis.network, nodeId });
      },
    };
  },
  teardown: async () => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  },
};

executorSuite("state.db", implementation);
ledgerReaderSuite("log.db and state.db", implementation);
