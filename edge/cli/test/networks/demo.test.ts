// The demo, once, as people run it: it must hold, end with its line, and leave nothing behind.

import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { DEMO, juno } from "../processes/juno-process.ts";

const stages = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("juno-demo-"));

it("tells the story of four nodes, and it holds", async () => {
  const before = stages();
  const { code, stdout, stderr } = await juno([], { program: DEMO });
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("demo: ok");
  expect(code).toBe(0);
  expect(stdout).toContain("hopper>> transfer(stu->bank->wjm, 10%1)");
  expect(stages().filter((name) => !before.includes(name))).toEqual([]);
});

it("tells the story of the proofs, and it holds", async () => {
  const { code, stdout, stderr } = await juno(["--proofs"], { program: DEMO });
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("demo: ok");
  expect(code).toBe(0);
  expect(stdout).toContain("juno: receipt.json: REFUSED");
  expect(stdout).toContain("Entries up to");
});

it("refuses networks that could not lose a node", async () => {
  expect((await juno(["--nodes", "3"], { program: DEMO })).code).toBe(2);
});
