// One node as a child process: the real program, started as an operator starts it. Invariant: it does
// not outlive this process, whatever ends it: its standard input ends with us, and so does the guard
// that wakes it when it was paused.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../edge/cli/src/juno.ts", import.meta.url));

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type NodeProcessOptions = {
  /** The node's data folder. */
  readonly folder: string;
  /** Takes what the node says while it runs. */
  readonly logPath: string;
  /** A program and its arguments that runs the node and stays out of its way, such as a tracer. */
  readonly under?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The file that is `juno`, if not the one of this tree. */
  readonly program?: string;
};

/** A line of the operator's log. */
export type LogLine = { readonly level: string; readonly code: string; readonly message?: string };

export class NodeProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #logPath: string;
  #exit: Exit | undefined;
  #guard: ChildProcess | undefined;
  /** It was asked to end: its end is no surprise. */
  isEnding = false;

  constructor(options: NodeProcessOptions) {
    const { folder, logPath, under = [], environment = {}, program: juno = PROGRAM } = options;
    this.#logPath = logPath;
    const [program = "", ...args] = [...under, process.execPath, juno, "node", folder, "--until-stdin-ends"];
    const log = openSync(logPath, "w");
    try {
      const env = { ...process.env, ...environment };
      this.#child = spawn(program, args, { stdio: ["pipe", log, log], env });
    } finally {
      closeSync(log);
    }
    // A pipe that the child has closed is no news: its exit is.
    this.#child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.#exit = exit;
        this.#guard?.stdin?.end();
        resolve(exit);
      };
      this.#child.once("error", () => end({ code: null, signal: null }));
      this.#child.once("exit", (code, signal) => end({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  get isPaused(): boolean {
    return this.#guard !== undefined;
  }

  /** Sends a signal, unless the process is gone already. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === undefined) this.#child.kill(signal);
  }

  /** SIGSTOP. It goes on at `resume`, or when this process is gone. */
  async pause(): Promise<void> {
    const script = 'kill -STOP "$1" && echo stopped; read -r line; kill -CONT "$1"';
    const guard = spawn("sh", ["-c", script, "sh", String(this.#child.pid)], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#guard = guard;
    await new Promise((resolve) => guard.stdout.once("data", resolve));
  }

  /** SIGCONT. */
  async resume(): Promise<void> {
    const guard = this.#guard;
    if (guard === undefined) return;
    this.#guard = undefined;
    const ended = new Promise((resolve) => guard.once("exit", resolve));
    guard.stdin?.end();
    await ended;
  }

  /** What the node has said in this run, oldest first. */
  lines(): LogLine[] {
    return this.text()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as LogLine);
  }

  text(): string {
    return readFileSync(this.#logPath, "utf8");
  }
}
