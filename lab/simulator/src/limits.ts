// The limits and times of simulated clusters, small enough that a short run meets them.

import type { Limits, Timing } from "@juno/consensus";

export const SMALL_LIMITS: Limits = {
  windowEntries: 64,
  windowBytes: 65_536,
  payloadBytesMax: 4096,
  batchEntriesMax: 8,
  batchBytesMax: 8192,
  pipelineMax: 2,
  readsMax: 16,
  farEntries: Number.MAX_SAFE_INTEGER,
  pendingCommandsMax: 256,
  pendingActionsMax: 256,
  pendingBytesMax: 65_536,
  pendingGasMax: 256,
  commandsPerClientMax: 32,
};

export const TIMING: Timing = {
  heartbeatMs: 100,
  heartbeatTimeoutMs: 600,
  collectWaitMs: 100,
  commandTimeoutMs: 3000,
  driftMs: 5000,
};
