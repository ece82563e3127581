// Runs the tests that stand in a program: each on a fresh, empty ledger, under a gas limit, alone (L60).
// It prints nothing and knows no clock; a test's outcome is a function of the sources.

import { compareText, type Json, type JsonObject, jsonObject, type Sha256 } from "@juno/base";
import { BUILT_IN_ERRORS } from "../builtins/errors.ts";
import type { Span } from "../diagnostic/source.ts";
import type { Failure } from "../machine/abort.ts";
import { fieldsToJson } from "../machine/border/fields.ts";
import { refusalText } from "../machine/border/scope.ts";
import type { CommandEffects } from "../machine/command-effects.ts";
import { functionAt } from "../machine/image.ts";
import { effectsForTest } from "../machine/testing-effects.ts";
import { type Compared, comparedValues } from "./compared-values.ts";
import type { CoverageRecorder } from "./coverage-recorder.ts";
import { placeOf, placesOf } from "./failed-places.ts";
import type { ProgramImage } from "./program-image.ts";

export type ProgramTest = {
  readonly module: string;
  readonly title: string;
  readonly fn: string;
  /** The test's first line. */
  readonly span: Span;
};

export type TestFailure = {
  /** `demo.bank.Insufficient`, `CheckFailed` */
  readonly error: string;
  readonly fields: JsonObject;
  /** In the program's own sources, innermost first; the test itself if nothing else is known. */
  readonly places: readonly Span[];
  /** Of a `check` that does not hold, what it compared, if that can be told. */
  readonly compared?: Compared;
};

export type TestResult = {
  readonly test: ProgramTest;
  readonly gas: number;
  /** Absent if it passed. */
  readonly failure: TestFailure | undefined;
};

export const TEST_GAS_LIMIT = 100_000_000;

/** In the order of modules and, in each, of the source. */
export function testsOf(program: ProgramImage): ProgramTest[] {
  return [...program.compiled]
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap(({ name, source, code }) =>
      code.tests.map(({ title, fn, at }): ProgramTest => {
        const newline = source.text.indexOf("\n", at);
        const span = { source, start: at, end: newline === -1 ? source.text.length : newline };
        return { module: name, title, fn, span };
      }),
    );
}

export type TestBench = {
  readonly program: ProgramImage;
  readonly sha256: Sha256;
  readonly gasLimit: number;
};

export function runTest(bench: TestBench, test: ProgramTest, recorder?: CoverageRecorder): TestResult {
  const { machine, effects } = startTest(bench, test);
  recorder?.watch(machine, effects);
  const outcome = recorder === undefined ? machine.run() : recorder.run(machine);
  const gas = machine.gasUsed;
  if (outcome.kind !== "failed") return { test, gas, failure: undefined };
  const { program } = bench;
  const { failure } = outcome;
  const places = placesOf(machine.state, failure).flatMap((place) => program.spanOf(place) ?? []);
  const known = places.length === 0 ? [lastPlace(bench, test)] : places;
  const fields = failureFields(program, effects, failure);
  const compared =
    failure.error === "CheckFailed" ? comparedValues(program, machine.state, failure.at) : undefined;
  const more = compared === undefined ? {} : { compared };
  return { test, gas, failure: { error: failure.error, fields, places: known, ...more } };
}

function startTest({ program, sha256, gasLimit }: TestBench, test: ProgramTest) {
  const effects = effectsForTest({ ...program.effectParts(), sha256, module: test.module });
  const fn = { module: test.module, name: test.fn };
  return { machine: program.start({ fn, args: [], effects, gasLimit }), effects };
}

/**
 * Where the test itself was last. A call in tail position leaves no frame, so that a failing `check_fails` at a test's end
 * knows nothing of the test: it is run again, the same way, and watched.
 */
function lastPlace(bench: TestBench, test: ProgramTest): Span {
  const { machine } = startTest(bench, test);
  const { image } = bench.program;
  let last: Span | undefined;
  do {
    const { anf, module } = functionAt(image, machine.state.pc);
    if (module !== test.module || anf.name !== test.fn) continue;
    last = bench.program.spanOf(placeOf(image, machine.state.pc));
  } while (machine.run(0).kind === "running");
  return last ?? test.span;
}

/** The error's fields as receipts show them. */
export function failureFields(
  program: ProgramImage,
  effects: CommandEffects,
  { error, fields }: Failure,
): JsonObject {
  if (fields.kind === "built-in") return jsonObject({ ...fields.facts });
  const builtIn = BUILT_IN_ERRORS.get(error);
  if (builtIn !== undefined) {
    // Their fields are texts and small numbers.
    const values = builtIn.fields.map(({ name }, at): [string, Json] => [name, fields.values[at] as Json]);
    return new Map(values);
  }
  const code = [...program.modules.values()]
    .flatMap(({ errors }) => errors)
    .find(({ name }) => name === error);
  const spelled = code && fieldsToJson(code.fields, effects.scope, fields.values);
  if (spelled === undefined) return jsonObject({});
  // An error may hold what has no form outside, such as a text that is too long for a receipt.
  return spelled.ok ? spelled.value : jsonObject({ unspeakable: refusalText(spelled.error) });
}
