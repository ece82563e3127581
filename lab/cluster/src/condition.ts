// Waiting for what a cluster does by itself: by asking until it is so, never by letting time pass. What
// does not come about within a generous limit fails with a sentence that says what was waited for.

/** Between the first two probes. What has been waited for longer is asked for less often: asking takes the time of those who are asked. */
const FIRST_PAUSE_MS = 25;
const PAUSE_MS_MAX = 150;
const PAUSE_OF_WAIT = 0.1;
const PATIENCE_MS = 90_000;

export type ConditionOptions<T> = {
  /** Ends "it did not come about that …". */
  readonly what: string;
  /** Undefined while it is not so yet; throws when it cannot come about any more. */
  readonly probe: () => T | undefined | Promise<T | undefined>;
  readonly timeoutMs?: number;
  /** The longest pause between two probes: less for what does not stay so. */
  readonly pauseMsMax?: number;
  /** What to say of the world as it is when time is up. */
  readonly describe?: () => Promise<string>;
};

/** What was waited for did not come about. */
export class NotInTime extends Error {
  override readonly name = "NotInTime";
}

/** Resolves with the first answer of the probe that is not undefined; rejects with a `NotInTime`. */
export async function until<T>(options: ConditionOptions<T>): Promise<T> {
  const { what, probe, timeoutMs = PATIENCE_MS, pauseMsMax = PAUSE_MS_MAX, describe } = options;
  const beginMs = performance.now();
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    const waitedMs = performance.now() - beginMs;
    if (waitedMs > timeoutMs) {
      const world = describe === undefined ? "" : `\n${await describe()}`;
      throw new NotInTime(`within ${timeoutMs} ms it did not come about that ${what}${world}`);
    }
    const pauseMs = Math.min(pauseMsMax, FIRST_PAUSE_MS + PAUSE_OF_WAIT * waitedMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
