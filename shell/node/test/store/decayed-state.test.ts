// state.db and snapshots in which bytes have changed: what is read of them is the truth, or a failure that says what
// to do. Nothing else may come of it: a wrong receipt proves nothing, a wrong manifest leads to other outcomes.

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogIndex, NodeId } from "@juno/base";
import { floorAt } from "@juno/consensus";
import { decodeManifest } from "@juno/proof";
import {
  appending,
  certificateOf,
  chainOf,
  committing,
  genesis,
  genesisFloor,
  idOf,
  opening,
  people,
  SNAPSHOT_ENTRIES,
  snapshotCertificateOf,
  transferring,
  transfers,
} from "@juno/runtime/suites";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { stateFile } from "../../src/store/folder.ts";
import { createLog } from "../../src/store/log/create-log.ts";
import { openStores, type Stores } from "../../src/store/open-stores.ts";
import { FileSnapshotStore } from "../../src/store/snapshot/file-snapshot-store.ts";
import { SnapshotFolder, snapshotsFolder } from "../../src/store/snapshot/snapshot-folder.ts";
import { alter, freshFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const nodeId = NodeId(3);
const entries = chainOf([...opening, ...transfers(SNAPSHOT_ENTRIES + 10)]);
const last = entries.at(-1)!;
const AT = LogIndex(SNAPSHOT_ENTRIES);

let folder = "";
let stores: Stores | undefined;

async function open(): Promise<Stores> {
  stores = openStores({ folder, genesis, nodeId });
  await stores.log.load();
  return stores;
}

async function close(): Promise<void> {
  await stores?.close();
  stores = undefined;
}

/** Applies all entries; rejects with the failure. */
async function applyAll({ executor }: Stores): Promise<void> {
  const { applied } = await executor.open();
  if (applied.index >= last.index) return;
  await new Promise<void>((resolve, reject) => {
    executor.onFailure(reject);
    executor.onApplied((batch) => {
      if (batch.applied.index === last.index) resolve();
    });
    executor.apply(last.index);
  });
}

/** One bit of a file, in the first of these bytes that it holds. */
function flip(file: string, bytes: Uint8Array): void {
  const held = readFileSync(file);
  const at = held.indexOf(bytes);
  expect(at).toBeGreaterThan(0);
  held[at] = held[at]! ^ 1;
  writeFileSync(file, held);
}

/** A node that has applied everything, certified a snapshot, and is stopped. */
beforeEach(async () => {
  folder = freshFolder();
  createLog(folder, { network: genesis.network, nodeId });
  const opened = await open();
  const certificate = certificateOf(last);
  const certified = { kind: "certified", certificate, base: genesisFloor } as const;
  await opened.log.write([appending(entries), certified, committing(last)]);
  await applyAll(opened);
  const snapshots = new FileSnapshotStore(snapshotsFolder(folder));
  const made = await vi.waitFor(
    async () => {
      const [first] = await snapshots.list();
      expect(first?.index).toBe(AT);
      return first!;
    },
    { timeout: 30_000, interval: 5 },
  );
  await snapshots.certify(AT, snapshotCertificateOf(AT, made.hash));
  await close();
});

describe("a receipt that has changed", () => {
  it("is handed to nobody, and hides no other", async () => {
    const index = 50;
    alter(
      stateFile(folder),
      "UPDATE outcomes SET receipt = CAST(replace(CAST(receipt AS TEXT), 'ok', 'oK') AS BLOB) WHERE idx = ?",
      index,
    );
    const { executor, reader } = await open();
    await executor.open();
    const page = (from: number) => reader.entries({ from: LogIndex(from), limit: 1, bytesMax: 1 << 20 });
    const damaged = {
      code: "store_damaged",
      message: expect.stringContaining("not the one that was applied"),
    };
    await expect(page(index)).rejects.toMatchObject(damaged);
    const mark = `pay ${index - opening.length - 1}`;
    const id = idOf([transferring("stu", "wjm", "0.01 USD")], { signers: [people.stu], mark });
    await expect(reader.command(id)).rejects.toMatchObject(damaged);
    expect(await page(index + 1)).toMatchObject({ ok: true });
    await close();
  });
});

describe("a snapshot that has changed", () => {
  const files = () => new SnapshotFolder(snapshotsFolder(folder));
  const manifest = () => decodeManifest(new Uint8Array(readFileSync(files().manifestFile(AT))));

  /** The entries below are pruned, and the state is lost. */
  async function loseState(): Promise<void> {
    const { log, executor } = await open();
    await executor.open();
    while (await log.prune(floorAt(entries[AT - 1]!), 20));
    await close();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${stateFile(folder)}${end}`, { force: true });
  }

  it("in its name is told to nobody", async () => {
    renameSync(files().folderOf(AT), files().folderOf(AT + SNAPSHOT_ENTRIES));
    await expect(new FileSnapshotStore(snapshotsFolder(folder)).list()).rejects.toMatchObject({
      code: "store_damaged",
      message: expect.stringContaining("remove it"),
    });
  });

  it("as it was made is begun from", async () => {
    await loseState();
    await applyAll(await open());
    await close();
  });

  it.each([
    ["in its peaks, which no other hash covers", "manifest", () => peakOf()],
    ["in its manifest otherwise", "manifest", () => rootOf()],
    ["in a chunk", "chunk-0000000", () => new TextEncoder().encode("accounts")],
  ] as const)("%s is not, and the node says so", async (_, name, bytes) => {
    await loseState();
    flip(join(files().folderOf(AT), name), bytes());
    const opened = await open();
    await expect(applyAll(opened)).rejects.toMatchObject({
      code: "store_damaged",
      message: expect.stringContaining(files().folderOf(AT)),
    });
    await close();
  });

  function peakOf(): Uint8Array {
    const decoded = manifest();
    if (!decoded.ok) throw new Error(decoded.error.detail);
    return decoded.value.peaks[0]!;
  }

  function rootOf(): Uint8Array {
    const decoded = manifest();
    if (!decoded.ok) throw new Error(decoded.error.detail);
    return decoded.value.stateRoot;
  }
});
