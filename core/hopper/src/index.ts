// The door of the language: sources to diagnostics and code, the table of diagnostic codes, and what is needed
// to run what was compiled. Pure: whoever calls it brings the sources, and SHA-256.

export { BUILT_IN_ERRORS } from "./builtins/errors.ts";
export { libraryReference } from "./builtins/reference.ts";
export {
  type Compilation,
  type CompiledModule,
  type CompileOptions,
  compile,
  importsOf,
  libraryCode,
} from "./compile.ts";
export { CODES, type CodeEntry, explain } from "./diagnostic/codes.ts";
export type { Diagnostic } from "./diagnostic/diagnostic.ts";
export { firstOf, type Role, render, renderAll, type Style, toJson } from "./diagnostic/render.ts";
export { type Position, positionOf, type Range, type Source, type Span } from "./diagnostic/source.ts";
export { moduleReference } from "./document/module-reference.ts";
export { moduleName } from "./elaborate/program.ts";
export type { Failure, Place } from "./machine/abort.ts";
export type { SpentGrant } from "./machine/authority/grants.ts";
export { fieldsToJson } from "./machine/border/fields.ts";
export { fromJson } from "./machine/border/read.ts";
export { refusalText, type ShapeScope } from "./machine/border/scope.ts";
export { spellValue } from "./machine/border/spell.ts";
export type { CommandEffects } from "./machine/command-effects.ts";
export { declarationsOf } from "./machine/declarations.ts";
export type { Meter } from "./machine/effects.ts";
export type { GasByKind } from "./machine/gas.ts";
export type { AssetCode, Entry, MigrationCode, ModuleCode, TableCode } from "./machine/module-code.ts";
export type { Outcome } from "./machine/outcome.ts";
export { Program } from "./machine/program.ts";
export { AUTHORITY_GAS, ROW_GAS } from "./machine/row-gas.ts";
export type { DeclaredShapes, Shape } from "./machine/shape.ts";
export type { SupplyChange } from "./machine/state/coin-tally.ts";
export type { EmittedEvent } from "./machine/state/effects-state.ts";
export { KnownRows } from "./machine/state/known-rows.ts";
export type { RowChange } from "./machine/state/row-overlay.ts";
export { signerKey } from "./machine/testing-effects.ts";
export { type Integer, integer, type Value } from "./machine/value.ts";
export type { Machine } from "./machine/vm.ts";
export type { Grant, Signer, World } from "./machine/world.ts";
export {
  type ArgumentRefusal,
  type CommandCall,
  type CommandDone,
  type Done,
  runCommand,
} from "./session/command-run.ts";
export { isOpen } from "./session/input.ts";
export { type Reply, Session, type Shown } from "./session/session.ts";
export { SessionState } from "./session/session-state.ts";
export type { Declaration, Module } from "./syntax/ast.ts";
export { type Formatted, format, parse } from "./syntax/index.ts";
export { coverageOf, type FunctionCoverage } from "./testing/coverage.ts";
export { type ActionGas, CoverageRecorder } from "./testing/coverage-recorder.ts";
export { placesOf } from "./testing/failed-places.ts";
export { ProgramImage } from "./testing/program-image.ts";
export {
  type ProgramTest,
  runTest,
  TEST_GAS_LIMIT,
  type TestBench,
  type TestFailure,
  type TestResult,
  testsOf,
} from "./testing/test-run.ts";
export type { Told, TraceDeed, TraceSink, TraceStep } from "./trace/trace-step.ts";
export { TracedRun } from "./trace/traced-run.ts";
export { FIRST_LANGUAGE, LANGUAGE_VERSION } from "./version.ts";
