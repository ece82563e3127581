// log.db against the port's contract, and what only files can do.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logStoreSuite, network, nodeId } from "@juno/runtime/suites";
import { expect, it } from "vitest";
import { ReadThread } from "../reader/read-thread.ts";
import { createLog } from "./create-log.ts";
import { SqliteLogStore } from "./log-store.ts";

const folders: string[] = [];

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "juno-log-"));
  folders.push(folder);
  createLog(folder, { network, nodeId });
  return folder;
};

it("tells how long each commit took until it was durable (A37)", async () => {
  const folder = newFolder();
  const told: number[] = [];
  const reads = new ReadThread({ folder, genesis: undefined });
  const onCommitted = (micros: number) => told.push(micros);
  const store = new SqliteLogStore({ folder, network, nodeId, reads, onCommitted });
  await store.load();
  await store.write([]);
  await store.write([]);
  await store.close();
  expect(told).toHaveLength(2);
  for (const micros of told) expect(micros).toBeGreaterThan(0);
});

logStoreSuite("log.db", {
  setup: async () => {
    const folder = newFolder();
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
