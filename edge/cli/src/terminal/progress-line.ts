// One line that tells how far long work is: entries, pace, share, what is left. It stands on standard
// error, only where somebody looks at it, and is gone when the work is done.

const ESCAPE = "\u001b[";
const ERASE_LINE = `\r${ESCAPE}K`;
const INTERVAL_MS = 200;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;

export type Pace = {
  /** What is being done, such as "entries". */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
};

export type ProgressStream = Pick<NodeJS.WriteStream, "write" | "isTTY">;

const spelled = (number: number): string => number.toLocaleString("en-US");

function durationText(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return `${Math.ceil(seconds)} s`;
  if (seconds < SECONDS_PER_HOUR) return `${Math.ceil(seconds / SECONDS_PER_MINUTE)} min`;
  return `${(seconds / SECONDS_PER_HOUR).toFixed(1)} h`;
}

export function paceText({ label, done, total, perSecond }: Pace): string {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  const facts = [`${label}: ${spelled(done)} of ${spelled(total)} (${share}%)`, `${spelled(perSecond)}/s`];
  if (perSecond > 0 && done < total) facts.push(`${durationText((total - done) / perSecond)} left`);
  return facts.join(", ");
}

export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  #shownMs = Number.NEGATIVE_INFINITY;
  #label = "";

  /** `clock` counts milliseconds from anywhere. */
  constructor(stream: ProgressStream, clock: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#clock = clock;
  }

  show(pace: Pace): void {
    const now = this.#clock();
    const isDue = now - this.#shownMs >= INTERVAL_MS || pace.label !== this.#label;
    if (!this.#stream.isTTY || !isDue) return;
    this.#shownMs = now;
    this.#label = pace.label;
    this.#stream.write(`${ERASE_LINE}${paceText(pace)}`);
  }

  close(): void {
    if (this.#stream.isTTY && this.#label !== "") this.#stream.write(ERASE_LINE);
  }
}
