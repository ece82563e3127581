// How the demo tells its story: a line for every step, with its time, and beneath it what is worth
// seeing. On a terminal the step under way is shown until it is done. Also silent, for many runs.

import type { Paint } from "../terminal/paint.ts";

export type StepTime = { readonly step: string; readonly ms: number };

export type Narrator = {
  /** Runs a step and tells of it; the lines it answers are shown beneath. */
  step(title: string, work: () => Promise<readonly string[]>): Promise<void>;
  readonly times: readonly StepTime[];
};

export type NarratorOptions = {
  readonly paint: Paint;
  readonly write: (text: string) => void;
  /** A terminal that can take a line back. */
  readonly isTerminal: boolean;
};

const TITLE_WIDTH = 58;

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

async function timed<T>(times: StepTime[], step: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await work();
  times.push({ step, ms: Math.round(performance.now() - startMs) });
  return result;
}

export function silentNarrator(): Narrator {
  const times: StepTime[] = [];
  return {
    times,
    step: async (title, work) => {
      await timed(times, title, work);
    },
  };
}

export function tellingNarrator({ paint, write, isTerminal }: NarratorOptions): Narrator {
  const times: StepTime[] = [];
  return {
    times,
    step: async (title, work) => {
      const head = `${paint("bold", String(times.length + 1).padStart(2))}  ${title}`;
      if (isTerminal) write(`${head} ${paint("dim", "…")}`);
      try {
        const lines = await timed(times, title, work);
        const gap = " ".repeat(Math.max(1, TITLE_WIDTH - title.length));
        const line = `${head}${gap}${paint("dim", seconds(times.at(-1)!.ms))}\n`;
        const details = lines.map((text) => `      ${text}\n`).join("");
        write((isTerminal ? "\r\u001b[K" : "") + line + details);
      } catch (cause) {
        write(isTerminal ? `\r\u001b[K${head} ${paint("red", "failed")}\n` : `${head} failed\n`);
        throw cause;
      }
    },
  };
}
