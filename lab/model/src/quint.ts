// Runs the tool Quint on the specification. Only its interpreter in TypeScript is used: it comes with the
// package, while the faster one and the model checkers would be fetched from elsewhere when first asked for.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(import.meta.resolve("@informalsystems/quint/dist/src/cli.js"));
const SPEC = fileURLToPath(new URL("../../../spec/", import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** How a run of Quint ended, and all that it printed. */
export type Ending = { readonly code: number; readonly output: string };

/** `command` with its arguments, on files of spec/. Never rejects for what Quint finds. */
export function runQuint(
  command: "typecheck" | "test" | "run",
  parameters: readonly string[],
): Promise<Ending> {
  const backend = command === "typecheck" ? [] : ["--backend=typescript"];
  const argv = [PROGRAM, command, ...backend, ...parameters];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: SPEC, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
