// Redaction on real stores (C22, E49, P12): payloads that operators order out are gone from every byte of every node's
// files, nodes go on, and audits of folders and archives accept what is left, say what was redacted, and find a node that
// takes payloads away, or makes up what they did, by itself.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex, type NodeId } from "@juno/base";
import { commandId, encodeRedactedBody, isRedacted, redactedParts, type SignedCommand } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import type { AuditOptions } from "../../src/audit/verify-databases.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import { copyOf, rememberingVerifier } from "./altered-databases.ts";
import { forgedRedactionSuite } from "./forged-redaction-suite.ts";
import { redactArchiveSuite } from "./redact-archive-suite.ts";
import { adjust, create, transfer } from "./sample-commands.ts";
import { Orders } from "./sample-history.ts";
import { SampleNetwork, VOTERS } from "./sample-network.ts";
import { entriesOf, inLog, inState, type Tamper } from "./tampering.ts";

const verifier = rememberingVerifier();
const PATIENCE = { timeout: 30_000, interval: 5 };
/** A snapshot every eight entries. */
const LIMITS = { checkpointEntries: 4, snapshotCheckpoints: 2 };
const REASON = "named a patient";

let folder: string;
let network: SampleNetwork;
let archiveBefore: string;
let gone: SignedCommand[];
let kept: SignedCommand;
let places: { index: number; id: string }[];
let orderedBy: number;
let orders: Orders;

const first = VOTERS[0]!;
const idOf = ({ payload }: SignedCommand): string => hex(commandId(sha256, payload));
/** What stands in a payload and nowhere else. */
const markOf = ({ payload }: SignedCommand): string =>
  /"nonce":"[0-9a-f]+"/.exec(Buffer.from(payload).toString())![0];

/** The same as lines of an archive have it. */
const linesMark = (command: SignedCommand): string => markOf(command).replaceAll('"', '\\"');

/** Nothing of a file that has gone meanwhile, as old snapshots do. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (existsSync(file)) throw error;
    return Buffer.alloc(0);
  }
}

const filesOf = (id: NodeId): Buffer[] =>
  readdirSync(network.folderOf(id), { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => contentOf(join(item.parentPath, item.name)));
const holds = (id: NodeId, command: SignedCommand): boolean =>
  filesOf(id).some((bytes) => bytes.includes(markOf(command)));

const redact = (commands: readonly object[]) => ({ redact: { commands, reason: REASON } });

const pending = () => VOTERS.map((id) => network.replicaOf(id).redactor.counts.pending);

/** Fills the log until each node has a certified snapshot above what is pending. */
async function covered(): Promise<void> {
  for (let round = 0; pending().some((count) => count > 0); round++) {
    await network.submit([orders.by(["alice"], create(`filler ${round}`, network.clients[0]!))]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-redaction-"));
  network = await SampleNetwork.create(folder, LIMITS);
  orders = new Orders(network);
  const [alice] = network.clients;
  for (const id of VOTERS) await network.start(id);
  await network.leader();
  const created = ["wjm", "stu", "bank"].map((name) => orders.by(["alice"], create(name, alice!)));
  await network.submit(created);
  gone = [
    orders.by(["alice", "treasury", "risk"], adjust("wjm", "100.00 USD")),
    orders.by(["alice"], transfer("stu->bank", "900.00 USD")),
    orders.by(["alice"], transfer("wjm->stu", "7.00 USD")),
  ];
  kept = created[0]!;
  for (const command of gone) await network.submit([command]);
  // How far a node has committed it writes down a moment later.
  await vi.waitFor(async () => {
    archiveBefore = await exported(first, "before");
    const [name] = readdirSync(archiveBefore).filter((one) => one.startsWith("entries-"));
    const lines = readFileSync(join(archiveBefore, name!), "utf8");
    if (!lines.includes(linesMark(gone.at(-1)!))) throw new Error("it is not in the archive yet");
  }, PATIENCE);
  const entries = entriesOf(network.folderOf(first));
  places = gone.map((command) => {
    const at = entries.find(
      ({ kind, body }) => kind === "command" && Buffer.from(body).includes(markOf(command)),
    );
    return { index: at!.index, id: idOf(command) };
  });
  expect(VOTERS.every((id) => gone.every((command) => holds(id, command)))).toBe(true);
  const wrong = { index: places[0]!.index - 1, id: places[0]!.id };
  await network.submit([orders.by(["bob", "treasury", "risk"], redact([...places, wrong]))]);
  orderedBy = await network.settled();
  await covered();
  // So many that a checkpoint lies between the order and the end.
  for (let i = 0; i < LIMITS.checkpointEntries; i++) {
    await network.submit([orders.by(["alice"], transfer("wjm->bank", `1.0${i} USD`))]);
  }
  await network.settled();
  await vi.waitFor(() => {
    if (VOTERS.some((id) => gone.some((command) => holds(id, command))))
      throw new Error("a payload is still here");
  }, PATIENCE);
});

afterAll(async () => {
  await network.stop(network.running);
  rmSync(folder, { recursive: true });
});

async function exported(
  id: NodeId,
  name: string,
  part: { readonly from?: number; readonly to?: number } = {},
): Promise<string> {
  const target = join(folder, `archive-${name}`);
  const feed = new NodeFeed(network.folderOf(id), network.genesis);
  try {
    await exportArchive({ feed, genesis: network.genesis, target, segmentEntries: 16, ...part });
  } finally {
    feed.close();
  }
  return target;
}

const audited = (place: string, options: AuditOptions = {}): Promise<AuditReport> =>
  verifyFolder({ folder: place, genesisBytes: network.genesisBytes, options: { verifier, ...options } });

const told = (report: AuditReport) =>
  report.redactions.map(({ index, id, payload }) => ({ index, id, payload }));
const expected = () => [
  { index: places[0]!.index - 1, id: places[0]!.id, payload: "void" },
  ...places.map((place) => ({ ...place, payload: "redacted" })),
];

describe("what is ordered out (C22)", () => {
  it("is gone from every file of every node, and nothing else is", () => {
    for (const id of VOTERS) {
      expect(holds(id, kept)).toBe(true);
      const entries = entriesOf(network.folderOf(id));
      const bare = entries.filter(isRedacted).map(({ index }) => Number(index));
      expect(bare).toEqual(places.map(({ index }) => index));
      expect(network.replicaOf(id).redactor.counts).toEqual({ ordered: 4, pending: 0 });
    }
  });

  it("is told by an audit of each node's folder, with who, when and why", async () => {
    for (const id of VOTERS) {
      const report = await audited(network.folderOf(id));
      expect(report.findings).toEqual([]);
      expect(told(report)).toEqual(expected());
      expect(report.redacted).toBe(4);
      const operators = network.operators.map(({ key }) => hex(key));
      expect(report.redactions[1]).toMatchObject({ by: orderedBy, reason: REASON });
      expect(report.redactions[1]!.signers.every((key) => operators.includes(key))).toBe(true);
      expect(report.commands).toBe(
        entriesOf(network.folderOf(id)).filter(({ kind }) => kind === "command").length,
      );
    }
  });

  it("leaves an archive without payloads, which is accepted; one of before keeps them", async () => {
    const place = await exported(first, "after");
    const report = await audited(place);
    expect(report.findings).toEqual([]);
    expect(told(report)).toEqual(expected());
    const text = readdirSync(place)
      .map((name) => readFileSync(join(place, name), "utf8"))
      .join();
    expect(gone.some((command) => text.includes(linesMark(command)))).toBe(false);
    expect(await audited(archiveBefore)).toMatchObject({ ok: true, redacted: 0, redactions: [] });
  });
});

redactArchiveSuite(() => ({
  folder,
  network,
  verifier,
  expected,
  /** An archive of before the redaction, gone on with up to an entry. */
  before: async (name, to) => {
    const place = join(folder, `archive-${name}`);
    cpSync(archiveBefore, place, { recursive: true });
    await exported(first, name, to === undefined ? {} : { to });
    return place;
  },
  after: (name) => exported(first, name),
  marks: gone.map(linesMark),
  orderedBy,
}));

describe("an audit that goes on (P11)", () => {
  it("knows what was missing in the part that it does not read again", async () => {
    for (const place of [network.folderOf(first), await exported(first, "kept")]) {
      const work = join(folder, `work-${++copies}`);
      const options = { work, version: "1", stepEntries: 4 };
      const once = await audited(place, options);
      const again = await audited(place, options);
      expect(again.resumedFrom).toBeGreaterThan(orderedBy);
      for (const report of [once, again]) {
        expect(report.findings).toEqual([]);
        expect(told(report)).toEqual(expected());
      }
    }
  });
});

describe("an archive of a part", () => {
  it("is good with the order in it, and not without", async () => {
    const [one] = places;
    const whole = await audited(await exported(first, "late", { from: one!.index }));
    expect(whole.findings).toEqual([]);
    expect(told(whole).slice(1)).toEqual(expected().slice(1));
    const cut = await audited(await exported(first, "cut", { to: orderedBy - 1 }));
    expect(cut.findings.map(({ index }) => index)).toEqual(places.map(({ index }) => index));
    const lateCut = await audited(await exported(first, "late-cut", { from: one!.index, to: orderedBy - 1 }));
    expect(lateCut.findings.map(({ index }) => index)).toEqual(places.map(({ index }) => index));
    // What it begins with may be handed along: then the orders are known, though not the entries.
    const after = await audited(await exported(first, "after-all", { from: orderedBy + 1 }));
    expect(after.findings).toEqual([]);
    expect(after.redactions.every(({ payload }) => payload === "absent")).toBe(true);
  });
});

let copies = 0;

async function tampered(...changes: readonly Tamper[]): Promise<AuditReport> {
  const copy = copyOf(network.folderOf(first), `copy-${++copies}`);
  for (const change of changes) change(copy);
  return audited(copy);
}

const hexOf = (bytes: Uint8Array): string => `x'${hex(bytes)}'`;

describe("an audit (P12)", () => {
  it("finds a payload that was taken away without an order", async () => {
    const isBelow = ({ index, kind }: { index: number; kind: string }) =>
      kind === "command" && index < places[0]!.index;
    const { index, body: whole } = entriesOf(network.folderOf(first)).findLast(isBelow)!;
    const parts = redactedParts(sha256, whole);
    if (!parts.ok) throw new Error("it is whole");
    const body = hexOf(encodeRedactedBody(parts.value));
    const report = await tampered(inLog(`UPDATE entries SET body = ${body} WHERE idx = ${index}`));
    expect(report.findings).toMatchObject([{ index, place: "log.db entries" }]);
    expect(report.findings[0]!.problem).toContain("Its payload is missing, and no entry up to");
  });

  it("finds a receipt that somebody made up for what cannot be executed", async () => {
    const { index } = places[2]!;
    const alike = (what: string, by: string) =>
      inState(
        `UPDATE outcomes SET receipt = CAST(replace(receipt, '${what}', '${by}') AS BLOB) WHERE idx = ${index}`,
      );
    const rows = await tampered(alike('"93.00 USD"', '"94.00 USD"'));
    expect(rows.ok).toBe(false);
    const other = await tampered(alike('"index":', '"index": '), alike('"gas":', '"gas":1'));
    expect(other.ok).toBe(false);
    expect((await tampered(inState(`DELETE FROM outcomes WHERE idx = ${index}`))).findings[0]).toMatchObject({
      index,
    });
  });

  it("finds what stands behind a redacted body", async () => {
    const { index } = places[1]!;
    const report = await tampered(
      inLog(`UPDATE entries SET body = CAST(body || x'01' AS BLOB) WHERE idx = ${index}`),
    );
    expect(report.findings[0]).toMatchObject({ index });
  });

  it("finds a redacted line of an archive whose receipt was changed, or that nobody ordered", async () => {
    const place = await exported(first, "forged");
    const names = readdirSync(place).filter((name) => name.startsWith("entries-"));
    const change = async (from: string, to: string) => {
      const copy = `${place}-${++copies}`;
      cpSync(place, copy, { recursive: true });
      for (const name of names) {
        const file = join(copy, name);
        writeFileSync(file, readFileSync(file, "utf8").replaceAll(from, to));
      }
      return (await audited(copy)).ok;
    };
    expect(await change("nothing of the kind", "x")).toBe(true);
    expect(await change(places[0]!.id, places[1]!.id)).toBe(false);
    expect(await change("100.00 USD", "900.00 USD")).toBe(false);
  });
});

forgedRedactionSuite(() => ({ folder, network, node: first, places, tampered, audited }));

describe("a node that is started again", () => {
  it("knows what is ordered, and goes on", async () => {
    await network.stop([first]);
    await network.start(first);
    await network.leader();
    await network.submit([orders.by(["bob"], create("later", network.clients[1]!))]);
    const counts = () => network.replicaOf(first).redactor.counts;
    await vi.waitFor(() => expect(counts()).toEqual({ ordered: 4, pending: 0 }), PATIENCE);
  });
});
