// A node whose signing key another process holds (E62). What it cannot have signed it does not say: it stops within the step, before an effect of it is performed, as a
// node that crashed there; waits for its signer; and begins again from what it has stored. So the rules of safety (S1 to S18) need to
// know of crashes alone.

import { Failure } from "@juno/failure";
import type { RemoteSigner } from "../signer/remote-signer.ts";
import type { OpenOptions, RunningNode, RunOptions } from "./run-options.ts";

type Parts = {
  readonly signer: Pick<RemoteSigner, "socket" | "up" | "close" | "onLost">;
  open(options: OpenOptions): Promise<RunningNode>;
};

/** Not more often than this, whatever a signer does that comes and goes. */
const PAUSE_MS = 1_000;

export async function runWithSigner(options: RunOptions, parts: Parts): Promise<RunningNode> {
  const life = new Lives(options, parts);
  await life.begin();
  return life.running;
}

class Lives {
  readonly #options: RunOptions;
  readonly #parts: Parts;
  readonly #closing = Promise.withResolvers<void>();
  #isClosing = false;
  #node: RunningNode | undefined;
  #stop: (() => void) | undefined;
  #lost: string | undefined;
  #again: Promise<void> | undefined;

  constructor(options: RunOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    parts.signer.onLost = (reason) => this.#onLost(reason);
  }

  /** Within the step, so that nothing is said that was not signed. */
  #onLost(reason: string): void {
    if (this.#lost === undefined) this.#note("signer_lost", { reason });
    this.#lost ??= reason;
    // Nothing runs yet that could be stopped: what is being opened ends with this.
    if (this.#stop === undefined) throw new Error(`the signer is lost: ${reason}`);
    this.#stop();
    if (this.#node !== undefined) this.#goOn();
  }

  #note(code: string, facts: Readonly<Record<string, string>>): void {
    this.#options.note({ code, facts: { socket: this.#parts.signer.socket, ...facts } });
  }

  #goOn(): void {
    // Not within the step that was stopped.
    this.#again ??= Promise.resolve()
      .then(() => this.#open())
      .catch((cause: Error) => this.#options.failed(cause))
      .finally(() => {
        this.#again = undefined;
      });
  }

  /** A node that never ran ends with the reason: whoever started it starts it again. */
  async begin(): Promise<void> {
    this.#node = await this.#opened();
    const reason = this.#lost;
    if (reason === undefined) return;
    await this.#end();
    throw new Failure("key_unusable", `the signer at ${this.#parts.signer.socket} is lost: ${reason}`);
  }

  async #open(): Promise<void> {
    while (this.#lost !== undefined) {
      await this.#end();
      await this.#untilBack();
      if (this.#isClosing) return;
      this.#lost = undefined;
      this.#node = await this.#opened();
    }
    this.#note("signer_back", {});
  }

  /** Undefined if the signer was lost meanwhile. */
  async #opened(): Promise<RunningNode | undefined> {
    try {
      return await this.#parts.open({
        ...this.#options,
        stoppable: (stop) => {
          this.#stop = stop;
        },
        // What fails since nothing is signed is no failure of its own.
        failed: (cause) => {
          if (this.#lost === undefined) this.#options.failed(cause);
        },
      });
    } catch (cause) {
      if (this.#lost === undefined) throw cause;
      return undefined;
    }
  }

  async #untilBack(): Promise<void> {
    const pause = new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const isBack = Promise.all([this.#parts.signer.up(), pause]);
    await Promise.race([isBack, this.#closing.promise]);
  }

  async #end(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    await node?.close();
    this.#stop = undefined;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    this.#closing.resolve();
    await this.#again;
    await this.#end();
    await this.#parts.signer.close();
  }

  get running(): RunningNode {
    const { id, config, apiPort } = this.#node!;
    let last = this.#node!;
    const status = () => {
      last = this.#node ?? last;
      return last.status();
    };
    return { id, config, apiPort, status, close: () => this.#close() };
  }
}
