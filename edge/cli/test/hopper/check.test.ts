// `hopper check`, `explain` and `doc`.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { hopper } from "./command-line.ts";
import { ownFolder } from "./folder.ts";
import { GOOD_TEST, LOSING_PURSE, PURSE, testsOf } from "./purse-programs.ts";

const folder = ownFolder();

describe("hopper check", () => {
  it("finds imported modules beside the files, by their names and not by those of the files", async () => {
    folder.write("a/tests.hop", testsOf(GOOD_TEST));
    folder.write("a/somewhere.hop", PURSE);
    const { code, stdout } = await hopper("check", "a/tests.hop");
    expect(stdout).toContain("2 modules (1 of them found beside the others): no errors");
    expect(stdout).toContain("1 clause of `requires`, `ensures` and `invariant` is not proved");
    expect(code).toBe(0);
  });

  it("takes folders, each source once, and passes over hidden ones and installed packages", async () => {
    folder.write("a/purse.hop", PURSE);
    folder.write("a/.hidden/purse.hop", PURSE);
    folder.write("a/node_modules/p/purse.hop", PURSE);
    expect((await hopper("check", "a", "a/purse.hop", ".")).stdout).toMatch(/^1 module: no errors/);
  });

  it("draws what is wrong, and tells where more is said", async () => {
    folder.write("purse.hop", LOSING_PURSE);
    const { code, stdout } = await hopper("check");
    expect(code).toBe(EXIT.refused);
    expect(stdout).toContain("error[H0203] `funds` (Coin<USD>) is never handed on");
    expect(stdout).toContain("let Purse { owner, funds } = purses.take(name)");
    expect(stdout).toContain("^^^^^");
    expect(stdout).toContain("1 module: 1 error\n");
    expect(stdout).toContain("`hopper explain H0203` tells more.");
  });

  it("tells programs the same, as JSON", async () => {
    folder.write("purse.hop", LOSING_PURSE);
    const { code, stdout } = await hopper("check", "--json");
    expect(code).toBe(EXIT.refused);
    const message = "`funds` (Coin<USD>) is never handed on, so it would be lost";
    const place = { file: "purse.hop", line: 17, column: 22 };
    expect(JSON.parse(stdout)).toEqual([{ code: "H0203", severity: "error", message, ...place }]);
    folder.write("purse.hop", PURSE);
    expect(await hopper("check", "--json")).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
  });

  it("refuses what is no text", async () => {
    writeFileSync(join(folder.path, "purse.hop"), Uint8Array.of(0x6d, 0xff));
    expect(await hopper("check")).toMatchObject({ code: EXIT.usage });
  });
});

describe("hopper explain", () => {
  it("tells what a code means, and lists all", async () => {
    const { code, stdout } = await hopper("explain", "h203");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^H0203: .+\n\n/);
    const all = JSON.parse((await hopper("explain", "--json")).stdout) as { code: string }[];
    expect(all.length).toBeGreaterThan(100);
    expect((await hopper("explain")).stdout.split("\n")).toHaveLength(all.length + 1);
  });
});

describe("hopper doc", () => {
  it("prints the library's reference, one module of it, or that of a file", async () => {
    expect((await hopper("doc")).stdout).toContain("## std.list");
    expect((await hopper("doc", "std.hash")).stdout).toMatch(/^# std\.hash\n/);
    folder.write("purse.hop", PURSE.replace("action empty", "// gives all of it back\naction empty"));
    const { stdout } = await hopper("doc", "purse.hop");
    expect(stdout).toContain("# demo.purse\n");
    expect(stdout).toContain("action empty(name: Text)\n```\n\ngives all of it back\n");
    expect((await hopper("doc", "purse.hop", "--out", "purse.md")).stdout).toBe("");
    expect(folder.read("purse.md")).toBe(stdout);
  });
});
