// The status of a network for people: what the table shows and what is said beneath it.

import type { StatusJson } from "@juno/api";
import { expect, it } from "vitest";
import { pretendStatus } from "../../test/pretend-status.ts";
import { plainPaint } from "../terminal/paint.ts";
import { findings, type NodeReport, statusCells, statusLines } from "./status-view.ts";

const report = (id: number, patch: Parameters<typeof pretendStatus>[1] = {}): NodeReport => ({
  id,
  url: `http://h:${id}`,
  status: pretendStatus(id, patch),
});
const down = (id: number): NodeReport => ({
  id,
  url: `http://h:${id}`,
  problem: `http://h:${id} does not answer.`,
});

it("is a table and nothing else where all is well", () => {
  expect(statusLines([report(1), report(2, { epoch: 3 })], plainPaint)).toEqual([
    "node  role      epoch  term  leader  committed  applied  outcome root  peers  pending",
    "   1  follower      0     1       2          7        7  abababababab    3/3        0",
    "   2  leader        3     1       2          7        7  abababababab    3/3        0",
  ]);
});

it("says which node is down, who is not ready, and what a stalled quorum lacks", () => {
  const stall: NonNullable<StatusJson["stall"]> = {
    waitingFor: "stored",
    sinceMs: 12_345,
    have: [1, 2],
    lacks: [3, 4],
    need: 3,
    detail: "2 of the 3 voters needed for stored; not from 3, 4",
  };
  const reports = [report(1), report(2, { stall, ready: false, notReadyBecause: ["no quorum"] }), down(3)];
  expect(findings(reports)).toEqual([
    "node 2: stalled for 12 s: 2 of the 3 voters needed for stored; not from 3, 4",
    "node 2 is not ready: no quorum",
    "node 3: http://h:3 does not answer.",
  ]);
  expect(statusLines(reports, plainPaint)[3]).toMatch(/^ *3 {2}down$/);
});

it("says when too few answer for anything to be committed", () => {
  const reports = [report(1), report(2), down(3), down(4)];
  expect(findings(reports, 3)[0]).toBe("2 of 4 nodes answer and 3 must agree: nothing can be committed");
  expect(findings([report(1), report(2), report(3), down(4)], 3)).toHaveLength(1);
  const gone = { ...down(5), member: false } as const;
  expect(findings([...reports, gone], 3)[0]).toContain("2 of 4 nodes answer");
  expect(statusCells(gone, plainPaint)).toEqual(["5", "no member"]);
});

it("cries out where two nodes have different roots at one index", () => {
  const other = { applied: { index: 7, root: "cd".repeat(32) } };
  expect(findings([report(1), report(2, other)])).toEqual([
    "nodes 1 and 2 have DIFFERENT outcome roots at index 7",
  ]);
  expect(findings([report(1), report(2, { applied: { index: 6, root: "cd".repeat(32) } })])).toEqual([]);
});

it("says once in plain words who is proved to have lied, and which nodes hold the proof", () => {
  const lie = { kind: "double-vote", accused: 3, epoch: 0, term: 7, seen: 1 } as const;
  const another = { kind: "false-attestation", accused: 3, epoch: 0, index: 40, seen: 2 } as const;
  const reports = [report(1, { evidence: [lie, another] }), report(2, { evidence: [{ ...lie, seen: 9 }] })];
  expect(findings(reports)).toEqual([
    "voter 3 signed two different votes in term 7 (proof at nodes 1, 2)",
    "voter 3 signed two different outcomes of entry 40 (proof at node 1)",
  ]);
});

it("shows a node that has withdrawn as what it is, and lets no node write on the terminal", () => {
  const odd = report(1, { state: "read-only", notReadyBecause: ["\u001b[2J"] });
  const lines = statusLines([odd], plainPaint);
  expect(lines[1]).toContain("read-only");
  expect(lines.join("")).not.toContain("\u001b");
});

it("says of a node that lost its memory what it is, and does not count it among those that must agree", () => {
  const reports = [report(1), report(2), report(3, { state: "amnesiac", role: "observer" }), down(4)];
  expect(findings(reports, 3).slice(0, 2)).toEqual([
    "2 of 4 nodes answer and vote, and 3 must agree: nothing can be committed",
    expect.stringContaining("node 3 only observes"),
  ]);
  expect(statusLines(reports, plainPaint)[3]).toContain("amnesiac");
});

it("says above all that the ledger is halted: by whom, since when, by which act, why, and which nodes say so (A30)", () => {
  const by = [{ key: "aa".repeat(32), name: "risk" }, { key: "bb".repeat(32) }];
  const ledgerHalt = { since: 1_000, index: 6, act: "cd".repeat(32), by, reason: "a theft\u001b[2J" };
  const reports = [report(1, { ledgerHalt }), report(2), report(3, { ledgerHalt })];
  const sentence =
    "THE LEDGER IS HALTED since 1970-01-01T00:00:01.000Z (entry 6, act cdcdcdcdcdcd) by key bbbbbbbbbbbb, risk: a theft\u{fffd}[2J; it takes nothing but decisions about itself (nodes 1, 3)";
  expect(findings(reports)).toEqual([sentence]);
  const lines = statusLines(reports, plainPaint);
  expect(lines.slice(0, 2)).toEqual([sentence, ""]);
  expect(lines).toHaveLength(2 + 4);
});

it("says which nodes are too old for what lies ahead, before which entry they stop, and who knows it (C37)", () => {
  const [known, inForce] = [
    { ledger: 1, language: 1 },
    { ledger: 1, language: 1 },
  ];
  const next = { index: 90, act: "cd".repeat(32), ledger: 2, language: 1 };
  const old = { versions: { known, inForce, next, stopsBefore: 90 } };
  const ready = { versions: { known: { ledger: 2, language: 1 }, inForce, next } };
  expect(findings([report(1, ready), report(2, old), report(3, ready)])).toEqual([
    "node 2 STOPS BEFORE ENTRY 90: its program knows ledger version 1 and language version 1; start it with a newer one",
    "entries from 90 on are applied by ledger version 2 and language version 1 (nodes 1, 2, 3)",
  ]);
});

it("says who has halted a node, when and why (A32)", () => {
  const halted = { key: "ab".repeat(32), since: 1_000, reason: "a break-in" };
  const reports = [report(1, { state: "halted", role: "observer", halted }), report(2)];
  expect(findings(reports)).toEqual([
    "node 1 was halted by its operator (key abababababab) at 1970-01-01T00:00:01.000Z: a break-in",
  ]);
  expect(statusLines(reports, plainPaint)[1]).toMatch(/^ *1 {2}halted /);
});
