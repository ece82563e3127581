// Four voters in one process, on real stores in a folder of their own: everything but sockets is what
// runs in production, so the databases they leave are those of a real network.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hex, NodeId } from "@juno/base";
import { isLeader } from "@juno/consensus";
import { commandId, type Genesis, type Limits, parseGenesis, type SignedCommand } from "@juno/proof";
import {
  MemoryNetwork,
  MemorySnapshotSource,
  memoryVerifier,
  NodeBackend,
  Replica,
  type SnapshotStore,
  type StoredSnapshot,
} from "@juno/runtime";
import { vi } from "vitest";
import { sha256, signerFrom, verifySignature } from "../../src/crypto/sodium.ts";
import { initNetwork } from "../../src/init/init-network.ts";
import { type ClientKeys, loadClientKeys } from "../../src/keys/client-keys.ts";
import { loadNodeKeys } from "../../src/keys/node-keys.ts";
import { systemClock } from "../../src/run/system-clock.ts";
import { openStores } from "../../src/store/open-stores.ts";

export const VOTERS = [1, 2, 3, 4].map(NodeId);
const PATIENCE = { timeout: 30_000, interval: 5 };
/** A leader is missed soon: nobody waits for these tests longer than for the disk. */
const TIMING = {
  heartbeatMs: 50,
  heartbeatTimeoutMs: 400,
  collectWaitMs: 50,
  commandTimeoutMs: 3_000,
  driftMs: 600_000,
};

type Member = {
  readonly replica: Replica;
  readonly backend: NodeBackend;
  readonly snapshots: SnapshotStore;
  close(): Promise<void>;
};

export class SampleNetwork {
  readonly folder: string;
  readonly genesis: Genesis;
  readonly clients: readonly ClientKeys[];
  readonly operators: readonly ClientKeys[];
  readonly #network = new MemoryNetwork({ clock: { monotonicMs: () => performance.now() } });
  readonly #members = new Map<NodeId, Member>();

  private constructor(parts: Pick<SampleNetwork, "folder" | "genesis" | "clients" | "operators">) {
    this.folder = parts.folder;
    this.genesis = parts.genesis;
    this.clients = parts.clients;
    this.operators = parts.operators;
  }

  static async create(
    folder: string,
    limits: Partial<Limits> = { checkpointEntries: 8 },
  ): Promise<SampleNetwork> {
    const files = await initNetwork({
      folder,
      host: "127.0.0.1",
      ports: VOTERS.map((id) => ({ peer: id, api: 10 + id })),
      clients: ["alice", "bob"],
      startTime: Date.now(),
      timing: TIMING,
      limits,
    });
    const genesis = parseGenesis(sha256, new Uint8Array(readFileSync(files.genesis)));
    if (!genesis.ok) throw new Error(genesis.error.detail);
    return new SampleNetwork({
      folder,
      genesis: genesis.value,
      clients: files.clientKeys.map((path) => loadClientKeys(path)),
      operators: files.operatorKeys.map((path) => loadClientKeys(path)),
    });
  }

  /** The same voters, none of them running, on files that were copied from these. */
  copiedTo(folder: string): SampleNetwork {
    const { genesis, clients, operators } = this;
    return new SampleNetwork({ folder, genesis, clients, operators });
  }

  folderOf(id: NodeId): string {
    return join(this.folder, `node-${id}`);
  }

  secretOf(id: NodeId): Uint8Array {
    return loadNodeKeys(join(this.folderOf(id), "node.json")).signSecret;
  }

  async start(id: NodeId): Promise<void> {
    const { genesis } = this;
    const folder = this.folderOf(id);
    const clock = systemClock();
    const stores = openStores({ folder, genesis, nodeId: id });
    const transport = this.#network.transport(
      id,
      VOTERS.filter((peer) => peer !== id),
    );
    const verifier = memoryVerifier(verifySignature);
    const sign = signerFrom(this.secretOf(id));
    const replica = await Replica.open(
      {
        ...{ genesis, self: id, sha256, keyring: { signer: () => sign, own: sign } },
        nonce: Math.floor(performance.now()),
        failed: (cause) => {
          throw cause;
        },
        notice: () => undefined,
      },
      {
        ...{ store: stores.log, executor: stores.executor, snapshots: stores.snapshots },
        ...{ transport, verifier, clock, snapshotSource: new MemorySnapshotSource(() => undefined) },
      },
    );
    const backend = new NodeBackend({ replica, reader: stores.reader, urlOf: () => undefined });
    const close = async (): Promise<void> => {
      await transport.close();
      await stores.close();
      clock.close();
    };
    this.#members.set(id, { replica, backend, snapshots: stores.snapshots, close });
  }

  /** Stops voters at one moment, then closes their files. */
  async stop(ids: readonly NodeId[]): Promise<void> {
    const members = ids.map((id) => this.#members.get(id)!);
    for (const { replica } of members) replica.stop();
    for (const id of ids) this.#members.delete(id);
    for (const { close } of members) await close();
  }

  /** Waits until a voter leads that was not excluded, and all others follow it. */
  async leader(): Promise<NodeId> {
    return vi.waitFor(() => {
      const replicas = [...this.#members.values()].map(({ replica }) => replica);
      const leading = replicas.find(({ context, state }) => isLeader(context, state));
      const { currentTerm } = leading?.state ?? { currentTerm: undefined };
      const isAgreed = replicas.every(({ state }) => state.certified.position.term === currentTerm);
      if (leading === undefined || !isAgreed) throw new Error("no leader yet");
      return leading.context.self;
    }, PATIENCE);
  }

  /** Submits commands to one voter and waits until every running one has applied them. */
  async submit(commands: readonly SignedCommand[]): Promise<void> {
    const ids = commands.map(({ payload }) => hex(commandId(sha256, payload)));
    const members = [...this.#members.values()];
    // A voter that was kept busy has not heard the others for a while, and says so.
    await vi.waitFor(async () => {
      for (const answer of await members[0]!.backend.submit(commands)) {
        if (answer.kind === "refused") throw new Error(answer.refusal.detail);
      }
    }, PATIENCE);
    await vi.waitFor(() => {
      const isApplied = ids.every((id) => members.every(({ replica }) => replica.admission.isApplied(id)));
      if (!isApplied) throw new Error("not applied yet");
    }, PATIENCE);
  }

  /** Waits until all running voters have applied the same entries and recorded that; the last of them. */
  async settled(): Promise<number> {
    return vi.waitFor(() => {
      const applied = [...this.#members.values()].map(({ replica }) => replica.state.applied.index);
      const committed = [...this.#members.values()].map(({ replica }) => replica.state.committed.index);
      // The record of a commit waits for the next write, at the latest for the next heartbeat.
      const isRecorded = [...this.#members.values()].every(
        ({ replica }) => !replica.state.isCommitUnrecorded,
      );
      if (new Set([...applied, ...committed]).size !== 1 || !isRecorded) throw new Error("not settled yet");
      return applied[0]!;
    }, PATIENCE);
  }

  replicaOf(id: NodeId): Replica {
    return this.#members.get(id)!.replica;
  }

  snapshotsOf(id: NodeId): Promise<readonly StoredSnapshot[]> {
    return this.#members.get(id)!.snapshots.list();
  }

  get genesisBytes(): Uint8Array {
    return this.genesis.bytes;
  }

  get running(): readonly NodeId[] {
    return [...this.#members.keys()];
  }
}
