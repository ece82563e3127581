// `hopper run`: one action or query on a ledger in memory, as a command would call it; what it answers, what it changes
// and what it costs.

import { canonicalText, InvariantError, type Json } from "@juno/base";
import {
  type CommandCall,
  type CommandDone,
  compile,
  type Entry,
  ProgramImage,
  runCommand,
  SessionState,
  signerKey,
  TEST_GAS_LIMIT,
} from "@juno/hopper";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import type { Paint } from "../terminal/paint.ts";
import { grouped } from "./counting.ts";
import { doneJson, doneLines, valueText } from "./done-view.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { type LanguageOption, languageOf } from "./language-option.ts";
import { readArguments, signature, UNIT } from "./run-arguments.ts";
import { drawRunError, runErrorJson } from "./run-error.ts";
import { sha256 } from "./sha256.ts";
import { loadSources } from "./source-files.ts";
import { loadState, saveState } from "./state-file.ts";

export type RunOptions = LanguageOption & {
  readonly sign?: readonly string[];
  readonly state?: string;
  readonly time?: string;
  readonly gasLimit?: number;
  readonly json?: boolean;
};

type Called = { readonly module: string; readonly entry: Entry; readonly isQuery: boolean };

/** What can be called of the program, the given file's module first. */
function callable(program: ProgramImage, first: string): Called[] {
  const modules = [...program.compiled].sort((a, b) => Number(b.name === first) - Number(a.name === first));
  return modules.flatMap(({ name, code }) => [
    ...code.actions.map((entry) => ({ module: name, entry, isQuery: false })),
    ...code.queries.map((entry) => ({ module: name, entry, isQuery: true })),
  ]);
}

/** `open` of the file's own module, `bank.open`, `demo.bank.open`. */
function findCalled(all: readonly Called[], first: string, typed: string): Called {
  const fits = ({ module, entry }: Called): boolean =>
    `${module}.${entry.name}` === typed || `${module}.${entry.name}`.endsWith(`.${typed}`);
  const found = all.filter(fits);
  const own = found.find(({ module }) => module === first);
  const [only] = found;
  if (own !== undefined && !typed.includes(".")) return own;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw usage(`Which? ${found.map(({ module, entry }) => `${module}.${entry.name}`).join(", ")}`);
  throw usage(`There is no action or query ${typed}. These are there:\n${listing(all)}`);
}

/** In a ledger in memory everybody is made up. */
const madeUpPolicy = (name: string): Json => new Map([["key", signerKey(sha256, name)]]);

const listing = (all: readonly Called[]): string =>
  all
    .map(({ module, entry, isQuery }) => `  ${isQuery ? "query " : "action"} ${module}.${signature(entry)}`)
    .join("\n");

/** L43: `init` runs once, at deployment. */
function deployed(program: ProgramImage, signers: readonly string[], gasLimit: number): SessionState {
  let state = new SessionState();
  for (const { name, code } of program.compiled) {
    const entry = code.init;
    if (entry === undefined) continue;
    if (entry.parameters.length > 0)
      throw usage(`${name} is deployed with arguments, which \`hopper run\` does not do.`);
    const done = runCommand({
      program,
      state,
      sha256,
      module: name,
      entry,
      args: new Map(),
      signers,
      gasLimit,
    });
    if ("parameter" in done || "failure" in done)
      throw usage(`The init of ${name} fails: sign it with --sign.`);
    state = state.after(done);
  }
  return state;
}

export function runRun(
  file: string,
  action: string | undefined,
  args: readonly string[],
  options: RunOptions,
  output: Output,
): void {
  const files = loadSources([file]);
  const { diagnostics, modules } = compile(
    files.map(({ source }) => source),
    languageOf(options),
  );
  if (diagnostics.some(({ severity }) => severity === "error")) {
    output.print(drawDiagnostics(diagnostics, output.paint));
    process.exitCode = EXIT.refused;
    return;
  }
  const program = new ProgramImage(modules);
  const first = modules.find(({ source }) => source === files[0]!.source)?.name ?? "";
  const all = callable(program, first);
  if (action === undefined) {
    output.print(listing(all));
    return;
  }
  const { module, entry, isQuery } = findCalled(all, first, action);
  const { sign: signers = [], gasLimit = TEST_GAS_LIMIT } = options;
  const before = startState(program, options, { signers, gasLimit });
  const call = { program, state: before, sha256, module, entry, signers, gasLimit };
  const ran = run({ ...call, args: readArguments(args, entry, madeUpPolicy) }, options.state);
  // An action gives nothing, and need not say so.
  const done = entry.result.type === UNIT ? { ...ran, result: undefined } : ran;
  if ("parameter" in done) throw usage(`${done.parameter}: ${done.sentence}. It is ${signature(entry)}`);
  const failed = "failure" in done;
  if (failed) process.exitCode = EXIT.refused;
  if (options.state !== undefined && !failed && !isQuery) saveState(options.state, before.after(done));
  if (options.json) output.printJson(runJson(done));
  else output.print(runLines(done, output.paint).join("\n"));
}

/** Rows of another program, or of an older version of this one, need not have the types they should. */
function run(call: CommandCall, state: string | undefined): ReturnType<typeof runCommand> {
  try {
    return runCommand(call);
  } catch (cause) {
    if (state === undefined || !(cause instanceof InvariantError)) throw cause;
    throw usage(`The rows in ${state} do not fit this program: begin a new one. (${cause.message})`);
  }
}

function startState(
  program: ProgramImage,
  { state, time }: RunOptions,
  { signers, gasLimit }: { readonly signers: readonly string[]; readonly gasLimit: number },
): SessionState {
  const kept = state === undefined ? undefined : loadState(state);
  const start = kept ?? deployed(program, signers, gasLimit);
  if (time === undefined) return start;
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw usage(`${time} is no time: write it as 2026-01-31T12:00:00Z.`);
  return start.at(ms);
}

function runLines(done: CommandDone, paint: Paint): string[] {
  const { instructions, allocation, builtins, rows, events } = done.gasByKind;
  const kinds = Object.entries({ instructions, allocation, builtins, rows, events });
  const parts = kinds.filter(([, gas]) => gas > 0).map(([kind, gas]) => `${kind} ${grouped(gas)}`);
  const gas = `gas ${grouped(done.gas)} (${parts.join(", ")})`;
  if ("failure" in done) {
    return [`${paint("red", "failed")} · ${gas}`, "", drawRunError(done.failure, paint)];
  }
  const answer = done.result === undefined ? [] : [valueText(done.result)];
  return [`${paint("green", "ok")} · ${gas}`, ...answer, ...doneLines(done, paint)];
}

function runJson(done: CommandDone): Record<string, unknown> {
  const { gas, gasByKind, result } = done;
  const used = { gas, gasByKind };
  if ("failure" in done) return { status: "failed", ...used, error: runErrorJson(done.failure) };
  const answer = result === undefined ? {} : { result: JSON.parse(canonicalText(result)) as unknown };
  return { status: "ok", ...used, ...answer, ...doneJson(done) };
}
