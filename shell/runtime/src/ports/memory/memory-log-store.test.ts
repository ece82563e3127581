// The memory store against the port's contract.

import { network } from "../../../test/log-fixture.ts";
import { logStoreSuite } from "../../../test/log-store-suite.ts";
import { MemoryLog, MemoryLogStore } from "./memory-log-store.ts";

logStoreSuite("in memory", {
  setup: async () => {
    const log = new MemoryLog(network);
    return { open: async () => new MemoryLogStore(log) };
  },
  teardown: async () => undefined,
});
