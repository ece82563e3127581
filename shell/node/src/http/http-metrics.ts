// Metrics in Prometheus' text format (A39): what HTTP counts itself, what the process says of its event
// loop and memory, and what the node hands over, in registries of this server's own.

import { type ErrorCode, errorEntry } from "@juno/api";
import type { Metric } from "@juno/runtime";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const PREFIX = "juno_";
/** Seconds; a reply to a waiting client takes a few milliseconds. */
const DURATION_BUCKETS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 5, 10];

/** A registry of what the node handed over: made anew, because its counts are absolute. */
function registryOf(metrics: readonly Metric[]): Registry {
  const registry = new Registry();
  for (const { name, help, kind, samples } of metrics) {
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const configuration = { name: PREFIX + name, help, labelNames, registers: [registry] };
    if (kind === "counter") {
      const counter = new Counter(configuration);
      for (const { labels, value } of samples) counter.inc({ ...labels }, value);
    } else {
      const gauge = new Gauge(configuration);
      for (const { labels, value } of samples) gauge.set({ ...labels }, value);
    }
  }
  return registry;
}

type Levels = { readonly streams: () => number; readonly requests: () => number };

export class HttpMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #seconds: Histogram;
  readonly #problems: Counter;
  readonly #cut: Counter;
  readonly #levels: Levels;

  constructor(levels: Levels) {
    this.#levels = levels;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: `${PREFIX}http_requests_total`,
      help: "Requests answered",
      labelNames: ["route", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: `${PREFIX}http_request_seconds`,
      help: "From the arrival of a request's headers to its answer, waiting included",
      labelNames: ["route"],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#problems = new Counter({
      name: `${PREFIX}http_problems_total`,
      help: "Requests answered with a problem, by its code",
      labelNames: ["code"],
      registers,
    });
    this.#cut = new Counter({
      name: `${PREFIX}http_streams_cut_total`,
      help: "Streams cut off because their reader was too slow",
      registers,
    });
    gaugeOf(registers, `${PREFIX}http_streams`, "Streams that are open", levels.streams);
    gaugeOf(registers, `${PREFIX}http_requests_open`, "Requests under way", levels.requests);
  }

  get levels(): { readonly requests: number; readonly streams: number } {
    return { requests: this.#levels.requests(), streams: this.#levels.streams() };
  }

  answered(request: {
    readonly route: string;
    readonly status: number;
    readonly elapsedMs: number;
    readonly problemCode: ErrorCode | undefined;
  }): void {
    if (request.problemCode !== undefined) this.#problems.inc({ code: request.problemCode });
    this.#requests.inc({ route: request.route, status: request.status });
    this.#seconds.observe({ route: request.route }, request.elapsedMs / 1000);
  }

  /** A request that could not be read as HTTP. */
  broken(code: ErrorCode): void {
    this.answered({ route: "none", status: errorEntry(code).status, elapsedMs: 0, problemCode: code });
  }

  streamCut(): void {
    this.#cut.inc();
  }

  text(ofNode: readonly Metric[]): Promise<string> {
    return Registry.merge([this.#registry, registryOf(ofNode)]).metrics();
  }
}

function gaugeOf(registers: Registry[], name: string, help: string, level: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(level());
    },
  });
}
