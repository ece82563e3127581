// The executor and the ledger reader in memory against their ports' contracts.

import { executorSuite } from "../../../test/executor-suite.ts";
import type { LedgerSetup } from "../../../test/ledger-desk.ts";
import { context, genesis } from "../../../test/ledger-fixture.ts";
import { ledgerReaderSuite } from "../../../test/ledger-reader-suite.ts";
import { MemoryExecutor } from "./memory-executor.ts";
import { MemoryLedgerReader } from "./memory-ledger-reader.ts";
import { MemoryLog, MemoryLogStore } from "./memory-log-store.ts";
import { MemoryState } from "./memory-state.ts";

const implementation: LedgerSetup = {
  setup: async () => {
    let disk = new MemoryLog(genesis.network);
    let state = new MemoryState(context);
    return {
      open: async () => {
        const log = new MemoryLogStore(disk);
        const executor = new MemoryExecutor({ state, log });
        const reader = new MemoryLedgerReader({ state, log });
        await log.load();
        const { snapshots } = state;
        return { log, executor, reader, snapshots, close: () => executor.close() };
      },
      forgetState: async () => {
        state = new MemoryState(context, state.snapshots);
      },
      rollBackLog: async () => {
        disk = new MemoryLog(genesis.network);
      },
    };
  },
  teardown: async () => undefined,
};

executorSuite("in memory", implementation);
ledgerReaderSuite("in memory", implementation);
