// What the command line of `hopper` takes and refuses.

import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { hopper } from "./command-line.ts";
import { ownFolder } from "./folder.ts";
import { PURSE } from "./purse-programs.ts";

const folder = ownFolder();

it("has help for the whole and for each command, on standard output, with examples", async () => {
  const whole = await hopper("--help");
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  const commands = [...whole.stdout.matchAll(/^ {2}([a-z]+) [[<]/gm)].map(([, name]) => name!);
  expect(commands).toEqual([
    "new",
    "check",
    "test",
    "fmt",
    "doc",
    "explain",
    "run",
    "repl",
    "deploy",
    "call",
    "help",
  ]);
  for (const command of commands.filter((name) => name !== "help")) {
    const { code, stdout } = await hopper(command, "--help");
    expect(code, command).toBe(0);
    expect(stdout).toContain(`  hopper ${command}`);
  }
});

it.each([
  [[]],
  [["frobnicate"]],
  [["check", "nowhere"]],
  [["check", "empty"]],
  [["test", "purse.hop"]],
  [["fmt", "-", "purse.hop"]],
  [["new"]],
  [["new", "1st"]],
  [["new", "std"]],
  [["new", "match"]],
  [["explain", "H9999"]],
  [["doc", "std.nothing"]],
  [["run"]],
  [["run", "purse.hop", "nothing"]],
  [["run", "purse.hop", "open", "ann"]],
  [["run", "purse.hop", "open", "ann", "@ann", "1.005 USD"]],
  [["run", "purse.hop", "inside", "ann", "bob"]],
  [["run", "purse.hop", "inside", "name=ann", "name=bob"]],
  [["run", "purse.hop", "inside", "ann", "--state", "purse.hop"]],
  [["run", "purse.hop", "inside", "ann", "--time", "noon"]],
  [["test", "purse.hop", "--gas-limit", "none"]],
  [["deploy"]],
  [["deploy", "purse.hop"]],
  [["deploy", "nowhere.hop", "--network", "empty"]],
  [["deploy", "purse.hop", "--network", "empty"]],
  [["call", "demo.purse.inside"]],
  [["call", "inside", "--network", "empty"]],
])("%j is refused, with what to do instead, and nothing is touched", async (args) => {
  folder.write("purse.hop", PURSE);
  folder.write("empty/letter.txt", "dear");
  const { code, stdout, stderr } = await hopper(...args);
  expect(code).toBe(EXIT.usage);
  expect(stdout).toBe("");
  expect(stderr).not.toBe("");
  expect(stderr).not.toContain("    at ");
  expect(readdirSync(folder.path)).toEqual(["empty", "purse.hop"]);
});
