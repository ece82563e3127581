// All links of a network. A node's configuration is rewritten before it starts, so that it finds each peer
// behind a link. Clients reach nodes past the links: they see what a partition makes of the nodes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../cluster.ts";
import { Link } from "./link.ts";

type Address = { readonly host: string; readonly port: number };
type ConfigJson = { readonly listen: Address; readonly peers: Readonly<Record<string, Address>> };

type Pair = { readonly from: number; readonly to: number };

export class Links {
  readonly #links: (Pair & { readonly link: Link })[] = [];
  /** Whether what one node says passes to another. */
  #passes: (pair: Pair) => boolean = () => true;
  readonly #delayMs = new Map<number, number>();

  /** Puts links between nodes that do not run yet. */
  static async between(cluster: Cluster): Promise<Links> {
    const links = new Links();
    const paths = cluster.ids.map((id) => ({ id, path: join(cluster.nodeFolder(id), "config.json") }));
    const configs = paths.map(({ id, path }) => {
      return { id, path, config: JSON.parse(readFileSync(path, "utf8")) as ConfigJson };
    });
    for (const { id: from, path, config } of configs) {
      const peers: Record<string, Address> = { ...config.peers };
      for (const { id: to, config: other } of configs) {
        if (to === from) continue;
        const link = await Link.open(other.listen);
        links.#links.push({ from, to, link });
        peers[to] = { host: other.listen.host, port: link.port };
      }
      writeFileSync(path, `${JSON.stringify({ ...config, peers }, null, 2)}\n`);
    }
    return links;
  }

  /** From now on, only what `passes` says goes through; delays stay. */
  cut(passes: (pair: Pair) => boolean): void {
    this.#passes = passes;
    this.#apply();
  }

  /** Whatever this node says or hears takes so much longer. */
  delay(id: number, ms: number): void {
    this.#delayMs.set(id, ms);
    this.#apply();
  }

  heal(): void {
    this.#delayMs.clear();
    this.cut(() => true);
  }

  #weather(pair: Pair) {
    const delays = [pair.from, pair.to].map((id) => this.#delayMs.get(id) ?? 0);
    return { isOpen: this.#passes(pair), delayMs: delays[0]! + delays[1]! };
  }

  #apply(): void {
    for (const { from, to, link } of this.#links) {
      link.change({ there: this.#weather({ from, to }), back: this.#weather({ from: to, to: from }) });
    }
  }

  close(): void {
    for (const { link } of this.#links) link.close();
  }
}
