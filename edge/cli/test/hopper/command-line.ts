// `hopper` within the test's own process: what it printed, and the exit code it would have ended with.

import { createHopperProgram } from "../../src/hopper/hopper-program.ts";
import type { Output } from "../../src/output.ts";
import { executeCommandLine } from "../../src/run-program.ts";
import { plainPaint } from "../../src/terminal/paint.ts";

export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string };

export async function hopper(...args: readonly string[]): Promise<Run> {
  const printed: string[] = [];
  const remarks: string[] = [];
  const output: Output = {
    paint: plainPaint,
    errorPaint: plainPaint,
    print: (text) => printed.push(`${text}\n`),
    printJson: (value) => printed.push(`${JSON.stringify(value)}\n`),
    remark: (text) => remarks.push(`${text}\n`),
  };
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await executeCommandLine(createHopperProgram, args, output);
    return { code: Number(process.exitCode ?? 0), stdout: printed.join(""), stderr: remarks.join("") };
  } finally {
    process.exitCode = before;
  }
}
