// The real program of the command line, run to its end, with what it printed as JSON.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../../edge/cli/src/juno.ts", import.meta.url));
const PRINTED_BYTES_MAX = 64 * 1024 * 1024;

export type Said = { readonly code: number; readonly json: Record<string, unknown>; readonly stderr: string };

export const juno = (...args: readonly string[]): Promise<Said> => run(args).said;

/** One that goes on until it is told to end, as by Ctrl-C, at the latest with the test. */
export function followed(...args: readonly string[]): { end(): Promise<Said> } {
  const { child, said } = run(args);
  onTestFinished(() => void child.kill());
  return {
    end: () => {
      child.kill("SIGINT");
      return said;
    },
  };
}

function run(args: readonly string[]) {
  const options = { maxBuffer: PRINTED_BYTES_MAX, env: { ...process.env, JUNO_NETWORK: undefined } };
  const { promise: said, resolve } = Promise.withResolvers<Said>();
  const child = execFile(process.execPath, [PROGRAM, ...args, "--json"], options, (error, stdout, stderr) => {
    const [line = ""] = stdout.split("\n");
    const code = typeof error?.code === "number" ? error.code : 0;
    resolve({ code, json: line === "" ? {} : (JSON.parse(line) as Said["json"]), stderr });
  });
  return { child, said };
}
