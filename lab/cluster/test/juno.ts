// The real program of the command line, run to its end, with what it printed as JSON.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../edge/cli/src/juno.ts", import.meta.url));
const PRINTED_BYTES_MAX = 64 * 1024 * 1024;

export type Said = { readonly code: number; readonly json: Record<string, unknown>; readonly stderr: string };

export function juno(...args: readonly string[]): Promise<Said> {
  const options = { maxBuffer: PRINTED_BYTES_MAX, env: { ...process.env, JUNO_NETWORK: undefined } };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args, "--json"], options, (error, stdout, stderr) => {
      const [line = ""] = stdout.split("\n");
      const code = typeof error?.code === "number" ? error.code : 0;
      resolve({ code, json: line === "" ? {} : (JSON.parse(line) as Said["json"]), stderr });
    });
  });
}
