// The stores of one node together: they share the read thread and must close in order, readers first,
// so that a stopped node's databases are one file each.

import type { NodeId } from "@juno/base";
import type { Genesis } from "@juno/proof";
import type { Executor, LedgerReader, LogStore, SnapshotStore } from "@juno/runtime";
import { type LogStoreOptions, SqliteLogStore } from "./log/log-store.ts";
import { ReadThread } from "./reader/read-thread.ts";
import { SqliteLedgerReader } from "./reader/sqlite-ledger-reader.ts";
import { FileSnapshotStore } from "./snapshot/file-snapshot-store.ts";
import { snapshotsFolder } from "./snapshot/snapshot-folder.ts";
import { type ExecutorOptions, SqliteExecutor } from "./state/sqlite-executor.ts";

export type StoresOptions = {
  /** The node's data folder, where `createLog` has been. */
  readonly folder: string;
  readonly genesis: Genesis;
  readonly nodeId: NodeId;
  readonly onProgress?: NonNullable<ExecutorOptions["onProgress"]>;
  readonly onCommitted?: NonNullable<LogStoreOptions["onCommitted"]>;
};

export type Stores = {
  readonly log: LogStore;
  readonly executor: Executor;
  readonly reader: LedgerReader;
  readonly snapshots: SnapshotStore;
  close(): Promise<void>;
};

/**
 * Starts the threads; nothing is read yet. `log.load` comes first, then `executor.open`: they throw
 * the Failures of missing, damaged, foreign or rolled-back files. Then the reader may be used.
 */
export function openStores(options: StoresOptions): Stores {
  const { folder, genesis, nodeId, onProgress, onCommitted } = options;
  const reads = new ReadThread({ folder, genesis: genesis.bytes });
  const log = new SqliteLogStore({
    ...{ folder, network: genesis.network, nodeId, reads },
    ...(onCommitted === undefined ? {} : { onCommitted }),
  });
  const executor = new SqliteExecutor({
    folder,
    genesis: genesis.bytes,
    reads,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const reader = new SqliteLedgerReader(reads);
  return {
    log,
    executor,
    reader,
    snapshots: new FileSnapshotStore(snapshotsFolder(folder)),
    close: async () => {
      await reader.close();
      await executor.close();
      await log.close();
    },
  };
}
