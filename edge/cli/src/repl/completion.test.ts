// What Tab offers at each place of a line.

import { expect, it } from "vitest";
import { completions, deployedPrefix } from "./completion.ts";

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

const DEPLOYED = {
  modules: ["demo.accounts", "demo.bank"],
  actions: ["demo.accounts.create", "demo.accounts.transfer", "demo.bank.pay"],
  queries: ["demo.accounts.list"],
};

it.each([
  ["mod", ["modules"], "mod"],
  ["modules demo.b", ["demo.bank"], "demo.b"],
  ["call demo.accounts.t", ["demo.accounts.transfer("], "demo.accounts.t"],
  ["Call ", DEPLOYED.actions.map((name) => `${name}(`), ""],
  ["query ", ["demo.accounts.list("], ""],
  ["query demo.bank", [], "demo.bank"],
  ["call demo.bank.pay(w", [], "call demo.bank.pay(w"],
])("%j, where modules are known", (line, offers, end) => {
  expect(completions(line, ACCOUNTS, DEPLOYED)).toEqual([offers, end]);
});

it.each([
  ["call demo.b", "demo.b"],
  ["modules ", ""],
  ["call demo.bank.pay(", undefined],
  ["transfer(", undefined],
])("%j needs to know the modules from %j on", (line, prefix) => {
  expect(deployedPrefix(line)).toBe(prefix);
});
