// Findings stand in the order of the log, whatever order they come in, and their number is bounded.

import { LogIndex } from "@juno/base";
import { expect, it } from "vitest";
import { Findings } from "./findings.ts";

it("keeps the lowest indexes, and those without an index behind them", () => {
  const findings = new Findings(3);
  findings.add("a", "no index");
  findings.add("b", "nine", LogIndex(9));
  expect(findings.isFull).toBe(false);
  findings.add("c", "seven", LogIndex(7));
  findings.add("d", "eight", LogIndex(8));
  expect(findings.isFull).toBe(true);
  expect(findings.list).toEqual([
    { index: 7, place: "c", problem: "seven" },
    { index: 8, place: "d", problem: "eight" },
    { index: 9, place: "b", problem: "nine" },
  ]);
});

it("keeps those of one index in the order in which they came", () => {
  const findings = new Findings(3);
  for (const place of ["first", "second"]) findings.add(place, "bad", LogIndex(4));
  expect(findings.list.map(({ place }) => place)).toEqual(["first", "second"]);
});

it("lets nothing through that could move a terminal's cursor", () => {
  const findings = new Findings(3);
  findings.add("a\u001b[2Jb", "c\n\u202ed");
  findings.remark("e\u0007f");
  expect(findings.list).toEqual([{ place: "a [2Jb", problem: "c d" }]);
  expect(findings.remarks).toEqual(["e f"]);
});

it("bounds sentences and remarks", () => {
  const findings = new Findings(3);
  findings.add("a", "x".repeat(10_000));
  for (let i = 0; i < 100; i++) findings.remark("again");
  expect(findings.list[0]!.problem.length).toBeLessThan(1_000);
  expect(findings.remarks.length).toBeLessThan(50);
});
