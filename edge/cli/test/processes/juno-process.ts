// The real program as a child process, run to its end, with what it said.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const PROGRAM = fileURLToPath(new URL("../../src/juno.ts", import.meta.url));
export const DEMO = fileURLToPath(new URL("../../src/demo-main.ts", import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  /** What it reads; nothing if absent. */
  readonly input?: string;
  readonly cwd?: string;
  readonly program?: string;
  /** A program to run it under another Node, and its arguments before ours. */
  readonly node?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** Runs `juno` with these arguments. */
export async function juno(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [executable = process.execPath, ...before] = options.node ?? [];
  const child = spawn(executable, [...before, options.program ?? PROGRAM, ...args], {
    cwd: options.cwd,
    // The test's own environment must not choose a network.
    env: { ...process.env, JUNO_NETWORK: undefined, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** The last line of a node's log, as data. */
export function lastLogLine(stderr: string): { readonly level?: string; readonly code?: string } {
  const line = stderr.trimEnd().split("\n").at(-1) ?? "";
  return JSON.parse(line) as { level?: string; code?: string };
}
