// What a node counts, read from GET /metrics, so that a test can add up what it sent. It knows the text
// format and no metric by heart.

import { API_PREFIX } from "@juno/api";

export type Labels = Readonly<Record<string, string>>;
type Sample = { readonly name: string; readonly labels: Labels; readonly value: number };

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export class Metrics {
  readonly #samples: readonly Sample[];

  private constructor(samples: readonly Sample[]) {
    this.#samples = samples;
  }

  static async of(url: string): Promise<Metrics> {
    const reply = await fetch(`${url}${API_PREFIX}/metrics`);
    const lines = (await reply.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Metrics(
      lines.map((line) => {
        const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
        const pairs = [...labels.matchAll(LABEL)].map(([, label = "", text = ""]) => [label, text]);
        return { name, labels: Object.fromEntries(pairs), value: Number(value) };
      }),
    );
  }

  #matching(name: string, labels: Labels): readonly Sample[] {
    const wanted = Object.entries(labels);
    return this.#samples.filter(
      (sample) =>
        sample.name === `juno_${name}` && wanted.every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** The sum of all samples with these labels; 0 if there is none. */
  sum(name: string, labels: Labels = {}): number {
    return this.#matching(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** Sums by the values of one label. */
  by(label: string, name: string, labels: Labels = {}): Map<string, number> {
    const sums = new Map<string, number>();
    for (const sample of this.#matching(name, labels)) {
      const key = sample.labels[label] ?? "";
      sums.set(key, (sums.get(key) ?? 0) + sample.value);
    }
    return sums;
  }
}

/** What has been added since, by key; what has not changed is left out. */
export function increase(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  const added = [...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const);
  return Object.fromEntries(added.filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function addUp(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of all) for (const [key, value] of one) sums.set(key, (sums.get(key) ?? 0) + value);
  return sums;
}
