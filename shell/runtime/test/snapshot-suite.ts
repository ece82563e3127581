// What every Executor must do about snapshots (C21, E44, E45): make one of the state as it was at the
// checkpoint, whole, whatever is applied meanwhile and however often the process starts anew; and what
// every SnapshotStore must do with it (E47).

import { equalBytes, hex, LogIndex } from "@juno/base";
import {
  apply,
  chunksOf,
  decodeChunk,
  MemoryPages,
  MemoryView,
  type SnapshotId,
  type SnapshotRow,
} from "@juno/ledger";
import {
  decodeManifest,
  type Entry,
  rootOf,
  rowPath,
  type SnapshotCertificate,
  StateTree,
  snapshotHash,
} from "@juno/proof";
import { describe, expect, it, vi } from "vitest";
import { SNAPSHOTS_KEPT, UNCERTIFIED_KEPT } from "../src/ports/snapshot-store.ts";
import type { LedgerDesk } from "./ledger-desk.ts";
import {
  bodyOf,
  chainOf,
  context,
  creating,
  type Draft,
  opening,
  people,
  SNAPSHOT_ENTRIES,
  transfers,
} from "./ledger-fixture.ts";
import { sha256 } from "./log-fixture.ts";

const PATIENCE = { timeout: 30_000, interval: 5 };

/** Accounts with long names, 300 in a command: 1,200 of them fill a chunk. */
function crowd(commands: number, mark = "crowd"): Draft[] {
  const name = (at: number) => `${mark}-${at}-${"x".repeat(40)}`;
  return Array.from({ length: commands }, (_, command) => {
    const actions = Array.from({ length: 300 }, (_, at) => creating(name(300 * command + at), people.wjm));
    return { body: bodyOf(actions, { mark: `${mark} ${command}` }) };
  });
}

/** What the entries lead to, by the ledger's own definition. */
function stateAfter(entries: readonly Entry[]): { rows: SnapshotRow[]; ids: string[] } {
  const view = new MemoryView();
  for (const entry of entries) view.accept(apply(context, view, entry), entry);
  return {
    rows: view.all(),
    ids: view.window().map(({ id, index, expires }) => `${id} ${index} ${expires}`),
  };
}

async function snapshotAt(desk: LedgerDesk, index: number) {
  const { snapshots } = desk.stores;
  return vi.waitFor(async () => {
    const found = (await snapshots.list()).find((snapshot) => snapshot.index === index);
    expect(found, `a snapshot at ${index}`).toBeDefined();
    return found!;
  }, PATIENCE);
}

/** Reads a snapshot as somebody who trusts nothing but its hash. */
async function readSnapshot(desk: LedgerDesk, index: number) {
  const { snapshots } = desk.stores;
  const summary = await snapshotAt(desk, index);
  const bytes = (await snapshots.manifest(LogIndex(index)))!;
  expect(snapshotHash(sha256, bytes)).toEqual(summary.hash);
  const manifest = decodeManifest(bytes);
  if (!manifest.ok) throw new Error(manifest.error.detail);
  const rows: SnapshotRow[] = [];
  const ids: SnapshotId[] = [];
  const chunks: Uint8Array[] = [];
  for (const [at, digest] of manifest.value.chunks.entries()) {
    const chunk = (await snapshots.chunk({ index: LogIndex(index), chunk: at }))!;
    expect([chunk.length, hex(sha256(chunk))]).toEqual([digest.bytes, hex(digest.hash)]);
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    if (decoded.value.kind === "rows") rows.push(...decoded.value.rows);
    else ids.push(...decoded.value.ids);
    chunks.push(chunk);
  }
  expect(chunksOf({ rows, ids }).every((chunk, at) => equalBytes(chunk, chunks[at]!))).toBe(true);
  return { manifest: manifest.value, rows, ids, summary };
}

async function expectSnapshot(desk: LedgerDesk, entries: readonly Entry[], index: number) {
  const { manifest, rows, ids, summary } = await readSnapshot(desk, index);
  const expected = stateAfter(entries.slice(0, index));
  expect(rows).toEqual(expected.rows);
  const shown = ids.map(({ id, index: at, expires }) => `${hex(id)} ${at} ${expires}`);
  expect(shown.toSorted()).toEqual(expected.ids);
  const { epoch, hash, term, time } = entries[index - 1]!;
  expect(manifest).toMatchObject({ epoch, index, hash, term, time, rows: rows.length, ids: ids.length });
  const leaves = rows.map((row) => ({ path: rowPath(sha256, row), digest: sha256(row.value) }));
  expect(new StateTree(sha256, new MemoryPages()).fold(leaves)).toEqual(manifest.stateRoot);
  return { manifest, summary };
}

export function snapshotSuite(open: () => LedgerDesk): void {
  describe("snapshots", () => {
    it("are made of the state at the checkpoint, and told once", async () => {
      const desk = open();
      const entries = chainOf([...opening, ...transfers(2 * SNAPSHOT_ENTRIES)]);
      await desk.append(entries);
      await desk.apply(SNAPSHOT_ENTRIES - 1);
      expect(await desk.stores.snapshots.list()).toEqual([]);
      await desk.apply(SNAPSHOT_ENTRIES);
      const root = desk.batches.at(-1)!.applied.root;
      const { manifest, summary } = await expectSnapshot(desk, entries, SNAPSHOT_ENTRIES);
      expect(rootOf(sha256, { size: SNAPSHOT_ENTRIES, peaks: manifest.peaks })).toEqual(root);
      await vi.waitFor(() => expect(desk.made).toHaveLength(1), PATIENCE);
      expect(desk.made).toMatchObject([{ index: SNAPSHOT_ENTRIES, hash: summary.hash }]);
    });

    it("show nothing of what is applied while they are made", async () => {
      const desk = open();
      const before = [...opening, ...crowd(6)];
      const filled = [...before, ...transfers(SNAPSHOT_ENTRIES - before.length)];
      const entries = chainOf([...filled, ...crowd(2, "after"), ...transfers(20, 1_000)]);
      await desk.append(entries);
      await desk.apply(entries.length);
      const { manifest } = await expectSnapshot(desk, entries, SNAPSHOT_ENTRIES);
      expect(manifest.chunks.length).toBeGreaterThan(2);
    });

    it("are the same when the process starts anew in between", async () => {
      const desk = open();
      const before = [...opening, ...crowd(6)];
      const filled = [...before, ...transfers(SNAPSHOT_ENTRIES - before.length)];
      const entries = chainOf([...filled, ...crowd(2, "after"), ...transfers(20, 1_000)]);
      await desk.append(entries);
      for (const stop of [SNAPSHOT_ENTRIES, SNAPSHOT_ENTRIES + 1, SNAPSHOT_ENTRIES + 2, entries.length]) {
        await desk.apply(stop);
        await desk.restart();
      }
      await expectSnapshot(desk, entries, SNAPSHOT_ENTRIES);
    });

    it("that nobody certifies make room for newer ones", async () => {
      const desk = open();
      const count = UNCERTIFIED_KEPT + 2;
      await desk.append(chainOf([...opening, ...transfers(count * SNAPSHOT_ENTRIES)]));
      for (let at = 1; at <= count; at++) {
        await desk.apply(at * SNAPSHOT_ENTRIES);
        await snapshotAt(desk, at * SNAPSHOT_ENTRIES);
        await desk.stores.snapshots.sweep(new Set());
      }
      const kept = (await desk.stores.snapshots.list()).map(({ index }) => index / SNAPSHOT_ENTRIES);
      expect(kept).toEqual([3, 4, 5, 6]);
    });

    it("keep their certificates, and make room for new ones", async () => {
      const desk = open();
      const count = SNAPSHOTS_KEPT + 1;
      const entries = chainOf([...opening, ...transfers(count * SNAPSHOT_ENTRIES)]);
      await desk.append(entries);
      const certificate: SnapshotCertificate = [
        { voter: context.genesis.voters[0]!.id, body: new Uint8Array(52), signature: new Uint8Array(64) },
      ];
      for (let at = 1; at <= count; at++) {
        const index = at * SNAPSHOT_ENTRIES;
        await desk.apply(index);
        await snapshotAt(desk, index);
        await desk.stores.snapshots.certify(LogIndex(index), certificate);
        await desk.stores.snapshots.sweep(new Set());
      }
      const kept = await desk.stores.snapshots.list();
      expect(kept.map(({ index }) => index)).toEqual([2 * SNAPSHOT_ENTRIES, 3 * SNAPSHOT_ENTRIES]);
      expect(await desk.stores.snapshots.manifest(LogIndex(SNAPSHOT_ENTRIES))).toBeUndefined();
      await desk.restart();
      const again = await desk.stores.snapshots.list();
      expect(again).toEqual(kept);
      expect(again.every((snapshot) => snapshot.certificate?.length === 1)).toBe(true);
      expect(await desk.stores.snapshots.chunk({ index: LogIndex(9), chunk: 0 })).toBeUndefined();
    });
  });
}
