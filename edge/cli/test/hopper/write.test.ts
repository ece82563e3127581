// `hopper new` and `hopper fmt`: what they write, and what they leave alone.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { hopper } from "./command-line.ts";
import { ownFolder } from "./folder.ts";
import { PURSE } from "./purse-programs.ts";

const folder = ownFolder();

describe("hopper fmt", () => {
  const crooked = PURSE.replace("  burn(funds)", "      burn( funds )  // all of it");

  it("says with --check what it would change, changes it without, and then has nothing to do", async () => {
    folder.write("purse.hop", crooked);
    folder.write("straight.hop", PURSE);
    expect(await hopper("fmt", "--check")).toMatchObject({ code: EXIT.refused, stdout: "purse.hop\n" });
    expect(folder.read("purse.hop")).toBe(crooked);
    expect(await hopper("fmt")).toMatchObject({ code: 0, stdout: "purse.hop\n" });
    expect(folder.read("purse.hop")).toBe(PURSE.replace("  burn(funds)", "  burn(funds)  // all of it"));
    expect(await hopper("fmt", "--check")).toMatchObject({ code: 0, stdout: "" });
  });

  it("leaves what is malformed as it is, and says why", async () => {
    const malformed = `${PURSE}\naction f( {\n`;
    folder.write("purse.hop", malformed);
    const { code, stdout, stderr } = await hopper("fmt");
    expect({ code, stdout }).toEqual({ code: EXIT.refused, stdout: "" });
    expect(stderr).toContain("error[H01");
    expect(folder.read("purse.hop")).toBe(malformed);
  });
});

describe("hopper new", () => {
  it("makes a contract that is laid out, is accepted, and passes its tests with nothing unreached", async () => {
    const made = await hopper("new", "my-purse");
    expect(made.code).toBe(0);
    expect(made.stdout).toContain("hopper test my-purse");
    const files = ["README.md", "my_purse.hop", "my_purse_tests.hop"];
    expect(readdirSync(join(folder.path, "my-purse"))).toEqual(files);
    expect((await hopper("fmt", "--check", "my-purse")).code).toBe(0);
    expect((await hopper("check", "my-purse")).stdout).toContain("2 modules: no errors");
    const tested = await hopper("test", "my-purse", "--coverage");
    expect(tested.code).toBe(0);
    expect(tested.stdout).toContain("3 tests: all pass");
    expect(tested.stdout).toMatch(/^my_purse {2}100% of its expressions run$/m);
    const texts = files.map((name) => folder.read(`my-purse/${name}`));
    expect(texts.join("")).not.toMatch(/\bcontract[._]/);
  });

  it("overwrites nothing", async () => {
    folder.write("purse/letter.txt", "dear");
    const { code, stderr } = await hopper("new", "purse");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("purse is there already");
    expect(readdirSync(join(folder.path, "purse"))).toEqual(["letter.txt"]);
  });
});
