// The verifier in Python (examples/verify-receipt) as a process, run to its end with many files at once.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const FOLDER = fileURLToPath(new URL("../../../../examples/verify-receipt", import.meta.url));

/** Runs Python with these arguments; a machine without it is told what to install. */
export async function python(args: readonly string[], input = "") {
  const child = spawn("python3", args, { cwd: FOLDER, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]).catch((cause: unknown) => {
    throw new Error("Python 3.8 or newer is needed: install python3, so that PATH leads to it.", { cause });
  });
  return { code, stdout, stderr };
}

export const verifyInPython = (files: readonly string[], genesis: string, epochs?: string) =>
  python(["verify-receipt.py", ...(epochs === undefined ? [] : ["--epochs", epochs]), ...files, genesis]);

/** `good`, or the reason, for each file; what is told of a good receipt's changes is left out. */
export function verdictsIn(stdout: string): string[] {
  const verdicts = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("  "));
  return verdicts.map((line) => line.slice(line.indexOf(": ") + 2).replace(/^good: .*/, "good"));
}
