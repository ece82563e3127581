// Timing of work that is repeated: rounds of every subject in turn, so that what else the machine does hits all alike, and of each the
// fastest round. Ratios within one run hold on a shared machine; figures of different runs do not.

export type Subject = {
  readonly name: string;
  /** Does the work that many times. */
  readonly run: (times: number) => void | Promise<void>;
};

export type Timing = { readonly name: string; readonly nanoseconds: number };

const WARM_UP_MS = 1_000;
const ROUND_MS = 150;
const ROUNDS = 9;
const NS_PER_MS = 1e6;

async function elapsedMs(subject: Subject, times: number): Promise<number> {
  const begin = performance.now();
  await subject.run(times);
  return performance.now() - begin;
}

/** How many times fill a round, found while the subject warms up. */
async function timesPerRound(subject: Subject): Promise<number> {
  const end = performance.now() + WARM_UP_MS;
  let times = 1;
  for (;;) {
    const ms = await elapsedMs(subject, times);
    if (performance.now() >= end) return Math.max(1, Math.round((times * ROUND_MS) / ms));
    if (ms < ROUND_MS) times *= 2;
  }
}

/** Nanoseconds of doing each once. */
export async function measure(subjects: readonly Subject[]): Promise<Timing[]> {
  const counts: number[] = [];
  for (const subject of subjects) {
    process.stderr.write(`${subject.name} …\n`);
    counts.push(await timesPerRound(subject));
  }
  const fastest = subjects.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, subject] of subjects.entries()) {
      const ms = await elapsedMs(subject, counts[at]!);
      fastest[at] = Math.min(fastest[at]!, (ms * NS_PER_MS) / counts[at]!);
    }
  }
  return subjects.map(({ name }, at) => ({ name, nanoseconds: fastest[at]! }));
}
