// Waiting for what a cluster does by itself: by asking until it is so, never by letting time pass. What
// does not come about within a generous limit fails with a sentence that says what was waited for.

const PROBE_EVERY_MS = 25;
const PATIENCE_MS = 90_000;

export type ConditionOptions<T> = {
  /** Ends "it did not come about that …". */
  readonly what: string;
  /** Undefined while it is not so yet; throws when it cannot come about any more. */
  readonly probe: () => T | undefined | Promise<T | undefined>;
  readonly timeoutMs?: number;
  /** What to say of the world as it is when time is up. */
  readonly describe?: () => Promise<string>;
};

/** What was waited for did not come about. */
export class NotInTime extends Error {
  override readonly name = "NotInTime";
}

/** Resolves with the first answer of the probe that is not undefined; rejects with a `NotInTime`. */
export async function until<T>(options: ConditionOptions<T>): Promise<T> {
  const { what, probe, timeoutMs = PATIENCE_MS, describe } = options;
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > endMs) {
      const world = describe === undefined ? "" : `\n${await describe()}`;
      throw new NotInTime(`within ${timeoutMs} ms it did not come about that ${what}${world}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}
