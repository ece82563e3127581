// Audits through epochs (P38 to P40): a log whose voters changed twice is good wherever it is read, and whoever is gone, or
// has lost a key, adds nothing to it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Epoch, LogIndex, NodeId, Term } from "@juno/base";
import { floorAt } from "@juno/consensus";
import { Epochs, firstEpoch, genesisCertificate } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArchiveFeed } from "../../src/archive/archive-feed.ts";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { FollowAudit } from "../../src/audit/follow-audit.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import type { AuditOptions } from "../../src/audit/verify-databases.ts";
import { replay } from "../../src/replay/replay.ts";
import { openStores } from "../../src/store/open-stores.ts";
import { copyOf } from "./altered-databases.ts";
import { type EpochHistory, INTERVAL, makeEpochHistory } from "./epoch-history.ts";
import { tamperedEpochsSuite } from "./tampered-epochs-suite.ts";
import { entriesOf, remembering } from "./tampering.ts";

let folder: string;
let history: EpochHistory;
let places = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-epochs-"));
  history = await makeEpochHistory(join(folder, "network"));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const fresh = (name: string): string => join(folder, `${name}-${++places}`);
const audited = (place: string, options: AuditOptions = {}) =>
  verifyFolder({
    folder: place,
    genesisBytes: history.network.genesisBytes,
    options: { workers: 1, ...options },
  });

async function archived(
  range: { from?: number; to?: number } = {},
  target = fresh("archive"),
): Promise<string> {
  const { genesis } = history.network;
  const feed = new NodeFeed(history.folder, genesis);
  await exportArchive({ feed, genesis, target, segmentEntries: 5, ...range });
  feed.close();
  return target;
}

const votersIn = (report: Awaited<ReturnType<typeof audited>>) =>
  report.epochs.map(({ electorate }) => electorate.voters.map(({ id }) => Number(id)));
const VOTERS = [
  [1, 2, 3, 4],
  [1, 2, 3, 4, 5],
  [2, 3, 4, 5],
];

describe("a log of three epochs (P39)", () => {
  it("is good in a node's folder, and says who voted when", async () => {
    const report = await audited(history.folder);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      last: history.last,
      attested: history.last,
      proved: history.last,
    });
    expect(votersIn(report)).toEqual(VOTERS);
    expect(report.epochs.map(({ electorate }) => electorate.start.index)).toEqual([0, ...history.ends]);
  });

  it("is good in the folder of a node without a vote, which has certified nothing of the last one (V11)", async () => {
    const copy = copyOf(history.folder, `follower-${++places}`);
    const { genesis } = history.network;
    const stores = openStores({ folder: copy, genesis, nodeId: history.node });
    await stores.log.load();
    const { electorate } = history.chain.epochs.last;
    const { start: base } = electorate;
    await stores.log.write([
      { kind: "term", currentTerm: Term(0), votedBase: undefined },
      { kind: "certified", certificate: genesisCertificate(electorate), base },
    ]);
    await stores.close();
    expect(await audited(copy)).toMatchObject({ ok: true, findings: [], last: history.last });
    // P44: nor has one that waits to be admitted.
    remembering(() => ({ node: NodeId(9) }))(copy);
    expect(await audited(copy)).toMatchObject({ ok: true, findings: [], last: history.last });
  });

  it("is good in an archive, whole, in part, or gone on with", async () => {
    const whole = await audited(await archived());
    expect(whole).toMatchObject({ ok: true, findings: [], last: history.last, proved: history.last });
    expect(votersIn(whole)).toEqual(VOTERS);
    const [first, second] = history.ends as [number, number];
    for (const to of [first - 1, first, first + 1, second]) {
      const target = await archived({ to });
      expect(await audited(target)).toMatchObject({ ok: true, findings: [], last: to });
      await archived({}, target);
      expect(await audited(target)).toMatchObject({ ok: true, findings: [], last: history.last });
    }
  });

  it("is good in an archive that begins later, in whichever epoch", async () => {
    const [first, second] = history.ends as [number, number];
    for (const from of [first, first + 1, first + 3, second + 1, second + 2]) {
      const report = await audited(await archived({ from }));
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ ok: true, first: from, last: history.last, attested: history.last });
    }
  });

  it("is not good in an archive that lacks links, or the right ones", async () => {
    const { genesis } = history.network;
    const own = new NodeFeed(history.folder, genesis);
    const links = own.links();
    for (const [held, problem] of [
      [[], "its link is missing"],
      [[links[1]!], "It is missing; the link to epoch 2 stands in its place"],
      [[links[0]!, { ...links[1]!, previous: genesis.network }], "the link from epoch 1 to 2"],
    ] as const) {
      const feed: ArchiveFeed = {
        ...{ first: own.first, last: own.last, links: () => held, evidence: () => [] },
        frontierBefore: (index) => own.frontierBefore(index),
        entries: (span) => own.entries(span),
        certificates: (span, about) => own.certificates(span, about),
      };
      const target = fresh("unlinked");
      await exportArchive({ feed, genesis, target });
      const { ok, findings } = await audited(target);
      expect(ok).toBe(false);
      expect(findings[0]!.problem).toContain(problem);
    }
    own.close();
  });

  it("is gone on with in a work folder, in whichever epoch it was left (P11)", async () => {
    for (const place of [history.folder, await archived()]) {
      const work = fresh("work");
      const options = { work, stepEntries: INTERVAL, version: "1" };
      expect(await audited(place, options)).toMatchObject({ ok: true, resumedFrom: 0 });
      const again = await audited(place, options);
      expect(again).toMatchObject({ ok: true, findings: [], last: history.last });
      expect(again.resumedFrom).toBeGreaterThan(history.ends[1]!);
    }
  });

  it("is good as it comes from a cluster, once its links are known (P40)", async () => {
    const { genesis, genesisBytes } = history.network;
    const epochs = new Epochs(firstEpoch(genesis));
    const audit = await FollowAudit.open({ genesisBytes, epochs });
    const [first] = history.ends as [number, number];
    for (const entry of history.chain.entries.slice(0, first)) expect(audit.take(entry)).toBeUndefined();
    const next = history.chain.entries[first]!;
    const without = await FollowAudit.open({ genesisBytes });
    for (const entry of history.chain.entries.slice(0, first)) without.take(entry);
    expect(without.take(next)).toContain("its link is missing");
    without.close();
    const forked = new Epochs(firstEpoch(genesis));
    const misled = await FollowAudit.open({ genesisBytes, epochs: forked });
    for (const entry of history.chain.entries.slice(0, first)) misled.take(entry);
    const facts = history.chain.epochs.of(Epoch(1))!;
    const start = { ...facts.electorate.start, hash: genesis.network };
    forked.add({ ...facts, electorate: { ...facts.electorate, start } });
    expect(misled.take(next)).toContain("begins above another entry");
    misled.close();
    for (const number of [1, 2]) epochs.add(history.chain.epochs.of(Epoch(number))!);
    for (const entry of history.chain.entries.slice(first)) expect(audit.take(entry)).toBeUndefined();
    expect(audit.judge(history.chain.commitProof().acks)).toBeUndefined();
    expect(audit.confirmed).toBe(history.last);
    audit.close();
  });

  it("is replayed to any entry, and tells whom the election of an epoch let lead (P21)", async () => {
    const { genesisBytes } = history.network;
    const to = history.ends[1]! + 1;
    for (const from of [history.folder, await archived()]) {
      const outcome = await replay({ from, genesisBytes, to });
      if (outcome.kind !== "replayed") throw new Error(JSON.stringify(outcome));
      expect(outcome.election).toMatchObject({ term: 1, leader: 3, quorum: 3, electorate: 4, emptyTerms: 0 });
      expect(outcome.election?.before).toMatchObject({ term: 1, leader: 2 });
      outcome.state.close();
    }
  });
});

describe("a log that begins at a snapshot in a later epoch (P30, P38)", () => {
  it.each(["epoch 1", "epoch 2", "the end of an epoch, or close above"])("is good: %s", async (where) => {
    const [first, second] = history.ends as [number, number];
    const least = where === "epoch 1" ? first + 2 : where === "epoch 2" ? second + 2 : second;
    const at = Math.ceil(least / INTERVAL) * INTERVAL;
    const held = openStores({
      folder: history.folder,
      genesis: history.network.genesis,
      nodeId: history.node,
    });
    const kept = (await held.snapshots.list()).map(({ index }) => Number(index));
    await held.close();
    const place = await prunedTo(kept.includes(at) ? at : kept[0]!);
    const report = await audited(place);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, last: history.last });
    expect(report.vouchers.length).toBe(2);
    expect(votersIn(report)).toEqual(VOTERS);
  });

  it("is exported with its links, and good elsewhere", async () => {
    const place = await prunedTo(Math.floor(history.last / INTERVAL) * INTERVAL);
    const { genesis } = history.network;
    const feed = new NodeFeed(place, genesis);
    const target = fresh("archive");
    await exportArchive({ feed, genesis, target });
    feed.close();
    const report = await audited(target);
    expect(report).toMatchObject({ ok: true, findings: [], last: history.last });
    expect(report.vouchers.length).toBe(2);
  });
});

async function prunedTo(at: number): Promise<string> {
  const copy = copyOf(history.folder, `pruned-${++places}`);
  const floor = floorAt(entriesOf(copy).find(({ index }) => index === at)!);
  const stores = openStores({ folder: copy, genesis: history.network.genesis, nodeId: history.node });
  await stores.log.load();
  await stores.executor.open();
  while (await stores.log.prune(floor, 1_000));
  while (await stores.executor.prune(LogIndex(at), 1_000));
  await stores.close();
  return copy;
}

tamperedEpochsSuite({
  history: () => history,
  audited,
  copy: (name) => copyOf(history.folder, `${name}-${++places}`),
});
