// A log that is verified as it comes: what is sound is taken, and the first thing that is not is told.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Epoch, type Hash, hex, LogIndex, type NodeId, Term, utf8 } from "@juno/base";
import { type AppliedEntry, encodeAck, type SignedStatement } from "@juno/proof";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import { FollowAudit } from "../../src/audit/follow-audit.ts";
import { makeHistory, type SampleHistory } from "./sample-history.ts";
import { VOTERS } from "./sample-network.ts";
import { changed, entriesOf, otherSigner } from "./tampering.ts";

const PATIENCE_MS = 300_000;
let folder: string;
let history: SampleHistory;
let entries: AppliedEntry[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-follow-"));
  history = await makeHistory(folder);
  const { network, witness } = history;
  const feed = new NodeFeed(network.folderOf(witness), network.genesis);
  entries = [];
  for await (const portion of feed.entries({ from: 1, to: feed.last })) entries.push(...portion);
  feed.close();
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true }));

function ack(from: NodeId, index: number, root: Hash): SignedStatement {
  const point = { index: LogIndex(index), hash: root };
  const applied = { index: LogIndex(index), root };
  const body = encodeAck({ epoch: Epoch(0), from, term: Term(1), stored: point, certified: point, applied });
  return { voter: from, body, signature: new Uint8Array(64) };
}

/** An audit that has taken everything up to an index. */
async function following(through: number): Promise<FollowAudit> {
  const audit = await FollowAudit.open({ genesisBytes: history.network.genesisBytes });
  for (const entry of entries.slice(0, through)) expect(audit.take(entry)).toBe(undefined);
  return audit;
}

it("takes a sound log, and yields the roots that voters have signed", async () => {
  const audit = await following(entries.length);
  expect(audit.last).toBe(entries.length);
  expect(audit.signatures).toBeGreaterThan(entries.length);
  const [one, two, three] = VOTERS as [NodeId, NodeId, NodeId];
  expect(audit.judge([ack(one, 9, audit.rootAt(9)), ack(two, 12, audit.rootAt(12))])).toBe(undefined);
  expect(audit.confirmed).toBe(0);
  expect(audit.judge([ack(one, 9, audit.rootAt(9)), ack(two, 9, audit.rootAt(9))])).toBe(undefined);
  expect(audit.confirmed).toBe(9);
  expect(audit.judge([ack(three, 7, audit.rootAt(8))])).toContain("Voter 3 has signed");
  const lies = [one, two].map((voter) => ack(voter, 7, audit.rootAt(8)));
  expect(audit.judge(lies)).toContain("At entry 7: Voters 1, 2");
  audit.close();
});

it("tells the first entry that is wrong", async () => {
  const at = entries.findIndex(({ entry, receipt }) => {
    return entry.kind === "command" && Buffer.from(receipt).includes('"status":"ok"');
  });
  const good = entries[at]!;
  const text = Buffer.from(good.receipt).toString("utf8").replace('"status":"ok"', '"status":"failed"');
  const cases: readonly (readonly [AppliedEntry, string])[] = [
    [entries[at + 1]!, "was due"],
    [{ ...good, receipt: utf8(text) }, "receipt differs"],
    [{ ...good, entry: { ...good.entry, time: good.entry.time + 1 } }, "was altered"],
  ];
  for (const [wrong, sentence] of cases) {
    const audit = await following(at);
    expect(audit.take(wrong)).toContain(sentence);
    audit.close();
  }
  expect(hex(good.entry.hash)).toHaveLength(64);
  const place = history.network.folderOf(history.witness);
  const bare = changed(entriesOf(place), at + 1, otherSigner)[at]!;
  const audit = await following(at);
  expect(audit.take({ ...good, entry: { ...good.entry, ...bare } })).toBeDefined();
  audit.close();
});

it("goes on where it was stopped, at a checkpoint, with the next entry of the same log (P11)", async () => {
  const work = { folder: join(folder, "follow-work"), version: "1" };
  const begin = (version = work.version) =>
    FollowAudit.open({ genesisBytes: history.network.genesisBytes, work: { ...work, version } });
  const first = await begin();
  for (const entry of entries.slice(0, 21)) expect(first.take(entry)).toBe(undefined);
  await expect(begin()).rejects.toThrow("another audit works");
  first.close();
  const second = await begin();
  expect(second).toMatchObject({ resumedFrom: 16, last: 16, anew: undefined });
  expect(second.take(entries[20]!)).toContain("entry 17 was due");
  const strange = { ...entries[16]!, entry: entries[16]!.entry, previousHash: entries[3]!.entry.hash };
  expect(
    second.take({ ...strange, entry: { ...strange.entry, hash: entries[3]!.entry.hash } }),
  ).toBeDefined();
  second.close();
  const third = await begin();
  for (const entry of entries.slice(third.last)) expect(third.take(entry)).toBe(undefined);
  const whole = await following(entries.length);
  expect(third.signatures).toBe(whole.signatures);
  for (const index of [3, 16, 20, entries.length]) expect(third.rootAt(index)).toEqual(whole.rootAt(index));
  third.close();
  whole.close();
  const other = await begin("2");
  expect(other).toMatchObject({ resumedFrom: 0, last: 0, anew: expect.stringContaining("another version") });
  other.close();
});
