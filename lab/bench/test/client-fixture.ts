// Clients and clusters for the tests of the client over real sockets; whatever was opened is closed
// after each test.

import * as http from "node:http";
import { type Action, JunoClient, nodeSender, type Sender } from "@juno/client";
import { sha256, verifySignature } from "@juno/node";
import type { Backend, CommandState } from "@juno/runtime";
import { afterEach } from "vitest";
import { ACCOUNTS } from "../src/accounts.ts";
import {
  openPretendCluster,
  type PretendCluster,
  type PretendClusterOptions,
  signerNamed,
} from "../src/pretend-cluster.ts";

export const CLIENTS = Array.from({ length: 40 }, (_, i) => `client${i}`);

const open: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function cluster(options: Partial<PretendClusterOptions> = {}): Promise<PretendCluster> {
  const opened = await openPretendCluster({ clients: CLIENTS, ...options });
  open.push(() => opened.close());
  return opened;
}

export type ClientPatch = Partial<ConstructorParameters<typeof JunoClient>[0]>;

export function clientOf(of: PretendCluster, patch: ClientPatch = {}): JunoClient {
  const client = new JunoClient({
    genesis: of.genesis.bytes,
    nodes: of.urls,
    signers: [signerNamed("client0")],
    sender: nodeSender(http),
    crypto: { sha256, verify: verifySignature },
    ...patch,
  });
  open.push(() => client.close());
  return client;
}

export const create = (name: string): Action => ({
  module: ACCOUNTS,
  action: "create",
  args: { name, owner: { key: Buffer.from(signerNamed("client0").key).toString("hex") } },
});

/** A backend in which some methods are another's. */
export function withMethods(backend: Backend, methods: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get: (target, name) => {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Counts the requests of each node's URL. */
export function counting(sender: Sender): Sender & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    ...sender,
    counts,
    send: (request) => {
      counts.set(request.node, (counts.get(request.node) ?? 0) + 1);
      return sender.send(request);
    },
  };
}

export const refusing =
  (code: string): Backend["submit"] =>
  async (commands) =>
    commands.map(({ payload }) => ({
      kind: "refused",
      id: sha256(payload),
      refusal: { code, detail: "Not now.", retryAfterMs: 1 },
    }));

/** One node answers everything it is asked to wait for with this state. */
export const claiming = (backend: Backend, state: (truth: CommandState) => CommandState): Backend =>
  withMethods(backend, {
    watchOutcome: (id, listener) => backend.watchOutcome(id, (truth) => listener(state(truth))),
    submit: async (commands) =>
      (await backend.submit(commands)).map((answer) =>
        answer.kind === "accepted" ? { ...answer, state: { kind: "pending" } } : answer,
      ),
  });
