// `juno row` and `juno verify-row` against real servers over a ledger in memory: a row, or that there is
// none, is proved, kept (E48), and believed elsewhere with the genesis alone; a changed file is not.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@juno/base";
import type { Action } from "@juno/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { juno } from "../processes/juno-process.ts";
import { memoryNetwork } from "./memory-network.ts";

const TABLE = "demo.accounts.accounts";

describe("a proven row", () => {
  let network: Awaited<ReturnType<typeof memoryNetwork>>;

  const open = (name: string): Action => ({
    ...{ module: "demo.accounts", action: "create" },
    args: { name, owner: { key: hex(network.signer.key) } },
  });
  const row = (args: readonly string[]) => juno(["row", TABLE, ...args, "--network", network.folder]);
  const verify = (args: readonly string[]) =>
    juno(["verify-row", ...args, "--genesis", network.files.genesis]);
  const place = (name: string) => join(network.folder, name);

  beforeAll(async () => {
    network = await memoryNetwork({ limits: { checkpointEntries: 3 } });
    await network.submit([open("wjm")]);
  });

  afterAll(() => network.close());

  it("is not to be had before there is a checkpoint", async () => {
    const early = await row(["wjm"]);
    expect(early).toMatchObject({ code: EXIT.refused, stderr: expect.stringContaining("checkpoint") });
    await network.submit([open("stu")]);
    await network.submit([open("late")]);
  });

  it("is shown and kept, and believed elsewhere", async () => {
    const file = place("wjm.json");
    const shown = await row(["wjm", "--out", file]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('"funds":"0.00 USD"') });
    expect(shown.stdout).toContain("after entry 3,");
    const believed = await verify([file]);
    expect(believed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${file}: good`) });
    const { stdout } = await verify([file, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, key: "wjm", index: 3, row: { funds: "0.00 USD" } });
    expect(await row(["wjm", "--out", file])).toMatchObject({ code: EXIT.usage });
  });

  it("that is not there is shown so", async () => {
    const file = place("late.json");
    const shown = await row(["late", "--out", file]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("there is no such row") });
    expect(await verify([file])).toMatchObject({ code: 0 });
  });

  it("is refused with one byte changed, with an attestation more, and as no JSON", async () => {
    const text = readFileSync(place("wjm.json"), "utf8");
    const json = JSON.parse(text) as { checkpoint: { attestations: unknown[] } };
    const { attestations } = json.checkpoint;
    const more = { ...json.checkpoint, attestations: [...attestations, attestations[0]] };
    const bad = [
      text.replace("0.00 USD", "9.00 USD"),
      text.replace('"wjm"', '"wjn"'),
      JSON.stringify({ ...json, checkpoint: more }),
      JSON.stringify({ ...json, more: 1 }),
      `${text}{}`,
    ].map((changed, at) => {
      const file = place(`bad-${at}.json`);
      writeFileSync(file, changed);
      return file;
    });
    const refused = await verify(bad);
    expect(refused.code).toBe(EXIT.refused);
    for (const file of bad) expect(refused.stdout).toContain(`${file}: REFUSED`);
    expect(refused.stdout).not.toContain("good");
  });

  it("is refused for its age, if its reader says so", async () => {
    const stale = await row(["wjm", "--max-age", "0"]);
    expect(stale.code).not.toBe(0);
    expect(stale.stderr).toContain("proves the row as of");
  });

  it("is asked for by the name of a table", async () => {
    expect(await juno(["row", "accounts", "wjm", "--network", network.folder])).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining("MODULE.TABLE"),
    });
  });
});
