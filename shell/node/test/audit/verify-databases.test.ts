// The whole audit, on the files of a real network: what its nodes left is accepted, whether they were
// stopped in order, fell behind or still run; what somebody changed with care is found and named.

import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex, NodeId, Term, utf8 } from "@juno/base";
import { decodeEvidence, type Evidence, encodeEvidence } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditProgress, AuditReport } from "../../src/audit/audit-report.ts";
import { type AuditOptions, verifyDatabases } from "../../src/audit/verify-databases.ts";
import { stateFile } from "../../src/store/folder.ts";
import { LOG_FORMAT } from "../../src/store/log/schema.ts";
import { copyOf, rememberingVerifier } from "./altered-databases.ts";
import { makeHistory, payments, type SampleHistory } from "./sample-history.ts";
import { SampleNetwork, VOTERS } from "./sample-network.ts";
import { tamperedLogSuite } from "./tampered-log-suite.ts";
import { tamperedStateSuite } from "./tampered-state-suite.ts";
import { tamperedVoterSuite } from "./tampered-voter-suite.ts";
import {
  accusing,
  appliedIn,
  entriesOf,
  evidenceIn,
  forgettingTheLastCommit,
  inLog,
  memoryOf,
  remembering,
  type Tamper,
} from "./tampering.ts";

const verifier = rememberingVerifier();
let folder: string;
let history: SampleHistory;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-audit-"));
  history = await makeHistory(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const audited = (place: string, options: AuditOptions = {}): Promise<AuditReport> =>
  verifyDatabases({
    folder: place,
    genesisBytes: history.network.genesisBytes,
    options: { verifier, ...options },
  });

let copies = 0;

/** The report on a copy of the witness's folder after somebody has been at it. */
async function tampered(...changes: readonly Tamper[]): Promise<AuditReport> {
  const copy = copyOf(history.network.folderOf(history.witness), `tampered-${++copies}`);
  for (const change of changes) change(copy);
  return audited(copy);
}

describe("sound databases", () => {
  it("of every node are accepted, and what was verified is counted", async () => {
    for (const id of VOTERS) {
      const place = history.network.folderOf(id);
      const report = await audited(place, { nodeId: id });
      expect(report.findings).toEqual([]);
      const entries = entriesOf(place);
      const committed = memoryOf(place).committed.index;
      expect(report).toMatchObject({ ok: true, nodeId: id, committed, applied: committed, remarks: [] });
      expect(report.network).toEqual(history.network.genesis.network);
      expect(report.entries).toBe(entries.length);
      expect(report.commands).toBe(entries.filter(({ kind }) => kind === "command").length);
      expect(report.signatures).toBeGreaterThan(report.commands);
      expect(report.certificates).toBeGreaterThan(3);
    }
  });

  it("of all nodes yield the same outcome root, which voters have signed", async () => {
    const reports = await Promise.all(VOTERS.map((id) => audited(history.network.folderOf(id))));
    const roots = new Set(reports.map(({ outcomeRoot }) => outcomeRoot && hex(outcomeRoot)));
    expect(roots.size).toBe(1);
    for (const { attested, committed } of reports) {
      expect(attested).toBeGreaterThan(0);
      expect(attested).toBeLessThanOrEqual(committed);
    }
  });

  it("may hold entries that are not committed", async () => {
    const { entries, committed } = await audited(history.network.folderOf(history.witness));
    expect(entries).toBe(committed + 2);
  });

  it("tell who is proved to have lied, and nothing of whom a bad signature accuses (E36)", async () => {
    const sound = await tampered();
    const [kept] = evidenceIn(history.network.folderOf(history.witness));
    const { seenMs: _when, ...claim } = kept!.kept;
    expect(claim.kind).toBe("equivocation");
    expect(sound).toMatchObject({ ok: true, misbehaviour: [claim] });
    const evidence = decodeEvidence(kept!.bytes);
    if (!evidence.ok) throw new Error(evidence.error.detail);
    const unsigned = {
      ...evidence.value,
      second: { ...evidence.value.second, signature: new Uint8Array(64) },
    };
    const forged = encodeEvidence(unsigned as Evidence);
    const other = { ...claim, term: Term(claim.term! + 4) };
    const report = await tampered(
      inLog("DELETE FROM evidence"),
      accusing(claim, forged),
      accusing(other, kept!.bytes),
    );
    expect(report.misbehaviour).toEqual([]);
    expect(report.findings.map(({ place }) => place)).toEqual(["log.db evidence (2)", "log.db evidence (1)"]);
  });

  it("of an earlier format are told apart from altered ones", async () => {
    const report = await tampered(
      remembering(() => ({ format: LOG_FORMAT - 1 })),
      inLog("DROP TABLE evidence"),
    );
    const problem = `It has format ${LOG_FORMAT - 1}; this program reads ${LOG_FORMAT}.`;
    expect(report.findings).toEqual([{ place: "log.db meta", problem }]);
  });

  it("may have a state that lags behind the log, as a crash leaves it", async () => {
    const copy = copyOf(history.network.folderOf(history.latecomer), "lagging");
    copyFileSync(history.earlyState, stateFile(copy));
    const report = await audited(copy);
    expect(report.findings).toEqual([]);
    expect(report.applied).toBe(appliedIn(copy));
    expect(report.applied).toBeLessThan(report.committed);
  });

  it("may have applied what is certified before it was written down as committed, as a kill leaves it", async () => {
    const sound = await tampered();
    const report = await tampered(forgettingTheLastCommit);
    expect(report.findings).toEqual([]);
    expect(report.committed).toBeLessThan(sound.committed);
    expect(report).toMatchObject({ applied: sound.applied, outcomeRoot: sound.outcomeRoot });
    expect(report.remarks).toMatchObject([expect.stringContaining("Its certificate covers them")]);
  });

  it("are verified with signatures judged as in a node, and progress is told", async () => {
    const progress: AuditProgress[] = [];
    const report = await verifyDatabases({
      folder: history.network.folderOf(NodeId(1)),
      genesisBytes: history.network.genesisBytes,
      onProgress: (told) => progress.push(told),
    });
    expect(report.findings).toEqual([]);
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual([
      "pages",
      "entries",
      "documents",
      "comparison",
    ]);
    expect(progress.at(-1)).toMatchObject({ done: report.entries, total: report.entries });
  });

  it("before the first entry are accepted", async () => {
    const place = join(folder, "fresh");
    const { folder: fresh, genesisBytes, start, stop } = await freshNode(place);
    await start();
    await stop();
    const report = await verifyDatabases({ folder: fresh, genesisBytes, options: { verifier } });
    expect(report).toMatchObject({ ok: true, entries: 0, committed: 0, applied: 0 });
  });
});

/** A node of a network of its own that never heard of another. */
async function freshNode(place: string) {
  const network = await SampleNetwork.create(place);
  const id = NodeId(2);
  return {
    folder: network.folderOf(id),
    genesisBytes: network.genesisBytes,
    start: () => network.start(id),
    stop: () => network.stop([id]),
  };
}

describe("a running node", () => {
  it("is audited while it goes on", async () => {
    const { network, orders, witness } = history;
    const running = VOTERS.filter((id) => id !== witness);
    for (const id of running) await network.start(id);
    await network.leader();
    for (let round = 0; round < 6; round++) {
      const submitted = network.submit(payments(orders, round));
      for (const id of running) {
        const report = await audited(network.folderOf(id));
        expect(report.findings).toEqual([]);
      }
      await submitted;
    }
    await network.stop(running);
    for (const id of running) expect(await audited(network.folderOf(id))).toMatchObject({ ok: true });
  });
});

describe("a missing or broken file", () => {
  it.each(["log.db", "state.db"])("%s is named when it is missing", async (name) => {
    const report = await tampered((place) => rmSync(join(place, name)));
    expect(report.findings).toEqual([{ place: name, problem: expect.stringContaining("missing") }]);
  });

  it("state.db is not needed to execute the log again", async () => {
    const sound = await tampered();
    const report = await tampered((place) => rmSync(stateFile(place)));
    expect(report.applied).toBe(sound.committed);
    expect(report.outcomeRoot).toEqual(sound.outcomeRoot);
  });

  it.each(["log.db", "state.db"])("%s is found cut off in the middle", async (name) => {
    const report = await tampered((place) => {
      const path = join(place, name);
      truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096);
    });
    expect(report.ok).toBe(false);
    expect(report.findings.every(({ place }) => place.startsWith(name))).toBe(true);
  });

  it.each(["log.db", "state.db"])("%s is found to be no database", async (name) => {
    const report = await tampered((place) =>
      writeFileSync(join(place, name), "no database at all".repeat(999)),
    );
    expect(report.findings).toMatchObject([{ place: name }]);
  });

  it("is told apart from another network's or node's", async () => {
    const { genesisBytes } = await freshNode(join(folder, "foreign"));
    const place = history.network.folderOf(history.witness);
    const foreign = await verifyDatabases({ folder: place, genesisBytes, options: { verifier } });
    expect(foreign.findings[0]).toMatchObject({
      place: "log.db meta",
      problem: expect.stringContaining("network"),
    });
    const other = await audited(place, { nodeId: NodeId(history.witness === 1 ? 2 : 1) });
    expect(other.findings).toMatchObject([{ place: "log.db meta" }]);
  });

  it("is no reason to go on with a genesis that cannot be read", async () => {
    const request = { folder, genesisBytes: utf8("{}"), options: { verifier } };
    await expect(verifyDatabases(request)).rejects.toMatchObject({ code: "config_invalid" });
  });
});

const setup = { history: () => history, tampered };
tamperedLogSuite(setup);
tamperedVoterSuite(setup);
tamperedStateSuite(setup);
