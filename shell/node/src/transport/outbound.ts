// The connection this node dials to one peer, and all it sends there: dial, prove and check keys, wait
// for the welcome, send, notice silence, dial again. Frames flow only while welcomed; a frame sent at
// another time is dropped, because consensus repeats what matters and stale frames would delay it.

import { connect, type SecureContext, type TLSSocket } from "node:tls";
import { hex, type NodeId } from "@juno/base";
import { certificateKey } from "../keys/transport-certificate.ts";
import {
  type Address,
  BEAT,
  NO_COMMON_VERSION,
  noCommonVersion,
  offeredBy,
  REFUSALS,
  refusalWords,
  renderAddress,
  TLS_VERSION,
  WELCOME,
  type WireVersions,
  wireVersion,
} from "./handshake.ts";
import { type QueueLimits, SendQueue } from "./send-queue.ts";
import type { DialFailure, TransportTraffic } from "./traffic.ts";

/** Per write: large enough to keep the socket busy, small enough to stay in the cache. */
const CHUNK_BYTES = 128 * 1024;
const KEEP_ALIVE_MS = 10_000;

export type OutboundOptions = {
  readonly id: NodeId;
  /** Who proves which transport key, by its hex; this node too. */
  readonly known: ReadonlyMap<string, NodeId>;
  readonly versions: WireVersions;
  /** Asked at each dial, so that a changed address counts from the next one; undefined if nobody knows it. */
  readonly address: () => Address | undefined;
  /** Asked at each dial too, with the number of failures: a node may be known under another of its keys. */
  readonly secureContext: (failures: number) => SecureContext;
  readonly limits: QueueLimits & {
    readonly handshakeTimeoutMs: number;
    readonly retryMsMin: number;
    readonly retryMsMax: number;
    readonly silenceMs: number;
  };
  readonly traffic: TransportTraffic;
  readonly monotonicMs: () => number;
  readonly onFrameHandedToSocket: ((to: NodeId, frame: Uint8Array) => void) | undefined;
};

export class Outbound {
  readonly #options: OutboundOptions;
  readonly #queue: SendQueue;
  #socket: TLSSocket | undefined;
  #welcomed = false;
  /** The key of the connection, in hex. */
  #proved: string | undefined;
  #lastHeardMs = 0;
  /** Failures since a connection last lasted until its first beat. */
  #failures = 0;
  /** Ends the wait before the next dial, or the patience with the one under way. */
  #timer: NodeJS.Timeout | undefined;
  #flushScheduled = false;
  #closed = true;
  #problem: string | undefined = "this node's transport is not open yet";
  droppedFrames = 0;

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#queue = new SendQueue(options.limits);
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  /** A34: of what is sent on the connection; undefined while there is none. */
  get wireVersion(): number | undefined {
    return this.#welcomed ? wireVersion(String(this.#socket?.alpnProtocol)) : undefined;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Why there is no connection, in words; undefined while there is one. */
  get problem(): string | undefined {
    return this.#problem;
  }

  open(): void {
    this.#closed = false;
    this.#problem = undefined;
    this.#dial();
  }

  /** The peer has just shown that it lives: do not wait out the back-off. */
  nudge(): void {
    if (!this.#closed && this.#socket === undefined) this.#dial();
  }

  #dial(): void {
    clearTimeout(this.#timer);
    const { address, secureContext, limits } = this.#options;
    const { handshakeTimeoutMs } = limits;
    const at = address();
    if (at === undefined) {
      this.#problem = `the address of node ${this.#options.id} is not known: add it to "peers" in config.json`;
      this.#timer = setTimeout(() => this.#dial(), limits.retryMsMax);
      return;
    }
    this.#problem ??= `connecting to ${renderAddress(at)}`;
    const socket = connect({
      host: at.host,
      port: at.port,
      secureContext: secureContext(this.#failures),
      ...TLS_VERSION,
      ALPNProtocols: offeredBy(this.#options.versions),
      // Keys are pinned, and compared below; chains, names and dates mean nothing here.
      rejectUnauthorized: false,
    });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#timer = setTimeout(
      () =>
        this.#end(socket, "timeout", `${renderAddress(at)} did not answer within ${handshakeTimeoutMs} ms`),
      handshakeTimeoutMs,
    );
    socket.once("secureConnect", () => this.#onProof(socket, at));
    socket.on("drain", () => this.#flush());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#onError(socket, error, at));
    socket.on("close", () => this.#end(socket, "closed", `${renderAddress(at)} closed the connection`));
  }

  /** Only a peer that has proved its pinned key is listened to. */
  #onProof(socket: TLSSocket, at: Address): void {
    const certificate = socket.getPeerX509Certificate();
    const key = certificate && certificateKey(certificate);
    const proved = hex(key ?? new Uint8Array(0));
    if (this.#options.known.get(proved) === this.#options.id) {
      this.#proved = proved;
      const chosen = String(socket.alpnProtocol);
      if (chosen === NO_COMMON_VERSION) this.#onForeignVersions(socket, at);
      else if (!offeredBy(this.#options.versions).includes(chosen))
        this.#end(socket, "protocol", `${renderAddress(at)} agrees on no version of the nodes' protocol`);
      else socket.on("data", (bytes: Uint8Array) => this.#onReply(socket, bytes, at));
    } else this.#end(socket, "wrong_key", this.#mistakenIdentity(at, key));
  }

  /** A34: the peer speaks no version that this node does, and says which it speaks. */
  #onForeignVersions(socket: TLSSocket, at: Address): void {
    const said: number[] = [];
    socket.on("data", (bytes: Uint8Array) => {
      said.push(...bytes.subarray(0, 3));
      const [refusal, oldest, newest] = said;
      if (oldest === undefined || newest === undefined) return;
      const words =
        refusal === REFUSALS.no_common_version
          ? noCommonVersion(this.#options.versions, { oldest, newest })
          : "it speaks no version of the nodes' protocol that this node does";
      this.#end(socket, "protocol", `${renderAddress(at)} refuses this node: ${words}`);
    });
  }

  /** Whoever is known has changed: a peer that has proved a key which counts no more has to prove another one. */
  review(): void {
    const { known, id } = this.#options;
    if (this.#socket === undefined || this.#proved === undefined || known.get(this.#proved) === id) return;
    this.#end(this.#socket, "wrong_key", `node ${id} has another key now`);
  }

  #mistakenIdentity(at: Address, key: Uint8Array | undefined): string {
    const { id, known } = this.#options;
    const other = key && known.get(hex(key));
    if (other !== undefined)
      return `${renderAddress(at)} is node ${other}: correct the address of node ${id}`;
    const proved = key === undefined ? "no Ed25519 key" : `the key ${hex(key)}`;
    const expected = [...known].filter(([, owner]) => owner === id).map(([text]) => text);
    return `${renderAddress(at)} is not node ${id}: it proved ${proved}, not ${expected.join(" or ")}`;
  }

  #onReply(socket: TLSSocket, bytes: Uint8Array, at: Address): void {
    this.#lastHeardMs = this.#options.monotonicMs();
    for (const byte of bytes) {
      if (socket !== this.#socket) return;
      const refusal = this.#welcomed ? undefined : refusalWords(byte);
      if (byte === BEAT && this.#welcomed) this.#failures = 0;
      else if (byte === WELCOME && !this.#welcomed) this.#onWelcome();
      else if (refusal !== undefined)
        this.#end(socket, "refused", `${renderAddress(at)} refuses this node: ${refusal}`);
      else
        this.#end(socket, "protocol", `${renderAddress(at)} answered with byte ${byte}, which means nothing`);
    }
  }

  #onWelcome(): void {
    clearTimeout(this.#timer);
    this.#welcomed = true;
    this.#problem = undefined;
  }

  #onError(socket: TLSSocket, error: NodeJS.ErrnoException, at: Address): void {
    const place = renderAddress(at);
    if (this.#welcomed) this.#end(socket, "closed", `the connection to ${place} broke (${error.code})`);
    else if (error.code === "ECONNREFUSED")
      this.#end(socket, "unreachable", `nothing listens on ${place}: is node ${this.#options.id} running?`);
    else if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
      this.#end(socket, "unreachable", `the name ${at.host} is unknown (${error.code})`);
    else if (error.code?.startsWith("ERR_SSL") || error.code === "EPROTO")
      this.#end(socket, "tls_failed", `${place} does not speak TLS 1.3 as a node does (${error.code})`);
    else this.#end(socket, "unreachable", `${place} cannot be reached (${error.code ?? error.message})`);
  }

  /** Ends a connection, once, and waits before the next dial: doubling, capped, and never in step. */
  #end(socket: TLSSocket, failure: DialFailure, problem: string): void {
    if (socket !== this.#socket) return;
    const { traffic, limits } = this.#options;
    traffic.dialFailures[failure]++;
    this.#problem = problem;
    this.#disconnect();
    const waitMs = Math.min(limits.retryMsMax, limits.retryMsMin * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#dial(), waitMs * (0.5 + Math.random() / 2));
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#proved = undefined;
    this.#welcomed = false;
    this.#drop(this.#queue.clear());
  }

  #drop(frames: number): void {
    this.droppedFrames += frames;
    this.#options.traffic.framesDropped += frames;
  }

  /** Called every now and then: ends a connection whose peer has gone silent. */
  watch(): void {
    if (!this.#welcomed || this.#socket === undefined) return;
    const silentMs = this.#options.monotonicMs() - this.#lastHeardMs;
    if (silentMs <= this.#options.limits.silenceMs) return;
    const at = this.#options.address();
    const place = at === undefined ? `node ${this.#options.id}` : renderAddress(at);
    this.#end(this.#socket, "silent", `${place} is silent for ${Math.round(silentMs)} ms`);
  }

  send(frame: Uint8Array): void {
    if (!this.#welcomed || !this.#queue.push(frame)) this.#drop(1);
    else if (!this.#flushScheduled) {
      // One write carries all that is said at once.
      this.#flushScheduled = true;
      queueMicrotask(() => {
        this.#flushScheduled = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    const { onFrameHandedToSocket, id, traffic } = this.#options;
    while (this.#welcomed && this.#queue.length > 0 && this.#socket?.writableNeedDrain === false) {
      const { bytes, frames } = this.#queue.take(CHUNK_BYTES);
      if (onFrameHandedToSocket !== undefined) for (const frame of frames) onFrameHandedToSocket(id, frame);
      traffic.framesSent += frames.length;
      traffic.bytesSent += bytes.length;
      this.#socket.write(bytes);
    }
  }

  close(): void {
    this.#closed = true;
    this.#problem = "this node's transport is closed";
    this.#disconnect();
  }
}
