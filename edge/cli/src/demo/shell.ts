// Runs a program as whoever follows the demo would, and takes what it says.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Complaint } from "../complaint.ts";

const JUNO = fileURLToPath(new URL("../juno.ts", import.meta.url));
const SAID_BYTES_MAX = 1024 * 1024;

export type Said = {
  readonly code: number | "missing";
  /** Of both streams. */
  readonly lines: readonly string[];
  readonly stdout: string;
};

/** `juno` with these arguments, or another program. */
export function run(args: readonly string[], program?: string): Promise<Said> {
  const [file, all] = program === undefined ? [process.execPath, [JUNO, ...args]] : [program, args];
  return new Promise((resolve, reject) => {
    const child = spawn(file, all, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    let stdout = "";
    const hear = (part: Buffer) => {
      text = (text + part.toString()).slice(-SAID_BYTES_MAX);
    };
    child.stdout.on("data", hear);
    child.stdout.on("data", (part: Buffer) => {
      stdout = (stdout + part.toString()).slice(-SAID_BYTES_MAX);
    });
    child.stderr.on("data", hear);
    child.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") resolve({ code: "missing", lines: [], stdout });
      else reject(cause);
    });
    child.once("close", (code) => resolve({ code: code ?? 1, lines: text.trimEnd().split("\n"), stdout }));
  });
}

/** What was said, if the exit code is as expected; else a Complaint. */
export function demand({ code, lines }: Said, expected: number): string[] {
  if (code === expected) return [...lines];
  throw new Complaint(`A command ended with exit code ${code}: ${lines.join(" ")}`);
}
