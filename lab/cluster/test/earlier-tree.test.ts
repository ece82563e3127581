// The trees of other commits that upgrades begin with: laid out whole, or refused in so many words.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { layOutEarlierTree } from "../src/upgrade/earlier-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "juno-earlier-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("is refused where the history lacks the commit, and says how to get it", () => {
  const lay = () => layOutEarlierTree("ab".repeat(20), folder);
  expect(lay).toThrow(`the history here lacks the commit ${"ab".repeat(20)}: fetch it`);
});

it("holds programs that run by its own sources and the libraries of this tree", () => {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const program = layOutEarlierTree(commit, folder);
  expect(program.startsWith(folder)).toBe(true);
  const { status, stdout } = spawnSync(process.execPath, [program, "admin", "--help"], { encoding: "utf8" });
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining("activate") });
});
