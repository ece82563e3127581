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

/**
 * Work that ends by itself, with a limit: rejects with a Complaint that says what is lacking when time is
 * up, or with the signal's reason.
 */
export async function withLimit<T>(
  what: string,
  work: Promise<T>,
  options: Pick<WaitOptions, "timeoutMs" | "signal"> & { readonly lacking: () => Promise<string> },
): Promise<T> {
  const { timeoutMs, signal, lacking } = options;
  signal.throwIfAborted();
  const end = Promise.withResolvers<"late">();
  const timer = setTimeout(() => end.resolve("late"), timeoutMs);
  const abort = () => end.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  // Whoever was not waited for may still fail; nobody is left to be told.
  work.catch(() => undefined);
  try {
    const won = await Promise.race([work.then((value) => ({ value })), end.promise]);
    if (won !== "late") return won.value;
    throw new Complaint(`After ${timeoutMs / 1000} s still waiting for ${what}: ${await lacking()}.`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
