// A node's own configuration, `config.json` in its folder: where it listens, where its peers are. What
// all nodes share stands in the genesis; who it is stands in its keys. Unknown fields are refused, so
// that a mistyped name is found at the start.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { hex, type JsonField, NodeId, parseJson, readJson } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Retention } from "@juno/runtime";
import type { TlsFiles } from "../http/api-certificate.ts";
import type { Address } from "../transport/handshake.ts";

export type NodeConfig = {
  /** The folder of config.json, node.json and the databases. */
  readonly folder: string;
  readonly genesisPath: string;
  readonly keysPath: string;
  /** For the other nodes. */
  readonly listen: Address;
  /** For clients: the HTTP API. */
  readonly api: Address;
  /** Peer addresses by node id; a node's own entry is ignored. */
  readonly peers: ReadonlyMap<NodeId, Address>;
  /** Base URLs of the APIs by node id, for hints to clients. */
  readonly apiUrls: ReadonlyMap<NodeId, string>;
  /** A40: the API is served over TLS; undefined: in the clear. */
  readonly apiTls: TlsFiles | undefined;
  /** A54: certificates by which those of the other nodes' APIs are trusted; undefined: the system's alone. */
  readonly apiCaPath: string | undefined;
  readonly verifierThreads: number | undefined;
  /** The process that holds the signing key; undefined: the node does. */
  readonly signer: SignerConfig | undefined;
  /** Nodes without a vote that this one asks before any voter, while it has none either. */
  readonly follow: readonly NodeId[];
  /** Keys of those whose orders this node obeys (A32), lower-case hex. */
  readonly operators: readonly string[];
  /** Undefined: the node keeps every entry. */
  readonly prune: PruneConfig | undefined;
};

export type PruneConfig = Retention & {
  /** The folder that entries are exported to before they are pruned. */
  readonly archivePath: string | undefined;
  /** What clients are told of where that is. */
  readonly archiveUrl: string | undefined;
};

export type SignerConfig = {
  /** Path of its socket. */
  readonly socket: string;
  /** How long it may take for a signature. */
  readonly timeoutMs: number;
};

/** Of a signature: longer than any bridge takes, short enough that a vote is not missed at once. */
const SIGNER_TIMEOUT_MS = 1_000;
const CONFIG_BYTES_MAX = 1024 * 1024;
const FOLLOW_MAX = 16;
const OPERATORS_MAX = 16;
const NODE_ID_MAX = 999_999_999;

const readAddress = (field: JsonField): Address => {
  const { host, port } = field.object(["host", "port"]);
  return { host: host.text(), port: port.integer({ min: 1, max: 65_535 }) };
};

function readById<T>(field: JsonField | undefined, read: (field: JsonField) => T): Map<NodeId, T> {
  const byId = new Map<NodeId, T>();
  for (const [name, value] of field?.members(1024) ?? []) {
    if (!/^[1-9]\d{0,8}$/.test(name)) value.fail("a node id such as 1 is expected as the name");
    byId.set(NodeId(Number(name)), read(value));
  }
  return byId;
}

function readPrune(field: JsonField, folder: string): PruneConfig {
  const optional = ["stepEntries", "archive", "archiveUrl"] as const;
  const { keepEntries, stepEntries, archive, archiveUrl } = field.object(["keepEntries"], optional);
  return {
    keepEntries: keepEntries.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    stepEntries: stepEntries?.integer({ min: 1, max: 1_000_000 }),
    archivePath: archive === undefined ? undefined : resolve(folder, archive.text()),
    archiveUrl: archiveUrl?.text(),
  };
}

function readTls(field: JsonField, folder: string): TlsFiles {
  const { certificate, key } = field.object(["certificate", "key"]);
  return { certificatePath: resolve(folder, certificate.text()), keyPath: resolve(folder, key.text()) };
}

const readFollow = (field: JsonField | undefined): NodeId[] =>
  (field?.array({ max: FOLLOW_MAX }) ?? []).map((id) => NodeId(id.integer({ min: 1, max: NODE_ID_MAX })));

function readSigner(field: JsonField, folder: string): SignerConfig {
  const { socket, timeoutMs } = field.object(["socket"], ["timeoutMs"]);
  return {
    socket: resolve(folder, socket.text()),
    timeoutMs: timeoutMs?.integer({ min: 10, max: 60_000 }) ?? SIGNER_TIMEOUT_MS,
  };
}

function readConfig(document: JsonField, folder: string): NodeConfig {
  const fields = document.object(
    ["genesis", "keys", "listen", "api", "peers"],
    ["apiUrls", "apiTls", "apiCa", "verifierThreads", "follow", "operators", "prune", "signer"],
  );
  return {
    folder,
    genesisPath: resolve(folder, fields.genesis.text()),
    keysPath: resolve(folder, fields.keys.text()),
    listen: readAddress(fields.listen),
    api: readAddress(fields.api),
    peers: readById(fields.peers, readAddress),
    apiUrls: readById(fields.apiUrls, (url) => url.text()),
    apiTls: fields.apiTls === undefined ? undefined : readTls(fields.apiTls, folder),
    apiCaPath: fields.apiCa === undefined ? undefined : resolve(folder, fields.apiCa.text()),
    verifierThreads: fields.verifierThreads?.integer({ min: 1, max: 64 }),
    follow: readFollow(fields.follow),
    signer: fields.signer === undefined ? undefined : readSigner(fields.signer, folder),
    operators: (fields.operators?.array({ max: OPERATORS_MAX }) ?? []).map((key) => hex(key.hexBytes(32))),
    prune: fields.prune === undefined ? undefined : readPrune(fields.prune, folder),
  };
}

/** Reads a configuration; throws Failure("config_invalid") naming the place and what is expected there. */
export function loadNodeConfig(path: string): NodeConfig {
  const bytes = readDocument(path, "config_invalid", "`juno init` writes a whole network's configuration");
  const json = parseJson(bytes, { bytesMax: CONFIG_BYTES_MAX });
  if (!json.ok) throw new Failure("config_invalid", `${path}: ${json.error.detail}`);
  const config = readJson(json.value, "config_invalid", (document) => readConfig(document, dirname(path)));
  if (!config.ok) throw new Failure("config_invalid", `${path}: ${config.error.detail}`);
  return config.value;
}

/** A file's bytes, or a Failure that says which file is missing and what would make it. */
export function readDocument(
  path: string,
  code: "config_invalid" | "key_unusable",
  advice: string,
): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new Failure(code, `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}): ${advice}.`, {
      cause,
    });
  }
}
