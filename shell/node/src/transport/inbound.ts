// The listening side: accepts connections, lets only pinned keys pass, and reads the frames of each
// peer from its newest connection. It never sends a frame. Invariant: a frame is delivered only under
// the node whose transport key its connection has proved.

import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { hex, type NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import { certificateKey } from "../keys/transport-certificate.ts";
import { FrameReader } from "./frame-reader.ts";
import {
  BEAT,
  CIPHERS,
  chosenBy,
  type Identity,
  NO_COMMON_VERSION,
  REFUSALS,
  type Refused,
  renderAddress,
  TLS_VERSION,
  WELCOME,
  type WireVersions,
} from "./handshake.ts";
import type { TransportTraffic } from "./traffic.ts";

export type InboundOptions = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly identity: Identity;
  /** Who may prove which transport key, by its hex; this node too: whoever proves its key has its file. */
  readonly known: ReadonlyMap<string, NodeId>;
  readonly self: NodeId;
  readonly versions: WireVersions;
  readonly limits: {
    readonly frameBytesMax: number;
    readonly handshakeTimeoutMs: number;
    readonly strangersMax: number;
  };
  readonly traffic: TransportTraffic;
  readonly onFrame: (from: NodeId, frame: Uint8Array) => void;
  readonly onPeer: (id: NodeId) => void;
  /** Somebody has proved a key, in hex, that is nobody's. */
  readonly onStranger: (stranger: { readonly key: string; readonly from: string }) => void;
};

export class Inbound {
  readonly #options: InboundOptions;
  readonly #server: Server;
  /** Every accepted connection, also those that have proved nothing. */
  readonly #accepted = new Set<Socket>();
  /** The connection of each peer, and the key that it has proved. */
  readonly #peers = new Map<NodeId, { readonly socket: TLSSocket; readonly key: string }>();
  readonly #paused = new Set<NodeId>();
  readonly #oversized = new Map<NodeId, number>();

  constructor(options: InboundOptions) {
    this.#options = options;
    const { traffic, limits, versions } = options;
    this.#server = createServer({
      ...secretsOf(options.identity),
      ALPNCallback: ({ protocols }) => chosenBy(versions, protocols),
      handshakeTimeout: limits.handshakeTimeoutMs,
      requestCert: true,
      // TLS proves possession of the key; whether it is a pinned one is decided in #admit.
      rejectUnauthorized: false,
      noDelay: true,
      keepAlive: true,
    });
    this.review();
    this.#server.on("connection", (socket: Socket) => {
      this.#accepted.add(socket);
      socket.once("close", () => this.#accepted.delete(socket));
    });
    this.#server.on("drop", () => traffic.refused.too_many++);
    this.#server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      // Node reports a handshake that takes too long, and leaves its socket open.
      socket.destroy();
      if (error.code === "ERR_TLS_HANDSHAKE_TIMEOUT") traffic.refused.handshake_timeout++;
      else if (error.code === "ERR_SSL_UNSUPPORTED_PROTOCOL") traffic.refused.tls_version++;
      else traffic.refused.tls_failed++;
    });
    this.#server.on("secureConnection", (socket) => this.#admit(socket));
  }

  /** Another certificate for the connections to come. */
  identify(identity: Identity): void {
    this.#server.setSecureContext(secretsOf(identity));
  }

  /** Whoever is known has changed: ends the connections of those that are not any more. */
  review(): void {
    const { known, limits } = this.#options;
    // One connection per peer, the rest for those that have not proved a key yet.
    const peers = new Set([...known.values()].filter((id) => id !== this.#options.self));
    this.#server.maxConnections = peers.size + limits.strangersMax;
    for (const [id, { socket, key }] of this.#peers) if (known.get(key) !== id) socket.destroy();
  }

  /** Rejects with Failure("address_in_use") or Failure("config_invalid") if the address cannot be had. */
  open(): Promise<void> {
    const { listen } = this.#options;
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => reject(listenFailure(listen, error));
      this.#server.once("error", onError);
      this.#server.listen({ ...listen, exclusive: true }, () => {
        this.#server.off("error", onError);
        // While it listens, an error means one connection that the system could not give.
        this.#server.on("error", () => this.#options.traffic.refused.accept_failed++);
        resolve();
      });
    });
  }

  /** The port listened on: the one asked for, or the one given for port 0. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.listen.port;
  }

  hears(id: NodeId): boolean {
    return this.#peers.has(id);
  }

  /** Frames of a peer that were announced as too long. */
  oversizedFrom(id: NodeId): number {
    return this.#oversized.get(id) ?? 0;
  }

  /** Also for the connections a peer makes meanwhile. */
  pause(id: NodeId): void {
    this.#paused.add(id);
    this.#peers.get(id)?.socket.pause();
  }

  resume(id: NodeId): void {
    this.#paused.delete(id);
    this.#peers.get(id)?.socket.resume();
  }

  #admit(socket: TLSSocket): void {
    // An error is always followed by a close, which says all that matters here.
    socket.on("error", () => undefined);
    const { known, self, versions } = this.#options;
    if (!socket.alpnProtocol) return this.#refuse(socket, "wrong_protocol");
    if (socket.alpnProtocol === NO_COMMON_VERSION)
      return this.#refuse(socket, "no_common_version", versions.oldest, versions.newest);
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return this.#refuse(socket, "no_certificate");
    const key = hex(certificateKey(certificate) ?? new Uint8Array(0));
    const id = known.get(key);
    if (id === self) return this.#refuse(socket, "own_key");
    if (id === undefined) {
      this.#options.onStranger({ key, from: socket.remoteAddress ?? "" });
      return this.#refuse(socket, "unknown_key");
    }
    this.#welcome(socket, id, key);
  }

  #refuse(socket: TLSSocket, reason: Refused, ...more: readonly number[]): void {
    this.#options.traffic.refused[reason]++;
    socket.end(Uint8Array.of(REFUSALS[reason], ...more), () => socket.destroy());
  }

  #welcome(socket: TLSSocket, id: NodeId, key: string): void {
    const { traffic, limits, onFrame, onPeer } = this.#options;
    const older = this.#peers.get(id)?.socket;
    if (older !== undefined) {
      // A peer dials anew when it has lost the old connection, though this end may not know yet.
      traffic.connectionsReplaced++;
      older.destroy();
    }
    this.#peers.set(id, { socket, key });
    socket.on("close", () => {
      if (this.#peers.get(id)?.socket === socket) this.#peers.delete(id);
    });
    const reader = new FrameReader(limits.frameBytesMax, (frame) => {
      // A listener may have closed the transport in the middle of a chunk.
      if (this.#peers.get(id)?.socket !== socket) return;
      traffic.framesReceived++;
      onFrame(id, frame);
    });
    socket.on("data", (bytes: Uint8Array) => {
      traffic.bytesReceived += bytes.length;
      if (this.#peers.get(id)?.socket !== socket || reader.push(bytes)) return;
      traffic.framesOversized++;
      this.#oversized.set(id, this.oversizedFrom(id) + 1);
      socket.destroy();
    });
    if (this.#paused.has(id)) socket.pause();
    socket.write(Uint8Array.of(WELCOME));
    onPeer(id);
  }

  /** Shows every connected peer that this node lives, unless it has not even read the last sign. */
  beat(): void {
    for (const { socket } of this.#peers.values())
      if (socket.writableLength === 0) socket.write(Uint8Array.of(BEAT));
  }

  close(): Promise<void> {
    this.#peers.clear();
    for (const socket of this.#accepted) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

const secretsOf = ({ key, certificate: cert }: Identity) => ({ key, cert, ...TLS_VERSION, ciphers: CIPHERS });

function listenFailure(listen: { host: string; port: number }, cause: NodeJS.ErrnoException): Failure {
  const place = renderAddress(listen);
  if (cause.code === "EADDRINUSE") {
    const remedy = "stop that program, or give this node another port in its configuration";
    return new Failure("address_in_use", `another program listens on ${place} already: ${remedy}`, { cause });
  }
  const reason = cause.code === "EADDRNOTAVAIL" ? "this machine does not have that address" : cause.message;
  return new Failure("config_invalid", `cannot listen on ${place}: ${reason}`, { cause });
}
