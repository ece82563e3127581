// Processes that tests start in order to kill them: a script of this folder, its lines of output, and
// what became of it.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Child = {
  /** Every line so far. */
  readonly lines: readonly string[];
  /** Resolves at the given line of output, or when the process has ended before. */
  line(number: number): Promise<void>;
  kill(): void;
  /** How it ended: an exit code or a signal. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
};

export type ChildOptions = {
  readonly script: URL;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The process may write no file beyond so many KiB. */
  readonly fileKilobytesMax?: number;
};

function start(options: ChildOptions): ChildProcess {
  const { script, args, environment = {}, fileKilobytesMax } = options;
  const path = fileURLToPath(script);
  const env = { ...process.env, ...environment };
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  if (fileKilobytesMax === undefined) return spawn(process.execPath, [path, ...args], { env, stdio });
  const limited = 'ulimit -f "$0" && exec "$@"';
  return spawn("bash", ["-c", limited, String(fileKilobytesMax), process.execPath, path, ...args], {
    env,
    stdio,
  });
}

export function startChild(options: ChildOptions): Child {
  const child = start(options);
  const lines: string[] = [];
  const waiting: { readonly number: number; readonly resolve: () => void }[] = [];
  let over = false;
  const settle = (): void => {
    for (const { number, resolve } of waiting) if (over || lines.length >= number) resolve();
  };
  const output = createInterface({ input: child.stdout! });
  output.on("line", (line) => {
    lines.push(line);
    settle();
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("close", (code, signal) => {
      over = true;
      settle();
      resolve({ code, signal });
    });
  });
  return {
    lines,
    line: (number) =>
      new Promise((resolve) => {
        waiting.push({ number, resolve });
        settle();
      }),
    kill: () => child.kill("SIGKILL"),
    ended,
  };
}
