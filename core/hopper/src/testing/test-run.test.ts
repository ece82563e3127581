// Tests of the language, run: each on a ledger of its own, ended by gas, told with places; and what the recorder sees.

import { Hash, jsonObject } from "@juno/base";
import { expect, it } from "vitest";
import { compile } from "../compile.ts";
import { coverageOf } from "./coverage.ts";
import { CoverageRecorder } from "./coverage-recorder.ts";
import { ProgramImage } from "./program-image.ts";
import { runTest, type TestBench, testsOf } from "./test-run.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(32).fill(bytes.length));

function benchOf(text: string, gasLimit = 100_000): TestBench {
  const source = { name: "m.hop", text: `module demo.m\nimport std.testing {check, check_fails}\n${text}` };
  const { modules, diagnostics } = compile([source], { tests: true });
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  return { program: new ProgramImage(modules), sha256, gasLimit };
}

const DOORS = `
table doors: Text => Nat
error Shut { door: Text, wanted: Nat }
fn pass(door: Text, n: Nat) writes {
  require n > 0 else Shut { door, wanted: n }
  doors.put(door, n)
}
action enter(door: Text, n: Nat) {
  pass(door, n)
}
action leave(door: Text) {
  if doors.has(door) { doors.remove(door) } else { doors.put(door, 0) }
}
fn unused(n: Nat) -> Nat = n * n
`;

const run = (bench: TestBench) => testsOf(bench.program).map((test) => runTest(bench, test));

it("gives each test an empty ledger", () => {
  const [a, b] = run(
    benchOf(
      `${DOORS}
test "a" { enter("north", 1) check(doors.has("north")) }
test "b" { check(!doors.has("north")) }
`.replace("1) check", "1)\n check"),
    ),
  );
  expect([a?.failure, b?.failure]).toEqual([undefined, undefined]);
  expect(a!.gas).toBeGreaterThan(b!.gas);
});

it("tells a failure's error, fields and places, innermost first", () => {
  const bench = benchOf(`${DOORS}\ntest "t" {\n  enter("north", 0)\n  check(true)\n}\n`);
  const failure = run(bench)[0]!.failure!;
  expect(failure.error).toBe("demo.m.Shut");
  expect(failure.fields).toEqual(jsonObject({ door: "north", wanted: 0 }));
  const quoted = failure.places.map(({ source, start, end }) => source.text.slice(start, end));
  // \`enter\` ends with its call, and so left no frame.
  expect(quoted).toEqual(["require n > 0 else Shut { door, wanted: n }", 'enter("north", 0)']);
});

it("finds the place of a check that is the last thing a test does", () => {
  const bench = benchOf(`${DOORS}\ntest "t" {\n  check_fails(Shut, fn() { enter("north", 1) })\n}\n`);
  const failure = run(bench)[0]!.failure!;
  expect(failure.error).toBe("CheckFailed");
  expect(failure.fields).toEqual(jsonObject({ expected: "demo.m.Shut", found: "no error" }));
  const [{ source, start, end }] = failure.places as [(typeof failure.places)[0]];
  expect(source.text.slice(start, end)).toBe('check_fails(Shut, fn() { enter("north", 1) })');
});

it("ends a test that does not end, with all of its gas", () => {
  const bench = benchOf(
    'partial fn spin(n: Nat) -> Nat = spin(n)\ntest "t" { check(spin(1) == 1) }\n',
    5_000,
  );
  const [result] = run(bench);
  expect(result).toMatchObject({ gas: 5_000, failure: { error: "OutOfGas" } });
});

it("records what ran, what did not, and what actions cost, and changes neither outcome nor gas", () => {
  const bench = benchOf(`${DOORS}
test "t" {
  enter("north", 1)
  enter("south", 2)
  leave("north")
  check_fails(Shut, fn() { enter("north", 0) })
}
`);
  const { program } = bench;
  const recorder = new CoverageRecorder(program.image, new Set(["demo.m.enter", "demo.m.leave"]));
  const [test] = testsOf(program);
  const recorded = runTest(bench, test!, recorder);
  expect(recorded).toEqual(runTest(bench, test!));
  const coverage = coverageOf(program, recorder);
  const missed = new Map(
    coverage.map(({ name, missed: spans }) => [
      name,
      spans.map(({ source, start, end }) => source.text.slice(start, end)),
    ]),
  );
  expect(missed.get("pass")).toEqual([]);
  expect(missed.get("leave")).toEqual(["doors.put(door, 0)"]);
  expect(coverage.find(({ name }) => name === "unused")).toMatchObject({ reached: 0 });
  expect(coverage.map(({ name }) => name)).toEqual(["enter", "leave", "pass", "unused"]);
  const enter = recorder.actions.get("demo.m.enter")!;
  // The third call failed, and what failed costs nobody the same.
  expect(enter.calls).toBe(2);
  expect(enter.total).toBeGreaterThanOrEqual(enter.least + enter.most);
});

it.each([
  ['check(doors.get("north") == 2)', { left: "1", operator: "==", right: "2" }],
  ['check(doors.get("north") != 1)', { left: "1", operator: "!=", right: "1" }],
  ['check(1 + 1 > doors.get("north") + 5)', { left: "2", operator: ">", right: "6" }],
  ['check("a" ++ "b" == "b")', { left: '"ab"', operator: "==", right: '"b"' }],
  ['check(doors.find("south") == Some(1))', { left: "None", operator: "==", right: '{"Some":1}' }],
  ['check(false || doors.has("south"))', undefined],
])("tells what %s compared", (line, compared) => {
  const bench = benchOf(`${DOORS}\ntest "t" {\n  enter("north", 1)\n  ${line}\n}\n`);
  expect(run(bench)[0]!.failure).toMatchObject({ error: "CheckFailed" });
  expect(run(bench)[0]!.failure!.compared).toEqual(compared);
});

it("tells each call by its own place, and not by what comes next", () => {
  const outer = "fn outer(door: Text) writes {\n  pass(door, 0)\n  doors.put(door, 9)\n}\n";
  const bench = benchOf(`${DOORS}${outer}\ntest "t" {\n  outer("north")\n  check(true)\n}\n`);
  const { places } = run(bench)[0]!.failure!;
  expect(places.map(({ source, start, end }) => source.text.slice(start, end))).toEqual([
    "require n > 0 else Shut { door, wanted: n }",
    "pass(door, 0)",
    'outer("north")',
  ]);
});
