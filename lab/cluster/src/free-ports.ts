// Ports that nothing listens on now. They lie below the range from which systems give outgoing
// connections their ports, so that a node that was killed finds its own again.

import { createServer } from "node:net";
import type { Ports } from "@juno/node";

const PORT_MIN = 20_000;
const PORT_MAX = 32_000;

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** For each of `nodes` nodes one port for its peers and one for its API. */
export async function freePorts(host: string, nodes: number): Promise<Ports[]> {
  const found: number[] = [];
  const span = PORT_MAX - PORT_MIN;
  const start = Math.floor(Math.random() * span);
  for (let tried = 0; tried < span && found.length < 2 * nodes; tried += 1) {
    const port = PORT_MIN + ((start + tried) % span);
    if (await isFree(host, port)) found.push(port);
  }
  return Array.from({ length: nodes }, (_, i) => ({ peer: found[2 * i]!, api: found[2 * i + 1]! }));
}
