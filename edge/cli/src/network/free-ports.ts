// Ports that nothing listens on now, for clusters that come and go. They lie below the range from which
// systems give outgoing connections their ports: a node that is down for a moment finds its own again.

import { createServer } from "node:net";
import type { Ports } from "@juno/node";
import { Complaint } from "../complaint.ts";

const PORT_MIN = 20_000;
const PORT_MAX = 32_000;

/** `address_in_use` later is still possible: nobody can reserve a port. */
async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether all of these could be listened on now. */
export async function areFree(host: string, ports: readonly Ports[]): Promise<boolean> {
  const all = await Promise.all(ports.flatMap(({ peer, api }) => [isFree(host, peer), isFree(host, api)]));
  return all.every((free) => free);
}

/** For each of `nodes` nodes one port for its peers and one for its API. */
export async function freePorts(host: string, nodes: number): Promise<Ports[]> {
  const needed = 2 * nodes;
  const span = PORT_MAX - PORT_MIN;
  const start = Math.floor(Math.random() * span);
  const found: number[] = [];
  for (let tried = 0; tried < span && found.length < needed; tried += 1) {
    const port = PORT_MIN + ((start + tried) % span);
    if (await isFree(host, port)) found.push(port);
  }
  if (found.length < needed) {
    throw new Complaint(`There are no ${needed} free ports from ${PORT_MIN} to ${PORT_MAX} on ${host}.`);
  }
  return Array.from({ length: nodes }, (_, i) => ({ peer: found[2 * i]!, api: found[2 * i + 1]! }));
}
