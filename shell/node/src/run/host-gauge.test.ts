// What a node says of its machine (A37): files and times as they are, also just after an interval has ended.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { logFile, stateFile } from "../store/folder.ts";
import { HostGauge } from "./host-gauge.ts";

let folder: string;
let gauge: HostGauge;
let queuedChecks = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-host-"));
  gauge = new HostGauge({ folder, queuedChecks: () => queuedChecks });
});

afterEach(() => {
  gauge.close();
  rmSync(folder, { recursive: true });
});

it("tells the room on the disk and the size of both files, write-ahead logs included", async () => {
  writeFileSync(logFile(folder), new Uint8Array(1000));
  writeFileSync(`${logFile(folder)}-wal`, new Uint8Array(200));
  writeFileSync(stateFile(folder), new Uint8Array(30));
  queuedChecks = 7;
  await gauge.measure();
  const host = gauge.status()!;
  expect(host).toMatchObject({ logBytes: 1200, stateBytes: 30, verifierChecks: 7 });
  expect(host.diskFreeBytes).toBeGreaterThan(0);
  expect(host.diskBytes).toBeGreaterThanOrEqual(host.diskFreeBytes);
});

it("remembers how long commits took for an interval and the one before, then forgets them", async () => {
  gauge.committed(1_000);
  gauge.committed(5_000);
  await gauge.measure();
  gauge.committed(3_000);
  expect(gauge.status()?.commits).toEqual({ count: 3, meanMicros: 3_000, slowestMicros: 5_000 });
  await gauge.measure();
  expect(gauge.status()?.commits).toEqual({ count: 1, meanMicros: 3_000, slowestMicros: 3_000 });
  await gauge.measure();
  expect(gauge.status()?.commits).toEqual({ count: 0, meanMicros: 0, slowestMicros: 0 });
  const sum = gauge.metrics().find(({ name }) => name === "log_commit_seconds_total");
  expect(sum?.samples).toEqual([{ labels: {}, value: 0.009 }]);
});

it("leaves out what it cannot measure", async () => {
  gauge.close();
  gauge = new HostGauge({ folder: join(folder, "missing"), queuedChecks: () => 0 });
  await gauge.measure();
  expect(gauge.status()).toBeUndefined();
  expect(gauge.metrics().map(({ name }) => name)).not.toContain("disk_free_bytes");
});
