// What the HTTP side of a node is told: whom it serves, who it is, and its limits (A13). Every limit
// has a default; an operator may tighten or widen it.

import { type HostJson, REQUEST_BYTES_MAX, STREAM_HEARTBEAT_MS } from "@juno/api";
import type { Hash, NodeId, Sha256, Sign } from "@juno/base";
import type { Backend, Metric, Readers } from "@juno/runtime";
import type { ApiCertificate } from "./api-certificate.ts";

export type HttpLimits = {
  /** Open connections; more are closed unanswered. */
  readonly connectionsMax: number;
  /** Requests under way, waiting ones among them. */
  readonly requestsMax: number;
  /** Bytes of request bodies under way, by their declared lengths. */
  readonly requestBytesOpenMax: number;
  /** Bytes of one request body. */
  readonly requestBytesMax: number;
  /** Bytes of a request's headers. */
  readonly headerBytesMax: number;
  /** Until the headers have arrived. */
  readonly headerTimeoutMs: number;
  /** Until the whole request has arrived. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number;
  /** How often the two limits above are looked at. */
  readonly checkIntervalMs: number;
  readonly streamsMax: number;
  /** Bytes a stream's reader may lag behind before it is cut off. */
  readonly streamBacklogBytesMax: number;
  /** How long a stream that catches up may take nothing before it is cut off. */
  readonly streamStallMs: number;
  readonly streamHeartbeatMs: number;
  /** How long a stream is good for that a signature has opened; then its reader signs anew. */
  readonly streamSignedMs: number;
  /** How long a read may take that waits for a quorum. */
  readonly readTimeoutMs: number;
  /** How long closing waits for requests under way. */
  readonly closeTimeoutMs: number;
};

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  connectionsMax: 2_048,
  requestsMax: 4_096,
  requestBytesOpenMax: 256 * 1024 * 1024,
  requestBytesMax: REQUEST_BYTES_MAX,
  headerBytesMax: 16 * 1024,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 75_000,
  checkIntervalMs: 1_000,
  streamsMax: 128,
  streamBacklogBytesMax: 4 * 1024 * 1024,
  streamStallMs: 30_000,
  streamHeartbeatMs: STREAM_HEARTBEAT_MS,
  streamSignedMs: 300_000,
  readTimeoutMs: 10_000,
  closeTimeoutMs: 5_000,
};

/** Who answers: every reply carries this node's signature (A16). */
export type ReplySigner = {
  readonly network: Hash;
  readonly node: NodeId;
  readonly sign: Sign;
  /** Where signing takes another process's time (E62): replies wait for it, and nothing else. */
  readonly signLater?: (message: Uint8Array) => Promise<Uint8Array>;
};

/** What is known of the machine; the status is undefined until it is measured for the first time. */
export type HostReport = {
  status(): HostJson | undefined;
  metrics(): readonly Metric[];
};

export type HttpOptions = {
  readonly backend: Backend;
  /** Who may read what. */
  readonly readers: Readers;
  readonly host?: HostReport;
  readonly signer: ReplySigner;
  readonly sha256: Sha256;
  /** The program's version, for GET /status and the published contract. */
  readonly version: string;
  readonly limits?: Partial<HttpLimits>;
  /** A40: serves HTTPS under this certificate. */
  readonly certificate?: ApiCertificate | undefined;
  /** Told of every failure that was answered with `internal`. */
  readonly report: (failure: { readonly at: string; readonly cause: unknown }) => void;
};
