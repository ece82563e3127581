// What a report says of a source that begins above a snapshot: on a terminal, in the document, as JSON.

import { Hash, LogIndex, NodeId } from "@juno/base";
import type { AuditReport } from "@juno/node";
import { describe, expect, it } from "vitest";
import { plainPaint } from "../terminal/paint.ts";
import { auditDocument, auditJson, auditLines, beginningSentences } from "./audit-view.ts";

const hash = Hash(new Uint8Array(32));
const report: AuditReport = {
  ...{ ok: true, source: "node", nodeId: NodeId(2), network: hash, outcomeRoot: hash, anew: undefined },
  ...{ entries: 10, commands: 9, signatures: 20, certificates: 3, durationMs: 1 },
  ...{ first: LogIndex(49), last: LogIndex(58), committed: LogIndex(58), proved: LogIndex(58) },
  ...{ prunedThrough: LogIndex(48), vouchers: [NodeId(1), NodeId(3)], resumedFrom: LogIndex(52) },
  ...{ applied: LogIndex(58), attested: LogIndex(57) },
  epochs: [],
  ...{ redacted: 0, redactions: [], findings: [], misbehaviour: [], remarks: [], notCovered: [] },
};
const occasion = { source: "node-2", genesis: "genesis.json", version: "1", time: 0 };

describe("the report of an audit that began above a snapshot", () => {
  const sentence = "the rest was verified from the snapshot at 48, which nodes 1, 3 signed";

  it("says so, and what it means", () => {
    const lines = auditLines("node-2", report, plainPaint).join("\n");
    expect(lines).toContain(`Entries up to 48 are pruned; ${sentence}.`);
    expect(lines).toContain("an archive of the entries up to 48 proves it");
    expect(lines).toContain("Entries 49 to 52 were verified in an earlier run");
    const archive = auditLines("archive", { ...report, source: "archive" }, plainPaint).join("\n");
    expect(archive).toContain(`Entries up to 48 are not in the archive; ${sentence}.`);
    const cluster = beginningSentences({ source: "cluster", prunedThrough: 48, vouchers: [1, 3] });
    expect(cluster.join()).toContain(`Entries up to 48 are pruned at the nodes; ${sentence}.`);
    expect(auditLines("node-2", { ...report, vouchers: [] }, plainPaint).join()).not.toContain("pruned");
  });

  it("says so in the document, and counts from there", () => {
    const text = auditDocument(occasion, report).join("\n");
    expect(text).toContain(sentence);
    expect(text).toContain("The state after entry 48 was taken from a snapshot");
    expect(text).toMatch(/Executed +entries 49 to 58/);
  });

  it("says so as JSON", () => {
    expect(auditJson("node-2", report)).toMatchObject({ prunedThrough: 48, vouchers: [1, 3], first: 49 });
  });
});
