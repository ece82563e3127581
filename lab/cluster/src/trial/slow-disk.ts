// A disk that takes its time: strace holds every sync of a running node for a while before the kernel
// sees it. The node is not started differently; when strace is gone, the disk is as fast as it was. A node
// that starts again has a disk as fast as it is.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";

const MICROS_PER_MS = 1000;

/** Whether this machine has strace; whether it may trace is seen when it does. */
export const hasStrace = (): boolean => spawnSync("strace", ["-V"], { stdio: "ignore" }).status === 0;

export class SlowDisk {
  readonly #tracer: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(tracer: ChildProcess) {
    this.#tracer = tracer;
    this.#ended = new Promise((resolve) => tracer.once("exit", () => resolve()));
  }

  /** Rejects if strace is missing or may not trace. */
  static async of(pid: number, delayMs: number): Promise<SlowDisk> {
    const slow = `inject=fdatasync,fsync:delay_enter=${Math.round(delayMs * MICROS_PER_MS)}`;
    const args = ["-f", "-p", String(pid), "-e", "trace=fdatasync,fsync", "-e", slow, "-o", "/dev/null"];
    const tracer = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
    const disk = new SlowDisk(tracer);
    await new Promise<void>((resolve, reject) => {
      let said = "";
      tracer.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("attached")) resolve();
      });
      tracer.once("error", () =>
        reject(new Error("strace is needed for slow disks: apt-get install strace")),
      );
      tracer.once("exit", () => reject(new Error(`strace cannot slow the disk of ${pid}: ${said}`)));
    });
    return disk;
  }

  /** Resolves when the disk is as fast as it was, or the node is gone. */
  async end(): Promise<void> {
    this.#tracer.kill("SIGTERM");
    await this.#ended;
  }
}
