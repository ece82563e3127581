// Which node to ask next. The one with the fewest requests under way; among equals the one that has
// been quickest. A node that failed is left alone for a while, longer each time, but never for good.

export type NodeState = {
  readonly url: string;
  inFlight: number;
  /** Smoothed, of replies that were good; 0 until there is one. */
  latencyMs: number;
  failures: number;
  /** Not asked before, unless all are resting. */
  restsUntilMs: number;
};

const REST_MS_MIN = 100;
const REST_MS_MAX = 10_000;
const SMOOTHING = 0.2;

export class NodeSet {
  readonly #nodes: readonly NodeState[];
  readonly #now: () => number;

  constructor(urls: readonly string[], now: () => number) {
    this.#nodes = urls.map((url) => ({
      url: url.replace(/\/+$/, ""),
      inFlight: 0,
      latencyMs: 0,
      failures: 0,
      restsUntilMs: 0,
    }));
    this.#now = now;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** The best node, those in `avoid` only if there is no other. */
  pick(avoid: ReadonlySet<string> = new Set()): NodeState {
    const now = this.#now();
    const rank = (node: NodeState): number[] => [
      avoid.has(node.url) ? 1 : 0,
      node.restsUntilMs > now ? 1 : 0,
      node.inFlight,
      node.latencyMs,
    ];
    return this.#nodes.reduce((best, node) => (isBefore(rank(node), rank(best)) ? node : best));
  }

  /** Counts a request to the node until the returned function tells how it went. */
  begin(node: NodeState): (result: "good" | "bad") => void {
    const startMs = this.#now();
    node.inFlight += 1;
    return (result) => {
      node.inFlight -= 1;
      if (result === "good") {
        const tookMs = this.#now() - startMs;
        node.latencyMs =
          node.latencyMs === 0 ? tookMs : node.latencyMs + SMOOTHING * (tookMs - node.latencyMs);
        node.failures = 0;
        node.restsUntilMs = 0;
      } else {
        node.failures += 1;
        const restMs = Math.min(REST_MS_MAX, REST_MS_MIN * 2 ** Math.min(node.failures - 1, 10));
        node.restsUntilMs = this.#now() + restMs;
      }
    };
  }
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}
