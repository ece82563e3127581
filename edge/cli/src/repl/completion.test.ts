// What Tab offers at each place of a line.

import { expect, it } from "vitest";
import { completions } from "./completion.ts";

const ACCOUNTS = ["bank", "stu", "wjm"];

it.each([
  ["Cre", ["CreateAccount "], "Cre"],
  ["obs", ["ObserveAccount ", "ObserveAccounts"], "obs"],
  ["tr", ["transfer("], "tr"],
  ["ba", ["batch test:"], "ba"],
  ["AdjustAccount w", ["wjm"], "w"],
  ["ObserveAccount ", ACCOUNTS, ""],
  ["transfer(", ACCOUNTS, ""],
  ["transfer(wjm->b", ["bank"], "b"],
  ["transfer(wjm->stu->", ACCOUNTS, ""],
  ["transfer(wjm->stu, 1", [], "transfer(wjm->stu, 1"],
  ["AdjustAccount wjm 1", [], "AdjustAccount wjm 1"],
])("%j", (line, offers, end) => {
  expect(completions(line, ACCOUNTS)).toEqual([offers, end]);
});
