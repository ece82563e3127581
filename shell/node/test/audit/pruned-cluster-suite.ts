// Audits, exports and replays where no entry before a certified snapshot is to be had (P35, P36): from what nodes hand out,
// some of which lie, and from folders and archives that begin later.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Epoch, equalBytes, type Hash, hex, LogIndex, NodeId, parseUtf8, Term } from "@juno/base";
import { type AppliedEntry, encodeAck, rootOf, type SignedStatement } from "@juno/proof";
import { MemorySnapshotSource, type SnapshotSource } from "@juno/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArchiveFeed } from "../../src/archive/archive-feed.ts";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { CertifiedSnapshot } from "../../src/audit/certified-snapshot.ts";
import { ClusterSnapshots } from "../../src/audit/cluster-snapshots.ts";
import { FollowAudit } from "../../src/audit/follow-audit.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import { type ReplayRequest, replay } from "../../src/replay/replay.ts";
import { FileSnapshotStore } from "../../src/store/snapshot/file-snapshot-store.ts";
import { SnapshotFolder, snapshotsFolder } from "../../src/store/snapshot/snapshot-folder.ts";
import { copyOf, type rememberingVerifier } from "./altered-databases.ts";
import type { PrunedHistory } from "./pruned-history.ts";
import { certificateOf, flipped, inSnapshot } from "./tampered-snapshot.ts";
import { inLog } from "./tampering.ts";

export type PrunedPlaces = {
  readonly folder: string;
  readonly history: PrunedHistory;
  /** A node's folder that goes back to `floor`, and one that goes back to twice that. */
  readonly pruned: string;
  readonly later: string;
  readonly floor: number;
  readonly verifier: ReturnType<typeof rememberingVerifier>;
};

function ack(from: NodeId, index: number, root: Hash): SignedStatement {
  const point = { index: LogIndex(index), hash: root };
  const applied = { index: LogIndex(index), root };
  const body = encodeAck({ epoch: Epoch(0), from, term: Term(1), stored: point, certified: point, applied });
  return { voter: from, body, signature: new Uint8Array(64) };
}

export function prunedClusterSuite(open: () => PrunedPlaces): void {
  let places: PrunedPlaces;
  let floor: number;
  let feed: NodeFeed;
  let entries: AppliedEntry[];
  let fresh = 0;

  beforeAll(async () => {
    places = open();
    ({ floor } = places);
    feed = new NodeFeed(places.pruned, places.history.network.genesis);
    entries = [];
    for await (const portion of feed.entries({ from: floor + 1, to: feed.last })) entries.push(...portion);
  });

  afterAll(() => feed.close());

  const genesisBytes = () => places.history.network.genesisBytes;
  const place = (name: string) => join(places.folder, `${name}-${++fresh}`);

  /** Nodes that hand out what these folders hold, in the order of their addresses. */
  function nodesAt(...folders: readonly string[]): SnapshotSource {
    return new MemorySnapshotSource((id) => {
      const folder = folders[id - 1];
      const log = { commitProof: async () => undefined };
      return folder === undefined
        ? undefined
        : { snapshots: new FileSnapshotStore(snapshotsFolder(folder)), log };
    });
  }

  function cluster(source: SnapshotSource, count: number): ClusterSnapshots {
    const { genesis } = places.history.network;
    return new ClusterSnapshots({ genesis, urls: Array(count).fill("http://nowhere"), source });
  }

  async function fetched(target: string, at = floor): Promise<CertifiedSnapshot> {
    const snapshots = cluster(nodesAt(places.later, places.pruned), 2);
    const offer = (await snapshots.offers()).find(({ index }) => index === at);
    const snapshot = await snapshots.fetch(offer!, target);
    await snapshots.close();
    if (!snapshot.ok) throw new Error(snapshot.error);
    return snapshot.value;
  }

  const whole = () => places.history.network.folderOf(places.history.node);
  const rootAfter = (index: number): string => {
    const all = new NodeFeed(whole(), places.history.network.genesis);
    const frontier = all.frontierBefore(index + 1);
    all.close();
    return hex(rootOf(sha256, frontier));
  };

  describe("the snapshot of a cluster that has pruned (P35)", () => {
    it("is fetched, and a log is followed from there to the roots that all came to", async () => {
      const snapshot = await fetched(place("fetched"));
      const audit = await FollowAudit.open({ genesisBytes: genesisBytes(), snapshot });
      expect(audit).toMatchObject({ prunedThrough: floor, last: floor, unfit: undefined, anew: undefined });
      expect(audit.vouchers.length).toBeGreaterThan(1);
      expect(hex(audit.rootAt(floor))).toBe(rootAfter(floor));
      for (const entry of entries) expect(audit.take(entry)).toBeUndefined();
      expect(hex(audit.rootAt(audit.last))).toBe(rootAfter(feed.last));
      // What voters have signed of entries below says nothing that could be compared.
      const strange = entries[0]!.entry.hash;
      expect(audit.judge([1, 2].map((voter) => ack(NodeId(voter), floor - 1, strange)))).toBeUndefined();
      expect(audit.judge([1, 2].map((voter) => ack(NodeId(voter), floor + 1, strange)))).toContain(
        "Voters 1, 2",
      );
      audit.close();
    });

    it("is offered from the lowest up, by its certificate alone", async () => {
      const forged = copyOf(places.pruned, `forged-${++fresh}`);
      const unsigned = certificateOf((all) => all.map((one) => ({ ...one, signature: new Uint8Array(64) })));
      inSnapshot(() => floor, "certificate", unsigned)(forged);
      const indexes = async (...folders: readonly string[]) => {
        const snapshots = cluster(nodesAt(...folders), folders.length);
        const offers = await snapshots.offers();
        await snapshots.close();
        return offers.map(({ index, providers }) => [index, providers.length]);
      };
      const [first, ...others] = await indexes(places.pruned, places.pruned);
      expect(first).toEqual([floor, 2]);
      expect(others[0]).toEqual([2 * floor, 2]);
      expect((await indexes(forged))[0]).toEqual([2 * floor, 1]);
      expect(await indexes(join(places.folder, "nothing"))).toEqual([]);
    });

    it("is asked of another node where one lies, and of nobody's else taken", async () => {
      const liar = copyOf(places.pruned, `liar-${++fresh}`);
      inSnapshot(() => floor, "chunk", flipped)(liar);
      const honest = nodesAt(liar, places.pruned);
      const asked: string[] = [];
      const source: SnapshotSource = {
        ...honest,
        list: (peer) => honest.list(peer),
        close: () => honest.close(),
        manifest: (peer, index) => honest.manifest(peer, index),
        chunk: (peer, of) => {
          asked.push(`${peer} ${of.chunk}`);
          return honest.chunk(peer, of);
        },
      };
      const both = cluster(source, 2);
      const [offer] = await both.offers();
      expect(offer!.providers).toEqual([NodeId(1), NodeId(2)]);
      const found = await both.fetch(offer!, place("honest"));
      expect(found.ok).toBe(true);
      expect(asked.filter((one) => one.endsWith(" 0"))).toEqual(["1 0", "2 0"]);
      const alone = cluster(nodesAt(liar), 1);
      const target = place("alone");
      const none = await alone.fetch((await alone.offers())[0]!, target);
      expect(none).toMatchObject({ ok: false, error: expect.stringContaining(`snapshot at ${floor}`) });
      const held = new SnapshotFolder(target);
      expect(existsSync(held.chunkFile({ index: floor, chunk: 0 }))).toBe(false);
      expect(existsSync(held.manifestFile(floor))).toBe(false);
      await both.close();
      await alone.close();
    });

    it("is kept in a work folder, and begun with anew where the nodes have pruned what comes next (P32)", async () => {
      const work = { folder: place("work"), version: "1" };
      const begin = (snapshot?: CertifiedSnapshot) =>
        FollowAudit.open({ genesisBytes: genesisBytes(), work, snapshot });
      const first = await begin(await fetched(snapshotsFolder(work.folder)));
      for (const entry of entries.slice(0, 6)) expect(first.take(entry)).toBeUndefined();
      const kept = floor + 4;
      const { signatures } = first;
      first.close();
      const second = await begin();
      expect(second).toMatchObject({ prunedThrough: floor, resumedFrom: kept, last: kept, anew: undefined });
      expect(second.vouchers.length).toBeGreaterThan(1);
      expect(second.signatures).toBeLessThan(signatures);
      for (const entry of entries.slice(4, 6)) expect(second.take(entry)).toBeUndefined();
      expect(second.signatures).toBe(signatures);
      second.close();
      const third = await begin(await fetched(snapshotsFolder(work.folder), 2 * floor));
      expect(third).toMatchObject({ prunedThrough: 2 * floor, resumedFrom: 0, last: 2 * floor });
      expect(third.anew).toContain("begins at another entry");
      for (const entry of entries.slice(floor)) expect(third.take(entry)).toBeUndefined();
      expect(hex(third.rootAt(third.last))).toBe(rootAfter(feed.last));
      third.close();
      expect(readdirSync(snapshotsFolder(work.folder))).toHaveLength(1);
    });
  });

  /** What a cluster hands out: of what came before its first entry only the snapshot tells. */
  function handedOut(snapshot: CertifiedSnapshot): ArchiveFeed {
    const { manifest, folder } = snapshot;
    const isThere = (index: number) => index === manifest.index;
    return {
      first: floor + 1,
      last: feed.last,
      elsewhere: "what came before is archived at https://archive.example",
      hashBefore: async (index) => (isThere(index - 1) ? manifest.hash : undefined),
      frontierBefore: async (index) =>
        isThere(index - 1) ? { size: manifest.index, peaks: manifest.peaks } : undefined,
      snapshotAt: async (index): Promise<SnapshotFolder | undefined> => (isThere(index) ? folder : undefined),
      entries: (span) => feed.entries(span),
      certificates: (span, about) => feed.certificates(span, about),
      links: () => feed.links(),
      evidence: () => feed.evidence(),
    };
  }

  const audited = (archive: string) =>
    verifyFolder({ folder: archive, genesisBytes: genesisBytes(), options: { verifier: places.verifier } });

  describe("an archive of a cluster that has pruned", () => {
    it("begins above the snapshot, which goes along before any entry", async () => {
      const { genesis } = places.history.network;
      const source = handedOut(await fetched(place("for-archive")));
      const target = place("archive");
      const stopped = AbortSignal.abort();
      const begun = await exportArchive({ feed: source, genesis, target, signal: stopped });
      expect(begun).toMatchObject({ isExecutable: true, manifest: { first: floor + 1 } });
      // Going on, no snapshot is asked for: it is there.
      const { snapshotAt, ...others } = source;
      expect(await exportArchive({ feed: others, genesis, target })).toMatchObject({ isExecutable: true });
      const report = await audited(target);
      expect(report).toMatchObject({ findings: [], first: floor + 1, last: feed.last, applied: feed.last });
      expect(report.vouchers.length).toBeGreaterThan(1);
    });

    it("that begins later still has the outcome tree from there, and says that it cannot be executed", async () => {
      const { genesis } = places.history.network;
      const source = handedOut(await fetched(place("for-later")));
      const target = place("later-archive");
      const report = await exportArchive({ feed: source, genesis, target, from: floor + 4 });
      expect(report).toMatchObject({ isExecutable: false, manifest: { first: floor + 4 } });
      expect(report.manifest.end.outcomeRoot).toBe(rootAfter(feed.last));
      expect(await audited(target)).toMatchObject({ findings: [], applied: 0 });
      const below = exportArchive({ feed: source, genesis, target: place("below"), from: floor - 1 });
      await expect(below).rejects.toThrow("archived at https://archive.example");
    });
  });

  const replayed = (to: number, from: ReplayRequest["from"], rest: Partial<ReplayRequest> = {}) =>
    replay({ from, to, genesisBytes: genesisBytes(), verifier: places.verifier, ...rest });

  /** What a good replay shows, and its state closed. */
  async function shown(to: number, from: ReplayRequest["from"]) {
    const outcome = await replayed(to, from);
    if (outcome.kind !== "replayed") throw new Error(JSON.stringify(outcome));
    const { state, facts, point, reached } = outcome;
    const rows = state
      .tables()
      .flatMap((table) =>
        [...state.rows(table)].map(({ key, row }) => `${table.table} ${key} ${parseUtf8(row)}`),
      );
    const tables = state.tables();
    state.close();
    const same = { rows, tables, state: hex(outcome.stateRoot), outcome: hex(outcome.outcomeRoot) };
    return { same, facts, point, reached };
  }

  describe("a replay from a snapshot (P36)", () => {
    it("comes to what a replay from the genesis comes to, from a folder, an archive, and a cluster", async () => {
      const archive = place("to-replay");
      await exportArchive({ feed, genesis: places.history.network.genesis, target: archive });
      const source = handedOut(await fetched(place("for-replay")));
      for (const to of [floor, floor + 1, 2 * floor, feed.last]) {
        const own = await shown(to, whole());
        expect(own.facts).toMatchObject({ prunedThrough: 0, vouchers: [], last: to, entries: to });
        for (const from of [places.pruned, archive, source]) {
          const { same, facts, point, reached } = await shown(to, from);
          expect(same).toEqual(own.same);
          expect(facts).toMatchObject({ prunedThrough: floor, last: to, entries: to - floor, proved: to });
          expect(facts.vouchers.length).toBeGreaterThan(1);
          expect(facts.compared).toBe(to - floor);
          expect(equalBytes(point.hash, own.point.hash)).toBe(true);
          expect(reached?.receipt).toEqual(to === floor ? undefined : own.reached?.receipt);
        }
      }
    });

    it("is refused below it, and of what happened at it, and says where the rest is", async () => {
      const refused = { kind: "refused", code: "entry_pruned" };
      const prune = { keepEntries: 8, archive: "kept-elsewhere" };
      const configured = copyOf(places.pruned, `configured-${++fresh}`);
      const config = {
        ...{ genesis: "genesis.json", keys: "node.json", peers: {}, prune },
        ...{ listen: { host: "a", port: 1 }, api: { host: "a", port: 2 } },
      };
      writeFileSync(join(configured, "config.json"), JSON.stringify(config));
      const told = await replayed(floor - 1, configured);
      expect(told).toMatchObject(refused);
      const { detail } = told as { detail: string };
      expect(detail).toContain(`the entries up to ${floor} are not there`);
      expect(detail).toContain(join(configured, "kept-elsewhere"));
      const source = handedOut(await fetched(place("for-refusal")));
      expect(await replayed(1, source)).toMatchObject({
        ...refused,
        detail: expect.stringContaining("archived at https://archive.example"),
      });
      expect(await replayed(floor, places.pruned, { isTraced: true })).toMatchObject({
        ...refused,
        detail: expect.stringContaining("only the state after it"),
      });
      const without = place("without");
      await exportArchive({ feed, genesis: places.history.network.genesis, target: without });
      rmSync(snapshotsFolder(without), { recursive: true });
      expect(await replayed(feed.last, without)).toMatchObject({
        ...refused,
        detail: expect.stringContaining("no snapshot"),
      });
    });

    it("is refused, and nothing is found wrong, if the node prunes meanwhile what is being read", async () => {
      const running = copyOf(places.pruned, `running-${++fresh}`);
      let hasPruned = false;
      const onProgress = (): void => {
        if (!hasPruned) inLog(`DELETE FROM entries; UPDATE floor SET idx = ${2 * floor}`)(running);
        hasPruned = true;
      };
      const outcome = await replayed(feed.last, running, { onProgress });
      expect(outcome).toMatchObject({
        ...{ kind: "refused", code: "entry_pruned", detail: expect.stringContaining("while it was read") },
      });
    });

    it("shows nothing if the snapshot is not what was certified", async () => {
      const altered = copyOf(places.pruned, `altered-snapshot-${++fresh}`);
      inSnapshot(() => floor, "chunk", flipped)(altered);
      expect(await replayed(feed.last, altered)).toMatchObject({
        kind: "bad",
        findings: [{ place: `snapshots (${floor})`, index: LogIndex(floor) }],
      });
      const lost = place("lost");
      mkdirSync(lost);
      const source = handedOut(await fetched(lost));
      rmSync(lost, { recursive: true });
      expect(await replayed(feed.last, source)).toMatchObject({ kind: "bad" });
    });
  });
}
