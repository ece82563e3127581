// A network without a cluster: the files that `juno init` makes, one ledger in memory that signs with the
// voters' keys out of those files, and an HTTP server for each node. What it proves is really proved.

import { join } from "node:path";
import type { Action, Outcome } from "@juno/client";
import { ledgerContext } from "@juno/ledger";
import {
  type HttpServer,
  loadGenesis,
  loadNodeKeys,
  openHttpServer,
  sha256,
  signerFrom,
  verifySignature,
} from "@juno/node";
import type { Backend } from "@juno/runtime";
import { MemoryBackend, memoryReaders } from "@juno/runtime";
import { connect } from "../../src/network/connection.ts";
import { KeyRing } from "../../src/network/key-ring.ts";
import { findNetwork } from "../../src/network/network-folder.ts";
import { type TemporaryOptions, temporaryNetwork } from "../temporary-network.ts";

export type MemoryNetworkOptions = TemporaryOptions & {
  /** Commits when it is told to, not by itself. */
  readonly waits?: boolean;
  /** What node `id` makes of the truth. */
  readonly disguise?: (backend: Backend, id: number) => Backend;
};

export async function memoryNetwork(options: MemoryNetworkOptions = {}) {
  const { waits = false, disguise = (backend) => backend } = options;
  const { folder, files, remove } = await temporaryNetwork(options);
  const genesis = loadGenesis(files.genesis);
  const voters = genesis.voters.map(({ id }) => {
    const keys = loadNodeKeys(join(folder, `node-${id}`, "node.json"));
    return { id, sign: signerFrom(keys.signSecret) };
  });
  const context = ledgerContext({ sha256, genesis });
  const backend = new MemoryBackend({
    ...{ context, voters, verify: verifySignature, clock: Date.now, commitsAtOnce: !waits },
    soon: (commit) => void setImmediate(commit),
  });
  /** Of each node what it signs with now; tests replace it. */
  const signing = new Map(voters.map(({ id, sign }) => [id as number, sign]));
  const servers = await Promise.all(
    voters.map(async ({ id }, at): Promise<HttpServer> => {
      const server = await openHttpServer({
        backend: disguise(backend, id),
        readers: memoryReaders(backend, { self: id, context, verify: verifySignature, clock: Date.now }),
        signer: { network: genesis.network, node: id, sign: (message) => signing.get(id)!(message) },
        ...{ sha256, version: "pretended" },
        report: ({ cause }) => {
          throw new Error(`node ${id} failed`, { cause });
        },
      });
      const { hostname, port } = new URL(files.urls[at]!);
      await server.listen({ host: hostname, port: Number(port) });
      return server;
    }),
  );
  const signer = new KeyRing(folder).client(undefined);
  const client = connect(findNetwork({ network: folder }), { signers: [signer] });
  return {
    ...{ folder, files, genesis, voters, backend, client, signer, signing },
    submit: (actions: readonly Action[]): Promise<Outcome> => client.submit(actions),
    close: async () => {
      client.close();
      await Promise.all(servers.map((server) => server.close()));
      remove();
    },
  };
}
