// Waiting for something to become true: asked again and again, with a limit, and with a sentence that
// says what was lacking when time was up. Nothing in the demo waits for time to pass.

import { Complaint } from "../complaint.ts";

/** `met` when it is so, else what is lacking. */
export type Finding<T> = { readonly met: T } | { readonly lacking: string };

export type WaitOptions = {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal;
};

const EVERY_MS = 25;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves with what was met; rejects with a Complaint that says what was not. */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<Finding<T>>,
  options: WaitOptions,
): Promise<T> {
  const { timeoutMs, everyMs = EVERY_MS, signal } = options;
  const startMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if ("met" in found) return found.met;
    if (performance.now() - startMs > timeoutMs) {
      throw new Complaint(`After ${timeoutMs / 1000} s still waiting until ${what}: ${found.lacking}.`);
    }
    await pause(everyMs);
  }
}
