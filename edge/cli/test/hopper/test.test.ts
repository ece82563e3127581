// `hopper test`: what it says of tests that pass, that fail, that do not end.

import { beforeEach, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { hopper } from "./command-line.ts";
import { ownFolder } from "./folder.ts";
import { GOOD_TEST, PURSE, testsOf } from "./purse-programs.ts";

const folder = ownFolder();

beforeEach(() => folder.write("purse.hop", PURSE));

it("runs each test alone, and tells what it cost", async () => {
  folder.write("tests.hop", testsOf(GOOD_TEST, GOOD_TEST.replace("holds", "still holds")));
  const { code, stdout } = await hopper("test", "tests.hop");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^demo\.purse_tests\n {2}ok {4}holds what was put in +gas +[\d,]+\n {2}ok {4}still holds/,
  );
  expect(stdout).toContain("2 tests: all pass");
});

it("shows where a test failed, with the error's fields, and who called", async () => {
  const failing = `test "empties" {
  purse.open("ann", signer("ann"), 2.50 USD)
  purse.empty("ann")
}
`;
  folder.write("tests.hop", testsOf(GOOD_TEST, failing));
  const { code, stdout } = await hopper("test", "tests.hop");
  expect(code).toBe(EXIT.refused);
  expect(stdout).toContain("FAIL  empties");
  expect(stdout).toMatch(/error\[NotSigned\] name: ann +purse\.hop:18/);
  expect(stdout).toMatch(
    /18 \| {3}require signed\(owner\) else NotSigned \{ name \}\n +\| {3}\^{45} fails here/,
  );
  expect(stdout).toContain('tests.hop:12, `purse.empty("ann")`: called from here');
  expect(stdout).toContain("2 tests: 1 failed");
});

it.each([
  ['check(purse.inside("ann") == 1.00 USD)', "the check does not hold"],
  [
    'check_fails(NotSigned, fn() { check(purse.inside("ann") == 2.50 USD) })',
    "`demo.purse.NotSigned` was expected, and nothing failed",
  ],
  [
    'check_fails(NotSigned, fn() { purse.empty("bob") })',
    "`demo.purse.NotSigned` was expected, and it failed with `RowMissing`",
  ],
])("of %s it says that %s, and where", async (line, sentence) => {
  const failing = `test "t" {\n  purse.open("ann", signer("ann"), 2.50 USD)\n  ${line}\n}\n`;
  folder.write("tests.hop", testsOf(failing));
  const { code, stdout } = await hopper("test", "tests.hop");
  expect(code).toBe(EXIT.refused);
  expect(stdout).toContain(sentence);
  expect(stdout).toMatch(/ {2}7 \| {3}check/);
});

it("ends what does not end by gas", async () => {
  const endless = 'partial fn spin(n: Nat) -> Nat = spin(n + 1)\n\ntest "spins" { check(spin(0) == 0) }\n';
  folder.write("tests.hop", testsOf(endless));
  const { code, stdout } = await hopper("test", "tests.hop", "--gas-limit", "100000");
  expect(code).toBe(EXIT.refused);
  expect(stdout).toContain("all gas is used up, 100,000");
  expect(stdout).toMatch(/gas +100,000\n/);
});

it("chooses tests by their titles, and tells programs the same as JSON", async () => {
  folder.write("tests.hop", testsOf(GOOD_TEST, 'test "fails" { check(1 == 2) }\n'));
  const good = await hopper("test", "tests.hop", "--filter", "put in", "--json");
  expect(good.code).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({ passed: 1, failed: 0 });
  const bad = await hopper("test", "tests.hop", "--json", "--coverage");
  expect(bad.code).toBe(EXIT.refused);
  const told = JSON.parse(bad.stdout) as { tests: unknown[]; coverage: unknown[]; gas: unknown[] };
  const fields = { expected: "true", found: "false" };
  const compared = { left: "1", operator: "==", right: "2" };
  const error = { name: "CheckFailed", fields, compared, file: "tests.hop", line: 10, column: 16 };
  const failed = { module: "demo.purse_tests", title: "fails", ok: false, file: "tests.hop", line: 10 };
  expect(told).toMatchObject({ passed: 1, failed: 1 });
  expect(told.tests[1]).toEqual({ ...failed, gas: expect.any(Number) as number, error });
  expect(told.gas).toMatchObject([{ module: "demo.purse", action: "open", calls: 1 }]);
  expect((await hopper("test", "tests.hop", "--filter", "nothing")).code).toBe(EXIT.usage);
});

it("shows what no test reaches, and what actions cost", async () => {
  const own = GOOD_TEST.replaceAll("purse.", "");
  folder.write("purse.hop", `${PURSE.replace("\n", "\nimport std.testing {check, signer}\n")}\n${own}`);
  const { stdout } = await hopper("test", "purse.hop", "--coverage");
  expect(stdout).toMatch(/demo\.purse {2}\d+% of its expressions run\n {2}empty {2}is never called\n/);
  const gas = /action +calls +least gas +mean +most\ndemo\.purse\.open +1 /;
  expect(stdout).toMatch(gas);
  const alone = await hopper("test", "purse.hop", "--gas");
  expect(alone.stdout).toMatch(gas);
  expect(alone.stdout).not.toContain("expressions run");
});

it("costs the same with and without coverage", async () => {
  folder.write("tests.hop", testsOf(GOOD_TEST));
  const gasOf = async (...more: string[]): Promise<unknown> =>
    (
      JSON.parse((await hopper("test", "tests.hop", "--json", ...more)).stdout) as {
        tests: { gas: number }[];
      }
    ).tests[0]!.gas;
  expect(await gasOf("--coverage")).toBe(await gasOf());
});

it("runs nothing where the sources have errors", async () => {
  folder.write("tests.hop", testsOf(GOOD_TEST.replace("2.50 USD)\n}", "2.50)\n}")));
  const { code, stdout, stderr } = await hopper("test", "tests.hop");
  expect(code).toBe(EXIT.refused);
  expect(stdout).toContain("error[H05");
  expect(stderr).toContain("No test was run");
});
