// Measures the stores on this machine, in a folder given as argument or a temporary one:
// `node shell/node/test/store/stores.bench.ts [folder]`. Prints one line per figure.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogIndex, NodeId } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import type { Entry, Point } from "@juno/proof";
import {
  ACCOUNTS,
  appending,
  bodyOf,
  certificateOf,
  chainOf,
  committing,
  genesis,
  genesisFloor,
  opening,
  people,
  proofOf,
  transferring,
  transfers,
} from "@juno/runtime/suites";
import { createLog } from "../../src/store/log/create-log.ts";
import { openStores, type Stores } from "../../src/store/open-stores.ts";

const nodeId = NodeId(1);
const parent = process.argv[2] ?? tmpdir();
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, "juno-measure-"));

const show = (what: string, figures: Readonly<Record<string, number>>): void => {
  const columns = Object.entries(figures).map(
    ([name, value]) => `${name} ${value.toFixed(value < 100 ? 2 : 0)}`,
  );
  console.log(`${what.padEnd(44)} ${columns.join("   ")}`);
};

function percentiles(sorted: readonly number[]): { p50ms: number; p99ms: number } {
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50ms: at(0.5), p99ms: at(0.99) };
}

/** Writes groups of entries, so many at a time; each with the certificate that a follower adds. */
async function writeGroups(stores: Stores, groups: readonly (readonly Entry[])[], atOnce: number) {
  const latencies: number[] = [];
  const waiting: Promise<void>[] = [];
  const begin = performance.now();
  for (const group of groups) {
    const last = group.at(-1)!;
    const changes: DurableChange[] = [
      { kind: "certified", certificate: certificateOf(last), base: genesisFloor },
      appending(group),
      { kind: "committed", epoch: last.epoch, index: last.index, hash: last.hash, proof: proofOf(last) },
    ];
    const start = performance.now();
    waiting.push(stores.log.write(changes).then(() => void latencies.push(performance.now() - start)));
    if (waiting.length >= atOnce) await waiting.shift();
  }
  await Promise.all(waiting);
  const seconds = (performance.now() - begin) / 1_000;
  const rows = groups.reduce((sum, group) => sum + group.length, 0);
  latencies.sort((a, b) => a - b);
  return { ...percentiles(latencies), "rows/s": rows / seconds, "writes/s": groups.length / seconds };
}

function grouped(entries: readonly Entry[], size: number): Entry[][] {
  const groups: Entry[][] = [];
  for (let at = 0; at < entries.length; at += size) groups.push(entries.slice(at, at + size));
  return groups;
}

async function applyTo(stores: Stores, index: number): Promise<number> {
  const begin = performance.now();
  await new Promise<void>((resolve, reject) => {
    stores.executor.onFailure(reject);
    stores.executor.onApplied(({ applied }) => {
      if (applied.index === index) resolve();
    });
    stores.executor.apply(LogIndex(index));
  });
  return (performance.now() - begin) / 1_000;
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < count; i++) await work();
  return (performance.now() - begin) / 1_000;
}

createLog(folder, { network: genesis.network, nodeId });
const stores = openStores({ folder, genesis, nodeId });
await stores.log.load();
await stores.executor.open();

let entries = chainOf([...opening, ...transfers(60_000)]);
const take = (count: number): Entry[] => {
  const taken = entries.slice(0, count);
  entries = entries.slice(count);
  return taken;
};
let written: Point = genesisFloor;
const measureWrites = async (what: string, plan: { count: number; size: number; atOnce: number }) => {
  const taken = take(plan.count);
  written = taken.at(-1)!;
  show(what, await writeGroups(stores, grouped(taken, plan.size), plan.atOnce));
};

await measureWrites("write: 1 entry, one at a time (warm-up)", { count: 500, size: 1, atOnce: 1 });
await measureWrites("write: 1 entry, one at a time", { count: 2_000, size: 1, atOnce: 1 });
await measureWrites("write: 20 entries, one at a time", { count: 20_000, size: 20, atOnce: 1 });
await measureWrites("write: 1 entry, 64 at a time", { count: 17_504, size: 1, atOnce: 64 });
await measureWrites("write: 100 entries, 4 at a time", { count: 20_000, size: 100, atOnce: 4 });

const single = await applyTo(stores, written.index);
show("apply: commands of one transfer", { "transfers/s": written.index / single });

const payments = Array.from({ length: 100 }, (_, i) =>
  i % 2 === 0 ? transferring("wjm", "stu", "0.01 USD") : transferring("stu", "wjm", "0.01 USD"),
);
const batches = chainOf(
  Array.from({ length: 500 }, (_, i) => ({
    body: bodyOf(payments, { signers: [people.wjm, people.stu], mark: `batch ${i}` }),
  })),
  written,
);
await writeGroups(stores, grouped(batches, 10), 1);
await stores.log.write([committing(batches.at(-1)!)]);
const batched = await applyTo(stores, batches.at(-1)!.index);
show("apply: commands of 100 transfers", { "transfers/s": 50_000 / batched, "commands/s": 500 / batched });

const top = batches.at(-1)!.index;
const places = Array.from({ length: 256 }, (_, i) => ({
  index: LogIndex(top - i),
  size: LogIndex(top - Math.min(i, i % 4)),
}));
show("paths: 256 at once, of late entries", {
  "paths/s": (256 * 100) / (await timed(100, () => stores.executor.paths(places))),
});
const balance = { module: ACCOUNTS, query: "balance", args: new Map([["name", "wjm"]]) };
show("read: query balance, one at a time", {
  "queries/s": 2_000 / (await timed(2_000, () => stores.reader.query(balance))),
});
const page = { from: LogIndex(1), limit: 1_000, bytesMax: 1 << 22 };
show("read: pages of 1,000 entries", {
  "entries/s": 20_000 / (await timed(20, () => stores.reader.entries(page))),
});
await stores.close();
rmSync(folder, { recursive: true });
