// `hopper test`: the tests that stand in the sources, each on an empty ledger of its own.

import {
  CoverageRecorder,
  compile,
  coverageOf,
  ProgramImage,
  type ProgramTest,
  positionOf,
  runTest,
  TEST_GAS_LIMIT,
  type TestBench,
  type TestResult,
  testsOf,
} from "@juno/hopper";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { diagnosticsJson } from "./check-command.ts";
import { count, grouped } from "./counting.ts";
import { coverageJson, coverageLines, gasLines } from "./coverage-view.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { type LanguageOption, languageOf } from "./language-option.ts";
import { drawRunError, runErrorJson } from "./run-error.ts";
import { sha256 } from "./sha256.ts";
import { loadSources } from "./source-files.ts";

export type TestOptions = LanguageOption & {
  readonly filter?: string;
  readonly json?: boolean;
  readonly coverage?: boolean;
  readonly gas?: boolean;
  readonly gasLimit?: number;
};

/** Undefined if the sources are refused, which is said. */
function load(paths: readonly string[], options: TestOptions, output: Output): Loaded | undefined {
  const files = loadSources(paths);
  const { diagnostics, modules } = compile(
    files.map(({ source }) => source),
    { tests: true, ...languageOf(options) },
  );
  if (diagnostics.some(({ severity }) => severity === "error")) {
    if (options.json) output.print(`{"diagnostics":${diagnosticsJson(diagnostics)}}`);
    else output.print(drawDiagnostics(diagnostics, output.paint));
    output.remark("No test was run: the sources have errors.");
    process.exitCode = EXIT.refused;
    return undefined;
  }
  const given = new Set(files.filter((file) => file.given).map(({ source }) => source));
  return { program: new ProgramImage(modules), given };
}

type Loaded = { readonly program: ProgramImage; readonly given: ReadonlySet<ProgramTest["span"]["source"]> };

function chosen({ program, given }: Loaded, { filter }: TestOptions): ProgramTest[] {
  const own = testsOf(program).filter(({ span }) => given.has(span.source));
  if (own.length === 0) throw usage('There are no tests here: write `test "what holds" { … }` in a module.');
  if (filter === undefined) return own;
  const wanted = own.filter(({ module, title }) => `${module}: ${title}`.includes(filter));
  if (wanted.length === 0) {
    throw usage(`None of the ${count(own.length, "test")} has "${filter}" in its module's name or title.`);
  }
  return wanted;
}

export function runTests(paths: readonly string[], options: TestOptions, output: Output): void {
  const loaded = load(paths, options, output);
  if (loaded === undefined) return;
  const { program } = loaded;
  const bench: TestBench = { program, sha256, gasLimit: options.gasLimit ?? TEST_GAS_LIMIT };
  const actions = program.compiled.flatMap(({ name, code }) =>
    code.actions.map((one) => `${name}.${one.fn}`),
  );
  const recorder =
    options.coverage || options.gas ? new CoverageRecorder(program.image, new Set(actions)) : undefined;
  const results: TestResult[] = [];
  let module = "";
  for (const test of chosen(loaded, options)) {
    const result = runTest(bench, test, recorder);
    results.push(result);
    if (options.json) continue;
    if (test.module !== module) output.print(output.paint("bold", test.module));
    ({ module } = test);
    output.print(resultText(result, output));
  }
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0) process.exitCode = EXIT.refused;
  const reached = options.coverage ? recorder : undefined;
  const coverage = reached && coverageOf(program, reached).filter(isGiven(loaded));
  const gas = recorder === undefined ? [] : [...recorder.actions.values()];
  if (options.json) {
    const extra = {
      ...(coverage === undefined ? {} : { coverage: coverageJson(coverage) }),
      ...(recorder === undefined ? {} : { gas }),
    };
    output.printJson({ passed: results.length - failed, failed, tests: results.map(resultJson), ...extra });
    return;
  }
  const { paint } = output;
  const tables = [coverage === undefined ? [] : coverageLines(coverage, paint), gasLines(gas, paint)];
  for (const lines of tables) if (lines.length > 0) output.print(`\n${lines.join("\n")}`);
  const told = failed === 0 ? paint("green", "all pass") : paint("red", `${failed} failed`);
  output.print(`\n${count(results.length, "test")}: ${told}`);
}

const isGiven =
  ({ program, given }: Loaded) =>
  ({ module }: { readonly module: string }): boolean => {
    const source = program.sourceOf(module);
    return source !== undefined && given.has(source);
  };

const TITLE_COLUMNS = 66;

function resultText({ test, gas, failure }: TestResult, { paint }: Output): string {
  const mark = failure === undefined ? paint("green", "ok  ") : paint("red", "FAIL");
  const line = `  ${mark}  ${safeText(test.title).padEnd(TITLE_COLUMNS)}  ${paint("dim", `gas ${grouped(gas).padStart(10)}`)}`;
  if (failure === undefined) return line;
  const drawn = drawRunError(failure, paint).split("\n");
  return [line, "", ...drawn.map((text) => `  ${text}`), ""].join("\n");
}

function resultJson({ test, gas, failure }: TestResult): Record<string, unknown> {
  const { source, start } = test.span;
  const ended = failure === undefined ? { ok: true } : { ok: false, error: runErrorJson(failure) };
  const { line } = positionOf(source, start);
  return { module: test.module, title: test.title, ...ended, gas, file: source.name, line };
}
