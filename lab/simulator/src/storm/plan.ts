// A storm, drawn from its seed: how many nodes, who lies, and what happens when. Every kind of trouble has
// a rate of its own in each seed, and may be absent; leaders are deposed and clients pay in all of them.

import { NodeId, Prng } from "@juno/base";
import { drawLies } from "../byzantine/mood.ts";
import { faultsIn } from "../checkers/quorum.ts";
import type { Weather } from "../world/network.ts";
import type { Deed, Happening, Link } from "./deed.ts";
import { drawBesides, type Program, type Pruner } from "./draw-besides.ts";
import { drawOrder, drawWork } from "./draw-order.ts";

export type Plan = {
  readonly seed: number;
  readonly nodes: number;
  /** Further nodes, that may be admitted; none in older plans, nor where nobody changes the network. */
  readonly strangers?: number;
  readonly windowEntries: number;
  /** By how much the network's timeouts, and the span of the storm, are longer than usual. */
  readonly slowness: number;
  readonly liars: readonly NodeId[];
  /** Liars with two bodies. */
  readonly twins: readonly NodeId[];
  /** Of the nodes that prune, how many entries they keep, and let go of in one step; older plans have none. */
  readonly pruning?: readonly Pruner[];
  /** Nodes that run an older program, and what it knows; older plans have none. */
  readonly programs?: readonly Program[];
  readonly happenings: readonly Happening[];
  /** When the trouble ends. */
  readonly healMs: number;
};

/** What makes a storm. */
export type SeedOptions = {
  readonly seed: number;
  /** By default drawn from the seed, like whether anybody lies. */
  readonly nodes?: number | undefined;
  readonly withLiars?: boolean | undefined;
  /** One liar more than the protocol bears. */
  readonly tooMany?: boolean | undefined;
};

export type PlanOptions = SeedOptions & {
  /** What liars may do; by default anything. */
  readonly lies?: readonly string[] | undefined;
  /** Whether administrators change the network; by default drawn from the seed. */
  readonly withChanges?: boolean | undefined;
  /** Whether some nodes run older programs, and later versions are activated; by default drawn from the seed. */
  readonly withVersions?: boolean | undefined;
};

const SIZES = [4, 4, 4, 4, 4, 4, 5, 5, 5, 7, 7, 10];
/** How long the trouble lasts, at the usual pace; a large cluster says much more in the same time. */
const TROUBLE_MS: Readonly<Record<number, number>> = { 4: 24_000, 5: 20_000, 7: 14_000, 10: 9_000 };
const ORDERS = 110;
/** Orders of contracts that come and go. */
const WORKS = 28;
const DEPOSED = 4;
/** Before the trouble the first leader dies, while all others are honest and well: every seed has a second one. */
const PROLOGUE_MS = 5_000;
const FIRST_DEPOSED_MS = 500;

/** How often each kind of trouble, drawn per seed; 0 is often among them. */
const RATES = {
  weather: [0, 4, 12],
  cut: [0, 3, 8],
  clog: [0, 4, 10],
  crash: [0, 3, 8],
  "crash at write": [0, 3, 10],
  "crash all": [0, 0, 1, 2],
  disk: [0, 2, 6],
  rot: [0, 0, 1],
  clock: [0, 3, 8],
  stall: [0, 4, 10],
  mood: [6, 12, 20],
} as const;
type Kind = keyof typeof RATES;

type LiarsOf = { readonly liars: readonly NodeId[]; readonly lies: readonly string[] | undefined };

class Draw {
  readonly prng: Prng;
  readonly nodes: readonly NodeId[];
  readonly liars: readonly NodeId[];
  readonly #lies: readonly string[] | undefined;
  readonly #slowness: number;

  constructor(prng: Prng, parts: { nodes: number; slowness: number } & LiarsOf) {
    this.prng = prng;
    this.nodes = Array.from({ length: parts.nodes }, (_, i) => NodeId(i + 1));
    this.liars = parts.liars;
    this.#lies = parts.lies;
    this.#slowness = parts.slowness;
  }

  /** What happens around a moment; some trouble ends later. */
  deeds(kind: Kind, atMs: number): Happening[] {
    const { prng } = this;
    const node = prng.pick(this.nodes);
    const later = (afterMs: number, deed: Deed): Happening => ({
      atMs: atMs + afterMs * this.#slowness,
      deed,
    });
    switch (kind) {
      case "weather":
        return [later(0, { kind: "weather", weather: this.#weather() })];
      case "cut":
        return this.#cut(later);
      case "clog": {
        const link: Link = [node, prng.pick(this.nodes.filter((other) => other !== node))];
        return [later(0, { kind: "clog", link }), later(200 + prng.below(5000), { kind: "unclog", link })];
      }
      case "crash": {
        const upMs = 50 + prng.below(6000);
        const down = later(0, { kind: "crash", node });
        const forgets = prng.chance(1, 4) ? [later(1, { kind: "forget state", node })] : [];
        return [down, ...forgets, later(upMs, { kind: "start", node })];
      }
      case "crash at write": {
        const moment = prng.pick(["before", "amid", "amid", "after"] as const);
        const forMs = 20 + prng.below(3000);
        return [later(0, { kind: "crash at write", node, count: 1 + prng.below(6), moment, forMs })];
      }
      case "crash all":
        return [later(0, { kind: "crash all", forMs: 20 + prng.below(2000) })];
      case "disk": {
        const trouble = prng.pick(["none", "full", "failing"] as const);
        const delayMsMax = prng.pick([2, 60, 400]);
        const well = { kind: "disk", node, trouble: "none", delayMsMax: 2 } as const;
        return [later(0, { kind: "disk", node, trouble, delayMsMax }), later(300 + prng.below(5000), well)];
      }
      case "rot":
        return [later(0, { kind: "rot", node })];
      case "clock":
        return [later(0, this.#clock(node))];
      case "stall": {
        const thread = prng.pick(["main", "executor", "verifier"] as const);
        return [later(0, { kind: "stall", node, thread, forMs: 20 + prng.below(4000) })];
      }
      case "mood":
        return this.liars.length === 0
          ? []
          : [later(0, this.mood(prng.pick(this.liars))), later(0, this.#sides())];
    }
  }

  mood(node: NodeId): Deed {
    const lies = this.#lies?.filter(() => this.prng.chance(2, 3)) ?? drawLies(this.prng);
    return { kind: "mood", node, lies, seed: this.prng.u32() };
  }

  #sides(): Deed {
    return { kind: "sides", right: this.nodes.filter(() => this.prng.chance(1, 2)) };
  }

  #weather(): Weather {
    const { prng } = this;
    const delayMsMin = prng.pick([0, 0, 5, 60]);
    return {
      lossPerMille: prng.pick([0, 0, 20, 100, 300]),
      duplicatePerMille: prng.pick([0, 50, 300]),
      corruptPerMille: prng.pick([0, 5, 50]),
      delayMsMin,
      delayMsMax: delayMsMin + prng.pick([2, 20, 150, 700]),
    };
  }

  #clock(node: NodeId): Deed {
    const { prng } = this;
    if (prng.chance(1, 2)) {
      const byMs = prng.pick([-3000, -500, 500, 3000, 600_000, -600_000]);
      return { kind: "clock jump", node, byMs };
    }
    return { kind: "clock drift", node, partsPerMillion: prng.pick([-50_000, -200, 200, 50_000]) };
  }

  #cut(later: (afterMs: number, deed: Deed) => Happening): Happening[] {
    const { prng, nodes } = this;
    const shape = prng.pick(["isolated", "halves", "one way", "swizzled"] as const);
    const lengthMs = 500 + prng.below(8000);
    const some = new Set(shape === "isolated" ? [prng.pick(nodes)] : nodes.filter(() => prng.chance(1, 2)));
    const between = nodes.flatMap((from) =>
      nodes.filter((to) => some.has(from) !== some.has(to)).map((to): Link => [from, to]),
    );
    const mended = { kind: "cut", shape, links: [] } as const;
    if (shape === "one way") {
      const links = between.filter(([from]) => some.has(from));
      return [later(0, { kind: "cut", shape, links }), later(lengthMs, mended)];
    }
    if (shape !== "swizzled")
      return [later(0, { kind: "cut", shape, links: between }), later(lengthMs, mended)];
    // Links go one after the other, and come back in another order.
    const mixed = between.map((link) => ({ link, key: prng.u32() })).sort((a, b) => a.key - b.key);
    const links = mixed.map(({ link }) => link);
    const steps = 2 * links.length + 1;
    return Array.from({ length: steps }, (_, step) => {
      const gone = step <= links.length ? links.slice(0, step) : links.slice(step - links.length);
      return later((lengthMs * step) / steps, { kind: "cut", shape, links: gone });
    });
  }

  /** Longer than others wait for a leader. */
  deposed(): Deed {
    return { kind: "crash the leader", forMs: (2000 + this.prng.below(2000)) * this.#slowness };
  }
}

export function drawPlan(options: PlanOptions): Plan {
  const { seed } = options;
  const prng = new Prng(seed);
  const drawnSize = prng.pick(SIZES);
  const nodes = options.nodes ?? drawnSize;
  const windowEntries = prng.pick([16, 32, 128]);
  const isHonest = !(options.withLiars ?? prng.chance(1, 2));
  const drawnLiars = isHonest ? 0 : 1 + prng.below(faultsIn(nodes));
  const count = options.tooMany ? faultsIn(nodes) + 1 : drawnLiars;
  const shuffled = Array.from({ length: nodes }, (_, i) => ({ id: NodeId(i + 1), key: prng.u32() }));
  const liars = shuffled
    .sort((a, b) => a.key - b.key)
    .map(({ id }) => id)
    .slice(0, count);
  const twins = options.lies === undefined ? liars.filter(() => prng.chance(1, 4)) : [];
  const slowness = prng.pick([1, 2, 5, 10]);
  const draw = new Draw(prng, { nodes, slowness, liars, lies: options.lies });
  const troubleMs = (TROUBLE_MS[nodes] ?? TROUBLE_MS[10]!) * slowness;
  const beginMs = PROLOGUE_MS * slowness;
  const trouble = drawTrouble(draw, { troubleMs, slowness });
  const happenings = [
    { atMs: FIRST_DEPOSED_MS * slowness, deed: draw.deposed() },
    ...trouble.map(({ atMs, deed }) => ({ atMs: beginMs + atMs, deed })),
  ];
  const healMs = beginMs + troubleMs + 1000;
  const { withChanges, withVersions } = options;
  const { besides, ...more } = drawBesides({
    ...{ seed, nodes: draw.nodes, beginMs, troubleMs, withChanges, withVersions },
  });
  happenings.push(...besides);
  return { seed, nodes, windowEntries, slowness, liars, twins, ...more, happenings, healMs };
}

/** What goes wrong, from the beginning of the trouble on. */
function drawTrouble(
  draw: Draw,
  span: { readonly troubleMs: number; readonly slowness: number },
): Happening[] {
  const { prng, liars } = draw;
  const { troubleMs, slowness } = span;
  // Fair weather gives liars more to play with than a network in which little works.
  const isFair = liars.length > 0 && prng.chance(1, 3);
  const happenings: Happening[] = liars.map((liar) => ({ atMs: 0, deed: draw.mood(liar) }));
  for (const kind of Object.keys(RATES) as Kind[]) {
    // A short storm has as much trouble in a minute as a long one.
    const rate = Math.ceil((prng.pick(RATES[kind]) * troubleMs) / (TROUBLE_MS[4]! * slowness));
    const isKept = !isFair || kind === "mood" || kind === "crash";
    // A ruined node is one of the f that may fail: before, others had better have led.
    const fromMs = kind === "rot" ? Math.floor((2 * troubleMs) / 3) : 0;
    for (let i = 0; isKept && i < rate; i++) {
      happenings.push(...draw.deeds(kind, fromMs + prng.below(troubleMs - fromMs)));
    }
  }
  for (let i = 0; i < ORDERS; i++) {
    const atMs = prng.below(troubleMs);
    happenings.push({ atMs, deed: { kind: "order", order: drawOrder(prng, draw.nodes) } });
  }
  // Mostly the first deployments have the storm before them; else some calls come too early.
  const isEarly = prng.chance(3, 4);
  for (const [i, order] of drawWork(prng, draw.nodes, WORKS).entries()) {
    const atMs = isEarly && i < 2 ? i * slowness : prng.below(troubleMs);
    happenings.push({ atMs, deed: { kind: "order", order } });
  }
  for (let i = 0; i < DEPOSED; i++) {
    happenings.push({ atMs: ((i + 1) * troubleMs) / (DEPOSED + 1), deed: draw.deposed() });
  }
  return happenings.sort((a, b) => a.atMs - b.atMs);
}
