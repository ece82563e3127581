// What an audit makes of payloads that are missing (P12).

import { DatabaseSync } from "node:sqlite";
import { canonicalJson, type Hash, hex, type Json, jsonObject, LogIndex } from "@juno/base";
import { MemoryView } from "@juno/ledger";
import { type Entry, encodeRedactedBody } from "@juno/proof";
import { beforeEach, expect, it } from "vitest";
import { sha256 } from "../crypto/sodium.ts";
import { Findings } from "./findings.ts";
import { RedactedEntries } from "./redacted-entries.ts";
import { judgeRedactions, tellRedactions } from "./redaction-audit.ts";

const idOf = (index: number): Hash => sha256(Uint8Array.of(index));
const keyOf = (index: number): string => String(index).padStart(16, "0");
const rowOf = (table: string, key: string, value: Readonly<Record<string, Json>>) => ({
  ...{ module: "juno", table, key, before: undefined },
  after: canonicalJson(jsonObject(value)),
});
const why = { time: "2026-11-20T10:00:00.000Z", signers: ["ab"], reason: "r" };

let rows: MemoryView;
let redacted: RedactedEntries;
let findings: Findings;

const bare = (index: number): void => {
  const body = encodeRedactedBody({ id: idOf(index), signaturesHash: idOf(0) });
  redacted.note({ index: LogIndex(index), kind: "command", body } as Entry);
};
const ordered = (index: number, id = idOf(index)): void =>
  rows.change([rowOf("redacted", keyOf(index), { id: hex(id), by: 9 })]);
const facts = (isExecuted = true) => ({
  ...{ redacted, last: LogIndex(20), rows, isExecuted },
  idAt: (index: number) => hex(idOf(index)),
});
const judged = (attested: number, isExecuted = true) => {
  judgeRedactions(facts(isExecuted), attested, { place: "log.db entries", findings });
  return findings.list.map(({ index, problem }) => [index, problem.split(",")[0]]);
};

beforeEach(() => {
  rows = new MemoryView();
  rows.change([rowOf("redactions", keyOf(9), why)]);
  redacted = new RedactedEntries(new DatabaseSync(":memory:"));
  findings = new Findings(10);
});

it("accepts what is ordered, under a root that voters have signed", () => {
  for (const index of [3, 5]) ordered(index);
  bare(3);
  bare(5);
  expect(judged(5)).toEqual([]);
});

it("accepts no receipt that voters have not confirmed", () => {
  for (const index of [3, 5]) ordered(index);
  bare(3);
  bare(5);
  expect(judged(4)).toEqual([[5, "Its payload is redacted"]]);
});

it("accepts no order that was neither executed nor confirmed", () => {
  ordered(3);
  bare(3);
  expect(judged(8)).toEqual([]);
  expect(judged(9, false)).toEqual([]);
  expect(judged(8, false)).toEqual([[3, "Its payload is missing"]]);
});

it("accepts no payload that is missing without an order, or with one for another command", () => {
  ordered(5, idOf(6));
  bare(3);
  bare(5);
  expect(judged(20)).toEqual([
    [3, "Its payload is missing"],
    [5, "Its payload is missing"],
  ]);
});

it("tells what was ordered, and what came of it", () => {
  ordered(3);
  ordered(4);
  ordered(5, idOf(6));
  bare(3);
  const common = { by: 9, ...why };
  expect(tellRedactions(facts())).toEqual({
    count: 3,
    named: [
      { index: 3, id: hex(idOf(3)), ...common, payload: "redacted" },
      { index: 4, id: hex(idOf(4)), ...common, payload: "held" },
      { index: 5, id: hex(idOf(6)), ...common, payload: "void" },
    ],
  });
});
