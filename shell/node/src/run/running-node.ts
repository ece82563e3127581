// A node's life in one process: reads its configuration, opens its adapters in order, runs the replica
// and the API on them, and closes everything in the reverse order. The only place that knows them all.

import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Genesis } from "@juno/proof";
import {
  type Clock,
  type Facts,
  type KeptOrders,
  lacksKeys,
  NodeBackend,
  NodeOrders,
  Readers,
  Replica,
  type ReplicaPorts,
  type Retention,
} from "@juno/runtime";
import { NodeArchive } from "../archive/node-archive.ts";
import { sha256 } from "../crypto/sodium.ts";
import { NodeDivergenceKeeper } from "../divergence/node-divergence-keeper.ts";
import { ApiCertificate } from "../http/api-certificate.ts";
import type { ReplySigner } from "../http/http-options.ts";
import type { HttpServer } from "../http/http-server.ts";
import { openHttpServer } from "../http/open-http-server.ts";
import { NodeKeyring } from "../keys/node-keyring.ts";
import { RemoteSigner } from "../signer/remote-signer.ts";
import { openStores } from "../store/open-stores.ts";
import { OrderFile } from "../store/order-file.ts";
import { type ApiTrust, trustAlso } from "../transport/api-trust.ts";
import { HttpSnapshotSource } from "../transport/http-snapshot-source.ts";
import { LinkSeeker } from "../transport/link-seeker.ts";
import { readHeader } from "../transport/read-header.ts";
import { StrangerWatch } from "../transport/stranger-watch.ts";
import { tlsTransport } from "../transport/tls-transport.ts";
import { verifierPool } from "../verifier/verifier-pool.ts";
import { durabilityTrace } from "./durability-trace.ts";
import { loadGenesis } from "./genesis-file.ts";
import { HostGauge } from "./host-gauge.ts";
import { takeLeave } from "./leave-taking.ts";
import { loadNodeConfig, type NodeConfig } from "./node-config.ts";
import type { OpenOptions, RunningNode, RunOptions } from "./run-options.ts";
import { runWithSigner } from "./run-with-signer.ts";
import { systemClock } from "./system-clock.ts";

/** Of the first nonce of a life; what is counted up from it stays exact. */
const NONCE_MAX = 2 ** 47;

/** Starts a node, or throws the Failure that says why it cannot run. */
export async function runNode(options: RunOptions): Promise<RunningNode> {
  const config = loadNodeConfig(options.configPath);
  const trust = config.apiCaPath === undefined ? undefined : trustAlso(config.apiCaPath);
  const genesis = loadGenesis(config.genesisPath);
  const passphrase = await options.passphraseOf?.(config.keysPath);
  const signer = config.signer && new RemoteSigner(config.signer);
  try {
    const keyring = new NodeKeyring(config.keysPath, passphrase, signer);
    demandPeers(config, genesis, keyring);
    const found = { config, genesis, keyring, trust };
    if (signer === undefined) return await openNode(options, found);
    if (keyring.current.signSecret === undefined) await signer.demand(keyring.current.signKey);
    return await runWithSigner(options, { signer, open: (watched) => openNode(watched, found) });
  } catch (cause) {
    await signer?.close();
    throw cause;
  }
}

/** Whoever knows where one other node is learns of the rest; with none it would wait for ever. */
function demandPeers({ peers }: NodeConfig, { voters }: Genesis, { current }: NodeKeyring): void {
  const others = [...peers.keys()].filter((id) => id !== current.id);
  if (others.length > 0 || voters.every(({ id }) => id === current.id)) return;
  throw new Failure("config_invalid", "config.json: peers: the address of no other node stands there");
}

/**
 * Whoever holds none of the keys under which the epochs that it knows name it is believed by nobody. A later epoch may name
 * them, if its log is an older copy than its keys: that is known when the others were asked (A35).
 */
async function demandKeys(replica: Replica, asked: Promise<void>): Promise<void> {
  if (lacksKeys(replica)) await asked;
  if (!lacksKeys(replica)) return;
  throw new Failure(
    "key_unusable",
    `the keys in node.json are not those under which the network knows node ${replica.context.self}, as far as its log and the nodes that answered tell: put the right file back, or have the node admitted under these keys. If its log.db is older than its keys, start it while the other nodes run, with their apiUrls in config.json or --links URL.`,
  );
}

type Found = {
  readonly config: NodeConfig;
  readonly genesis: Genesis;
  readonly keyring: NodeKeyring;
  readonly trust: ApiTrust | undefined;
};

/** The adapters of a node's ports, and what closes them, in the order they are to be closed. */
function openPorts(
  options: RunOptions,
  { config, genesis, keyring, trust }: Found,
  replica: () => Replica | undefined,
) {
  const clock = systemClock();
  const newest = () => replica()?.state.epochs.last;
  const threads = config.verifierThreads;
  const verifier = verifierPool(threads === undefined ? {} : { workers: threads });
  const host = new HostGauge({ folder: config.folder, queuedChecks: () => verifier.queuedChecks });
  const stores = openStores({
    folder: config.folder,
    genesis,
    nodeId: keyring.current.id,
    onCommitted: (micros) => host.committed(micros),
    onProgress: (progress) => options.note({ code: "replaying", facts: progress }),
  });
  const trace = durabilityTrace(process.env.JUNO_TRACE_PERSIST);
  const strangers = strangerWatch(options, replica, clock);
  const transport = tlsTransport({
    onStranger: (stranger) => strangers.refused(stranger),
    ...(trace === undefined ? {} : { onFrameHandedToSocket: (_to, frame) => trace.onFrame(frame) }),
    ...{ keys: keyring, self: keyring.current.id, clock, listen: config.listen, addresses: config.peers },
  });
  const store = trace?.watch(stores.log) ?? stores.log;
  const { executor, snapshots } = stores;
  const reader = () => keyring.reader(newest()?.keyOf.get(keyring.current.id));
  const readerFor = (node: NodeId, target: string) => readHeader(genesis.network, reader(), { node, target });
  const snapshotSource = new HttpSnapshotSource(config.apiUrls, { readerFor, trust });
  const archive = archiveOf(config, genesis);
  const { folder } = config;
  const divergences = new NodeDivergenceKeeper({ folder, node: keyring.current.id, genesis: genesis.bytes });
  const ports: ReplicaPorts = {
    ...{ store, executor, snapshots, snapshotSource, archive, divergences, transport, verifier, clock },
  };
  const close = async () => {
    await snapshotSource.close();
    await archive?.close();
    await divergences.close();
    await transport.close();
    await stores.close();
    await verifier.close();
    host.close();
    clock.close();
  };
  return { ports, reader: stores.reader, host, close };
}

/** A45 */
function strangerWatch(
  { note }: RunOptions,
  replica: () => Replica | undefined,
  clock: Pick<Clock, "monotonicMs">,
): StrangerWatch {
  const known = () => {
    const { state, counters } = replica() ?? {};
    return state && counters && { epochs: state.epochs, count: (name: string) => counters.add(name) };
  };
  return new StrangerWatch({ known, note, monotonicMs: () => clock.monotonicMs() });
}

/** Outcomes of the last two checkpoints are kept in any case, so that nobody who just asked finds his pruned. */
function retentionOf({ prune }: NodeConfig, { limits }: Genesis): Retention | undefined {
  if (prune === undefined) return undefined;
  const { keepEntries, stepEntries } = prune;
  return { keepEntries: Math.max(keepEntries, 2 * limits.checkpointEntries), stepEntries };
}

/** Where the node exports what it prunes, if that is asked for. */
function archiveOf({ folder, prune }: NodeConfig, genesis: Genesis): NodeArchive | undefined {
  if (prune?.archivePath === undefined) return undefined;
  const { archivePath: target, archiveUrl: location = target } = prune;
  return new NodeArchive({ folder, target, location, genesis: genesis.bytes });
}

async function openNode(options: OpenOptions, found: Found): Promise<RunningNode> {
  const { config, genesis, keyring } = found;
  const { id: self } = keyring.current;
  let replica: Replica | undefined;
  const { ports, reader, host, close: closePorts } = openPorts(options, found, () => replica);
  const orderFile = new OrderFile(join(config.folder, "orders.json"));
  let http: HttpServer | undefined;
  let links: LinkSeeker | undefined;
  const closeAll = async () => {
    await links?.close();
    await http?.close();
    try {
      await replica?.close();
    } finally {
      await closePorts();
    }
  };
  try {
    const kept = await orderFile.load();
    replica = await Replica.open(
      {
        isHeld: kept?.held !== undefined,
        ...{ genesis, self, sha256, keyring, retention: retentionOf(config, genesis), follow: config.follow },
        // Not of the clock: one that was set back would repeat the nonces of an earlier life.
        nonce: randomInt(NONCE_MAX),
        failed: options.failed,
        notice: (code, facts) => {
          options.note({ code, facts });
          if (code === "entered_epoch") settleKeys(options, keyring, replica);
        },
      },
      ports,
    );
    links = linkSeeker(options, found, { replica, ports });
    await demandKeys(replica, links.begin());
    const { state, stop } = { state: replica.state, stop: replica.stop.bind(replica) };
    options.stoppable?.(stop);
    settleKeys(options, keyring, replica);
    const orders = ordersOf(options, found, { replica, store: orderFile, kept });
    const urlOf = (node: NodeId) => config.apiUrls.get(node);
    const backend = new NodeBackend({ replica, reader, urlOf, orders, signUnder: signUnder(keyring) });
    http = await openHttpServer({
      readers: readersOf(self, replica),
      ...{ backend, host, sha256, version: options.version, certificate: certificateOf(options, config) },
      signer: replySigner(genesis, keyring, state),
      report: ({ at, cause }) =>
        options.note({ code: "request_failed", facts: { at, cause: String(cause) } }),
    });
    const { port } = await http.listen(config.api);
    const { waits } = http;
    const close = async () => {
      if (replica !== undefined) await takeLeave({ replica, waits });
      backend.stopping();
      return closeAll();
    };
    return { id: self, config, apiPort: port, status: () => backend.status(), close };
  } catch (cause) {
    await closeAll();
    throw cause;
  }
}

/** A41 */
const readersOf = (
  self: NodeId,
  { ledger, admission, state, ports: { verifier, clock } }: Replica,
): Readers =>
  new Readers({
    ...{ self, ledger, verifier, clock },
    governed: () => admission.governed,
    newest: () => state.epochs.last,
  });

/** A40 */
const certificateOf = ({ note }: RunOptions, { apiTls }: NodeConfig): ApiCertificate | undefined =>
  apiTls && new ApiCertificate(apiTls, { note, wallMs: Date.now });

const signUnder = (keyring: NodeKeyring) =>
  keyring.isExternal ? (key: Uint8Array, message: Uint8Array) => keyring.signLater(key, message) : undefined;

function replySigner({ network }: Genesis, keyring: NodeKeyring, state: Replica["state"]): ReplySigner {
  const { id: node } = keyring.current;
  const keyOf = () => state.epochs.of(state.voice.epoch)?.keyOf.get(node);
  return {
    ...{ network, node, sign: (message) => state.voice.sign(message) },
    ...(keyring.isExternal ? { signLater: (message) => keyring.signLater(keyOf(), message) } : {}),
  };
}

/** A35: asks the other nodes for links. */
function linkSeeker(
  { note, linkUrls = [] }: RunOptions,
  { config, keyring, trust }: Found,
  { replica, ports }: { readonly replica: Replica; readonly ports: ReplicaPorts },
): LinkSeeker {
  const { verifier, clock } = ports;
  const others = [...config.apiUrls].filter(([id]) => id !== keyring.current.id).map(([, url]) => url);
  return new LinkSeeker({
    ...{ sha256, verifier, note, trust },
    urls: [...new Set([...linkUrls, ...others])],
    epochs: () => replica.state.epochs,
    isCutOff: () => replica.participation.isCutOff,
    learn: (learned) => replica.learn(learned),
    now: () => clock.monotonicMs(),
  });
}

/** What its operator orders it (A32). */
function ordersOf(
  { failed }: RunOptions,
  { config, genesis, keyring }: Found,
  { replica, store, kept }: { replica: Replica; store: OrderFile; kept: KeptOrders | undefined },
): NodeOrders {
  const { verifier, clock } = replica.ports;
  const parts = {
    ...{ network: genesis.network, self: keyring.current.id, operators: new Set(config.operators) },
    ...{ store, verifier, clock, failed },
    hold: () => replica.participation.hold(),
    release: () => replica.participation.release(),
    drain: () => replica.participation.drain(),
    notice: (code: string, facts: Facts) => replica.announcer.notice(code, facts),
  };
  return new NodeOrders(parts, kept);
}

/** Once an epoch names the node's next keys, those before them are destroyed. */
function settleKeys(options: RunOptions, keyring: NodeKeyring, replica: Replica | undefined): void {
  const { epochs, electorate } = replica?.state ?? {};
  const facts = electorate && epochs?.of(electorate.epoch);
  const key = facts?.keyOf.get(keyring.current.id);
  if (key === undefined || !keyring.settle(key)) return;
  options.note({ code: "keys_replaced", facts: { epoch: facts!.electorate.epoch } });
}
