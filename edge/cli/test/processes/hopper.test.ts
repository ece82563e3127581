// The command `hopper` as people and scripts start it: exit codes, streams, pipes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { LOSING_PURSE, PURSE } from "../hopper/purse-programs.ts";
import { juno } from "./juno-process.ts";

const HOPPER = fileURLToPath(new URL("../../src/hopper.ts", import.meta.url));
const LAUNCHER = fileURLToPath(new URL("../../bin/hopper.cjs", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hopper-cli-"));
  writeFileSync(join(folder, "purse.hop"), PURSE);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hopper = (args: readonly string[], input = "") =>
  juno(args, { program: HOPPER, cwd: folder, input, environment: { NO_COLOR: undefined } });

it("is a program that any Node can start", async () => {
  expect(await juno(["--version"], { program: LAUNCHER })).toMatchObject({ code: 0, stdout: "0.1.0\n" });
});

it("ends with 0, 1 or 2, with results on standard output and no colours in a pipe", async () => {
  const good = await hopper(["check", "--json"]);
  expect(good).toMatchObject({ code: EXIT.done, stdout: "[]\n", stderr: "" });
  writeFileSync(join(folder, "purse.hop"), LOSING_PURSE);
  const bad = await hopper(["check"]);
  expect(bad).toMatchObject({ code: EXIT.refused, stderr: "" });
  expect(bad.stdout).toContain("error[H0203]");
  expect(bad.stdout).not.toContain("\u001b");
  const unknown = await hopper(["check", "nowhere.hop"]);
  expect(unknown).toMatchObject({ code: EXIT.usage, stdout: "" });
  expect(unknown.stderr).toMatch(/^hopper: There is no nowhere\.hop/);
});

it("makes a contract, checks it, runs its tests, and finds it laid out", async () => {
  const codes: (number | null)[] = [];
  for (const args of [
    ["new", "pot"],
    ["check", "pot"],
    ["test", "pot"],
    ["fmt", "--check", "pot"],
  ]) {
    codes.push((await hopper(args)).code);
  }
  expect(codes).toEqual([0, 0, 0, 0]);
  const source = join(folder, "pot", "pot.hop");
  writeFileSync(source, readFileSync(source, "utf8").replace("let (paid, rest)", "let  (paid , rest)"));
  expect(await hopper(["fmt", "--check", "pot"])).toMatchObject({ code: EXIT.refused });
});

it("lays out standard input for editors", async () => {
  const crooked = PURSE.replace("  burn(funds)", "     burn( funds )");
  expect(await hopper(["fmt", "-"], crooked)).toEqual({ code: 0, signal: null, stdout: PURSE, stderr: "" });
});

it("holds a session in a pipe, over several lines, and ends with 1 if any line failed", async () => {
  const lines = ["fn twice(n: Nat) -> Nat {", "  n + n", "}", "", "twice(", "  21", ")", ":quit", "1 + 1"];
  const good = await hopper(["repl"], lines.join("\n"));
  expect(good).toMatchObject({ code: 0, stdout: "Declared twice.\n42 : Nat\n" });
  const bad = await hopper(["repl", "purse.hop"], 'inside("eve")\n1 + 1');
  expect(bad.code).toBe(EXIT.refused);
  expect(bad.stdout).toContain("error[RowMissing]");
  expect(bad.stdout).toMatch(/\n2 : Nat\n$/);
});
