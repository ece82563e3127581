// The wires between the nodes: frames are delayed, lost, repeated, overtaken, garbled; links are cut, one
// way or both, or clog and let everything through at once later.

import type { NodeId, Prng } from "@juno/base";
import type { Tally } from "./tally.ts";

export type Weather = {
  /** Chances of 1,000 per frame. */
  readonly lossPerMille: number;
  readonly duplicatePerMille: number;
  readonly corruptPerMille: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
};

export const FAIR: Weather = {
  lossPerMille: 0,
  duplicatePerMille: 0,
  corruptPerMille: 0,
  delayMsMin: 0,
  delayMsMax: 3,
};

/** Longer is a fault. */
const DELAYED_MS = 50;
const CLOGGED_MAX = 2000;

type Parcel = { readonly bytes: Uint8Array; readonly order: number };
type Arrive = (to: NodeId, from: NodeId, bytes: Uint8Array) => void;
type Link = { sent: number; arrived: number; clogged: Parcel[] | undefined };

export class Network {
  weather: Weather = FAIR;
  readonly #prng: Prng;
  readonly #tally: Tally;
  readonly #plan: (delayMs: number, action: () => void) => void;
  readonly #arrive: Arrive;
  readonly #cut = new Set<string>();
  readonly #links = new Map<string, Link>();

  constructor(parts: {
    readonly prng: Prng;
    readonly tally: Tally;
    readonly plan: (delayMs: number, action: () => void) => void;
    readonly arrive: Arrive;
  }) {
    this.#prng = parts.prng;
    this.#tally = parts.tally;
    this.#plan = parts.plan;
    this.#arrive = parts.arrive;
  }

  /** Cuts exactly these links, each one way. */
  cutOnly(links: readonly (readonly [from: NodeId, to: NodeId])[]): void {
    this.#cut.clear();
    for (const [from, to] of links) this.#cut.add(`${from}>${to}`);
  }

  clog(from: NodeId, to: NodeId): void {
    const link = this.#link(from, to);
    link.clogged ??= [];
  }

  unclog(from: NodeId, to: NodeId): void {
    const link = this.#link(from, to);
    const held = link.clogged ?? [];
    link.clogged = undefined;
    for (const parcel of held) this.#carry({ from, to }, link, parcel);
  }

  /** Whether nothing is cut between two nodes, either way. */
  joins(a: NodeId, b: NodeId): boolean {
    return !this.#cut.has(`${a}>${b}`) && !this.#cut.has(`${b}>${a}`);
  }

  heal(): void {
    this.weather = FAIR;
    this.#cut.clear();
    for (const [key, link] of this.#links) {
      if (link.clogged === undefined) continue;
      const [from, to] = key.split(">").map(Number) as [NodeId, NodeId];
      this.unclog(from, to);
    }
  }

  post(from: NodeId, to: NodeId, bytes: Uint8Array): void {
    const { lossPerMille, duplicatePerMille, corruptPerMille } = this.weather;
    if (this.#cut.has(`${from}>${to}`)) return this.#tally.add("frame into a cut link");
    if (this.#strikes(lossPerMille)) return this.#tally.add("frame lost");
    const link = this.#link(from, to);
    const copies = this.#strikes(duplicatePerMille) ? 2 : 1;
    if (copies > 1) this.#tally.add("frame duplicated");
    for (let i = 0; i < copies; i++) {
      const parcel = {
        bytes: this.#strikes(corruptPerMille) ? this.#garbled(bytes) : bytes,
        order: link.sent++,
      };
      if (link.clogged === undefined) this.#carry({ from, to }, link, parcel);
      else if (link.clogged.length < CLOGGED_MAX) {
        link.clogged.push(parcel);
        this.#tally.add("frame clogged");
      }
    }
  }

  #carry({ from, to }: { from: NodeId; to: NodeId }, link: Link, { bytes, order }: Parcel): void {
    const { delayMsMin, delayMsMax } = this.weather;
    const delayMs = delayMsMin + this.#prng.below((delayMsMax - delayMsMin) * 8 + 1) / 8;
    if (delayMs > DELAYED_MS) this.#tally.add("frame delayed");
    this.#plan(delayMs, () => {
      if (order < link.arrived) this.#tally.add("frame overtaken");
      else link.arrived = order;
      this.#arrive(to, from, bytes);
    });
  }

  #garbled(bytes: Uint8Array): Uint8Array {
    this.#tally.add("frame corrupted");
    const copy = bytes.slice();
    const at = this.#prng.below(copy.length);
    copy[at] = copy[at]! ^ (1 << this.#prng.below(8));
    return copy;
  }

  #strikes(perMille: number): boolean {
    return perMille > 0 && this.#prng.below(1000) < perMille;
  }

  #link(from: NodeId, to: NodeId): Link {
    const key = `${from}>${to}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const link: Link = { sent: 0, arrived: 0, clogged: undefined };
    this.#links.set(key, link);
    return link;
  }
}
