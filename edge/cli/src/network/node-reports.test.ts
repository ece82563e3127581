import { expect, it } from "vitest";
import { pretendStatus } from "../../test/pretend-status.ts";
import { appliedBy } from "./node-reports.ts";

const reports = (...applied: readonly (number | undefined)[]) =>
  applied.map((index, at) => {
    const address = { node: at + 1, url: `http://node-${at + 1}` };
    const root = "ab".repeat(32);
    return index === undefined
      ? { ...address, problem: "silent" }
      : { ...address, status: pretendStatus(at + 1, { applied: { index, root } }) };
  });

it("takes the word of f + 1 nodes for how far the log is, and not a single one's", () => {
  expect(appliedBy(reports(7, 2 ** 53 - 1, 9, 8), 2)).toBe(9);
  expect(appliedBy(reports(7, 0, 7, 7), 2)).toBe(7);
  expect(appliedBy(reports(undefined, 5, undefined, 3), 2)).toBe(3);
  expect(appliedBy(reports(undefined, 5), 2)).toBe(5);
  expect(appliedBy(reports(undefined), 2)).toBeUndefined();
});
