// Every file in lab/scenarios tells a story and is a test: its commands run on the production core in
// virtual time, and what they bring about must be what the file says. `npx vitest run lab/simulator -u`
// writes the outcomes anew; read the difference before believing it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ScenarioRun } from "../src/scenario/run.ts";
import { parseScript, renderScript } from "../src/scenario/script.ts";

const FOLDER = join(import.meta.dirname, "../../scenarios");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

describe("scenarios", () => {
  it.each(files)("%s", async (name) => {
    const path = join(FOLDER, name);
    const run = new ScenarioRun();
    const rendered = renderScript(parseScript(readFileSync(path, "utf8")), (block) => run.outcomeOf(block));
    await expect(rendered).toMatchFileSnapshot(path);
  });
});
