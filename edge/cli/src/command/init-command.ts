// `juno init`: makes a network's files and says what they are and what to type next.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { initNetwork, type Ports } from "@juno/node";
import { CA_FILE } from "@juno/node/light";
import { faultsOf, quorumOf } from "@juno/proof";
import { Complaint, EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { newPassphrase } from "../passphrase.ts";
import { programName } from "../program-name.ts";
import type { Paint } from "../terminal/paint.ts";
import { renderTable } from "../terminal/table.ts";

export type InitCommandOptions = {
  readonly nodes?: number;
  readonly host: string;
  readonly basePort?: number;
  readonly client?: readonly string[];
  readonly encrypt?: boolean;
  readonly apiTls?: boolean;
  /** A folder. */
  readonly apiCertificates?: string;
  readonly json?: boolean;
};

const NODES_MIN = 4;
export const NODES_DEFAULT = 4;
export const BASE_PORT_DEFAULT = 7_100;
const PEER_PORT_OFFSET = 1_000;
const CLIENT_DEFAULT = "client";
/** Clients of every network: each has a role of its own name. */
const OPERATORS: readonly string[] = ["treasury", "risk", "cfo"];
const CLIENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/** Refuses networks that could not lose a single node, with the arithmetic. */
export function checkNodeCount(nodes: number): void {
  if (nodes >= NODES_MIN) return;
  throw usage(
    `A network of ${nodes} tolerates no fault. With n = 3f + 1 nodes, f may be down or lie: 4 nodes tolerate 1, 7 tolerate 2, 10 tolerate 3. Give --nodes ${NODES_MIN} or more.`,
  );
}

export function portsFrom(basePort: number, nodes: number): Ports[] {
  return Array.from({ length: nodes }, (_, i) => ({
    api: basePort + 1 + i,
    peer: basePort + PEER_PORT_OFFSET + 1 + i,
  }));
}

function checkClients(names: readonly string[]): void {
  for (const name of names) {
    if (!CLIENT_NAME.test(name)) {
      throw usage(`"${name}" is no client's name: 1 to 64 letters, digits, dots, dashes, underscores or @.`);
    }
  }
  const taken = names.find((name) => OPERATORS.includes(name));
  if (taken !== undefined) throw usage(`"${taken}" is an operator's name: choose another for a client.`);
  if (new Set(names).size < names.length) throw usage("Two clients have the same name.");
}

/** Asks for what is missing, where there is somebody to ask. */
async function askFolder(): Promise<string> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw usage("Which folder? `juno init net` makes one.");
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({ message: "Where shall the network's files be?", initialValue: "net" });
  if (isCancel(answer)) throw new Complaint("Nothing was made.", EXIT.interrupted);
  return answer;
}

function isTaken(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(`${folder}/genesis.json`);
}

/** A53 */
function apiTlsOf({ apiTls, apiCertificates: given }: InitCommandOptions) {
  if (given !== undefined) return { apiTls: { given } };
  return apiTls ? { apiTls: {} } : {};
}

export async function runInit(
  named: string | undefined,
  options: InitCommandOptions,
  output: Output,
): Promise<void> {
  const { nodes = NODES_DEFAULT, host, basePort = BASE_PORT_DEFAULT, client = [CLIENT_DEFAULT] } = options;
  checkNodeCount(nodes);
  checkClients(client);
  const folder = named ?? (await askFolder());
  if (isTaken(folder)) throw usage(`${folder} holds other files: choose a new or empty folder.`);
  const made = await initNetwork({
    ...{ folder, host, clients: client },
    ...(options.encrypt ? { passphrase: await newPassphrase() } : {}),
    ...apiTlsOf(options),
    ports: portsFrom(basePort, nodes),
    startTime: Date.now(),
  });
  if (options.json) {
    output.printJson(made);
    return;
  }
  const certified = existsSync(join(folder, CA_FILE));
  output.print(summary({ folder, nodes, clients: client, certified }, output.paint).join("\n"));
}

function summary(
  made: {
    readonly folder: string;
    readonly nodes: number;
    readonly clients: readonly string[];
    readonly certified: boolean;
  },
  paint: Paint,
): string[] {
  const { folder, nodes, clients, certified } = made;
  const files = renderTable(
    [{ title: "" }, { title: "" }],
    [
      ["genesis.json", "what all nodes share; its hash is the network's id"],
      ["node-1 …", "a folder for each node: config.json, node.json (its keys), log.db"],
      ["clients/", `keys of the registered clients: ${clients.join(", ")}`],
      ["operators/", `keys of those who make money (2 of 3 sign): ${OPERATORS.join(", ")}`],
      ["admins/", "keys of those who will change the network (2 of 3 sign)"],
      ...(certified ? [[CA_FILE, "whose certificates of the APIs are trusted: goes with genesis.json"]] : []),
    ],
  );
  return [
    `${paint("green", `A network of ${nodes} nodes`)} in ${folder}: ${quorumOf(nodes)} must agree, ${faultsOf(nodes)} may be down or lie.`,
    "",
    ...files.map((line) => `  ${line}`),
    "",
    "Key files can be read by their owner alone. Next, all nodes here, and a client in another terminal:",
    "",
    `  ${paint("bold", `${programName()} dev --folder ${folder}`)}`,
    `  ${paint("bold", `${programName()} client --network ${folder}`)}`,
  ];
}
