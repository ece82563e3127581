// Opens a node's HTTP server. What the server is made of is loaded when it is wanted: programs that only
// read a node's files need none of it, and a node that cannot run says so at once.

import type { HttpOptions } from "./http-options.ts";
import type { HttpServer } from "./http-server.ts";

export async function openHttpServer(options: HttpOptions): Promise<HttpServer> {
  const server = await import("./http-server.ts");
  return await server.openHttpServer(options);
}
