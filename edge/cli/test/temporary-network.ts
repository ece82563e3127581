// A network's files in a temporary folder, for tests; removed by whoever made it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InitOptions, initNetwork } from "@juno/node";
import { freePorts } from "../src/network/free-ports.ts";

const HOST = "127.0.0.1";

export type TemporaryOptions = {
  readonly nodes?: number;
  /** Replaces limits of the genesis, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  /** What roles let their clients do; each operator has the role of its name. */
  readonly roles?: InitOptions["roles"];
  readonly apiTls?: InitOptions["apiTls"];
};

export async function temporaryNetwork(options: TemporaryOptions = {}) {
  const parent = mkdtempSync(join(tmpdir(), "juno-cli-"));
  const folder = join(parent, "network");
  const ports = await freePorts(HOST, options.nodes ?? 4);
  const { limits = {}, roles = [], apiTls } = options;
  const made = { folder, host: HOST, ports, clients: ["client"], startTime: Date.now(), limits, roles };
  const files = await initNetwork({ ...made, ...(apiTls === undefined ? {} : { apiTls }) });
  return { folder, files, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
