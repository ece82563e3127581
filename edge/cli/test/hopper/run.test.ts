// `hopper run`: single commands on a ledger in memory, or in a file.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { hopper, type Run } from "./command-line.ts";
import { ownFolder } from "./folder.ts";
import { PURSE } from "./purse-programs.ts";

const folder = ownFolder();

beforeEach(() => folder.write("purse.hop", PURSE));

const run = (...args: readonly string[]): Promise<Run> =>
  hopper("run", "purse.hop", ...args, "--state", "ledger.json");

it("lists what can be called", async () => {
  const { stdout } = await hopper("run", "purse.hop");
  expect(stdout).toContain("action demo.purse.open(name: Text, owner: Policy, amount: Money<USD>)\n");
  expect(stdout).toContain("query  demo.purse.inside(name: Text) -> Money<USD>\n");
});

it("says which argument is wrong, and keeps nothing", async () => {
  const { code, stderr } = await run("open", "name=ann", "owner=@ann", "amount=5 USD");
  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain('amount: an amount such as "40.00 USD" expected');
  expect(existsSync(join(folder.path, "ledger.json"))).toBe(false);
});

it("shows the receipt of an action, and keeps the ledger in a file if one is named", async () => {
  const opened = await run("open", "ann", "@ann", "5.00 USD");
  expect(opened.code).toBe(0);
  expect(opened.stdout).toMatch(/^ok · gas [\d,]+ \(/);
  expect(opened.stdout).toMatch(/purse\.purses ann {2}funds +- {2}→ {2}5\.00 USD/);
  expect(opened.stdout).toContain("minted 5.00 USD");
  expect((await run("inside", "ann")).stdout).toMatch(/\n5\.00 USD\n$/);
  const refused = await run("empty", "ann");
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.stdout).toContain("error[NotSigned] name: ann");
  const emptied = await run("purse.empty", '{"name":"ann"}', "--sign", "ann", "--json");
  expect(emptied.code).toBe(0);
  expect(JSON.parse(emptied.stdout)).toMatchObject({
    status: "ok",
    changes: [{ module: "demo.purse", table: "purses", key: "ann", after: null }],
    events: [{ module: "demo.purse", name: "Emptied", fields: { name: "ann", amount: "5.00 USD" } }],
    supply: [{ minted: "0", burned: "500" }],
  });
  expect((await run("inside", "ann")).stdout).toContain("error[RowMissing]");
});

it("says so where the ledger in the file is another program's", async () => {
  await run("open", "ann", "@ann", "5.00 USD");
  folder.write("purse.hop", PURSE.replaceAll("funds", "coins"));
  const { code, stderr } = await run("inside", "ann");
  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain("do not fit this program");
});

it("runs init once, and lets time pass only forwards", async () => {
  folder.write(
    "clock.hop",
    `module demo.clock

table times: Text => Time

init() {
  times.put("start", now)
}

query started() -> Time = times.get("start")
query time() -> Time = now
`,
  );
  const ask = async (...args: string[]) => (await hopper("run", "clock.hop", ...args)).stdout.split("\n")[1];
  expect(await ask("started")).toBe("2026-01-01T00:00:00.000Z");
  expect(await ask("time", "--time", "2027-01-01T00:00:00Z")).toBe("2027-01-01T00:00:00.000Z");
  expect(await ask("time", "--time", "2001-01-01T00:00:00Z")).toBe("2026-01-01T00:00:00.000Z");
});
