// One node as a child process. The child holds the other end of a pipe and stops when the pipe ends, so
// that a node never outlives whoever started it, however that came to its end. Its log goes to a file.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../juno.ts", import.meta.url));
const LOG_TAIL_BYTES = 4_096;
/** Of a process that ended without saying so in its log's own way. */
const LAST_LINES = 12;

export type NodePlace = {
  readonly id: number;
  /** The node's folder, with config.json in it. */
  readonly folder: string;
  /** Base URL of its API. */
  readonly url: string;
};

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export class NodeProcess {
  readonly place: NodePlace;
  readonly #child: ChildProcess;
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;

  constructor(place: NodePlace) {
    this.place = place;
    const log = openSync(join(place.folder, "node.log"), "a");
    try {
      const args = [PROGRAM, "node", place.folder, "--until-stdin-ends"];
      this.#child = spawn(process.execPath, args, { stdio: ["pipe", log, log] });
    } finally {
      closeSync(log);
    }
    // A pipe that the child has closed is no news: its exit is.
    this.#child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => {
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
    this.exited.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended, or undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Sends a signal, unless the process is gone already. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === undefined) this.#child.kill(signal);
  }

  /** The end of its log, which says why it ended. */
  lastWords(): string {
    const bytes = readFileSync(join(this.place.folder, "node.log"));
    const lines = bytes.subarray(-LOG_TAIL_BYTES).toString("utf8").trimEnd().split("\n");
    return reasonIn(lines.at(-1) ?? "") ?? lines.slice(-LAST_LINES).join("\n");
  }
}

/** The code and sentence of a log line; undefined if the line is none that says why a node ended. */
function reasonIn(line: string): string | undefined {
  try {
    const { code, message } = JSON.parse(line) as { code?: unknown; message?: unknown };
    return typeof message === "string" ? `${String(code)}: ${message}` : undefined;
  } catch {
    return undefined;
  }
}
