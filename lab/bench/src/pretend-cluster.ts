// Four HTTP servers over one ledger in memory: everything between a client and consensus is real, and
// nothing below it. For tests of the client against real sockets and for measuring both.

import { createHash } from "node:crypto";
import { hex, utf8 } from "@juno/base";
import type { Signer } from "@juno/client";
import { ledgerContext } from "@juno/ledger";
import {
  accountsSource,
  type HttpOptions,
  type HttpServer,
  openHttpServer,
  publicKeyOf,
  sha256,
  signerFrom,
  verifySignature,
} from "@juno/node";
import { type Genesis, parseGenesis } from "@juno/proof";
import { type Backend, MemoryBackend, type MemoryBackendOptions, memoryReaders } from "@juno/runtime";

const seedOf = (name: string): Uint8Array => new Uint8Array(createHash("sha256").update(name).digest());

/** A signer whose key follows from its name, by the nodes' library. */
export function signerNamed(name: string): Signer {
  const seed = seedOf(name);
  return { key: publicKeyOf(seed), sign: signerFrom(seed) };
}

export type PretendClusterOptions = {
  /** Names of registered clients. */
  readonly clients: readonly string[];
  readonly backend?: Partial<MemoryBackendOptions>;
  readonly http?: HttpOptions["limits"];
  /** What node `id` makes of the truth. */
  readonly disguise?: (backend: Backend, id: number) => Backend;
};

export type PretendCluster = {
  readonly genesis: Genesis;
  readonly backend: MemoryBackend;
  readonly servers: readonly HttpServer[];
  /** Base URLs, in order of node ids from 1. */
  readonly urls: readonly string[];
  /** Starts node `id` anew on its old port, after its server was closed. */
  readonly restart: (id: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

const VOTERS = [1, 2, 3, 4] as const;

function genesisOf(clients: readonly string[]): Genesis {
  const keyOf = (name: string) => hex(publicKeyOf(seedOf(name)));
  const document = {
    format: 1,
    voters: VOTERS.map((id) => ({
      id,
      signKey: keyOf(`voter ${id}`),
      transportKey: keyOf(`transport ${id}`),
    })),
    policies: { admin: { key: keyOf("admin") }, operator: { key: keyOf("operator") } },
    clients: clients.map((name) => ({ name, key: keyOf(name) })),
    modules: [accountsSource()],
    startTime: 0,
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return genesis.value;
}

export async function openPretendCluster(options: PretendClusterOptions): Promise<PretendCluster> {
  const { clients, http, disguise = (backend) => backend } = options;
  const genesis = genesisOf(clients);
  const voters = genesis.voters.map(({ id }) => ({ id, sign: signerFrom(seedOf(`voter ${id}`)) }));
  const ground = { context: ledgerContext({ sha256, genesis }), verify: verifySignature, clock: Date.now };
  const backend = new MemoryBackend({
    ...ground,
    voters,
    soon: (commit) => {
      setImmediate(commit);
    },
    ...options.backend,
  });
  const open = ({ id, sign }: (typeof voters)[number]): Promise<HttpServer> =>
    openHttpServer({
      backend: disguise(backend, id),
      readers: memoryReaders(backend, { ...ground, self: id }),
      signer: { network: genesis.network, node: id, sign },
      sha256,
      version: "pretended",
      report: ({ at, cause }) => {
        throw new Error(`node ${id} failed at ${at}`, { cause });
      },
      ...(http === undefined ? {} : { limits: http }),
    });
  const servers = await Promise.all(voters.map(open));
  const ports = await Promise.all(
    servers.map(async (server) => (await server.listen({ host: "127.0.0.1", port: 0 })).port),
  );
  return {
    genesis,
    backend,
    servers,
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    restart: async (id) => {
      const at = voters.findIndex((voter) => voter.id === id);
      const server = await open(voters[at]!);
      await server.listen({ host: "127.0.0.1", port: ports[at]! });
      servers[at] = server;
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
