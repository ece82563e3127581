// The Transport port over TLS 1.3: one dialled connection per peer to send on, one accepted connection
// per peer to receive from. It knows keys and frames, never what is in them. Invariant: what comes from
// a node was sent by the holder of its pinned key, whole and in order; what cannot be sent is counted.

import { createSecureContext } from "node:tls";
import { assert, hex, type NodeId } from "@juno/base";
import type { Clock, PeerState, Transport } from "@juno/runtime";
import { publicKeyOf } from "../crypto/sodium.ts";
import type { NodeKeys } from "../keys/node-keys.ts";
import { transportKeyPem } from "../keys/transport-certificate.ts";
import { CIPHERS, type PeerAddress, type PeerAddresses, TLS_VERSION } from "./handshake.ts";
import { Inbound } from "./inbound.ts";
import { Outbound } from "./outbound.ts";
import { newTraffic, type TransportTraffic } from "./traffic.ts";

export type TransportLimits = {
  readonly frameBytesMax: number;
  /** Per peer: what waits for its socket. */
  readonly queueBytesMax: number;
  readonly queueFramesMax: number;
  readonly handshakeTimeoutMs: number;
  /** Between dials: the first wait, doubled each time up to the last, less a random part. */
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  /** Connections that have not proved a pinned key, at one time. */
  readonly strangersMax: number;
  /** How often each node shows those that dialled it that it lives. */
  readonly beatMs: number;
  /** A dialled peer that has not beaten for so long is gone, whatever TCP believes. */
  readonly silenceMs: number;
};

const DEFAULT_LIMITS: TransportLimits = {
  frameBytesMax: 16 * 1024 * 1024,
  queueBytesMax: 32 * 1024 * 1024,
  queueFramesMax: 10_000,
  handshakeTimeoutMs: 5000,
  retryMsMin: 50,
  retryMsMax: 2000,
  strangersMax: 16,
  beatMs: 1000,
  silenceMs: 5000,
};

export type TlsTransportOptions = {
  /** From `node.json`. */
  readonly keys: Pick<NodeKeys, "id" | "transportSecret" | "transportCertificate">;
  readonly listen: { readonly host: string; readonly port: number };
  /** The other voters. An address that is replaced in the map counts from the next dial; keys are fixed. */
  readonly peers: PeerAddresses;
  readonly limits?: Partial<TransportLimits>;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** For tests: called with each frame right before the write that carries it. */
  readonly onFrameHandedToSocket?: (to: NodeId, frame: Uint8Array) => void;
};

export interface TlsTransport extends Transport {
  /** Live counters. */
  readonly traffic: Readonly<TransportTraffic>;
  /** The port listened on, once open. */
  readonly port: number;
}

export function tlsTransport(options: TlsTransportOptions): TlsTransport {
  return new TlsNodeTransport(options);
}

class TlsNodeTransport implements TlsTransport {
  readonly traffic = newTraffic();
  readonly #limits: TransportLimits;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #inbound: Inbound;
  readonly #outbounds: ReadonlyMap<NodeId, Outbound>;
  readonly #lastFrameMs = new Map<NodeId, number>();
  #listener: (from: NodeId, frame: Uint8Array) => void = () => undefined;
  #beat: NodeJS.Timeout | undefined;
  #lastBeatMs = 0;
  #closing: Promise<void> | undefined;

  constructor({ keys, listen, peers, clock, onFrameHandedToSocket, ...options }: TlsTransportOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = limits;
    const { traffic } = this;
    this.#clock = clock;
    const key = transportKeyPem(keys.transportSecret);
    const certificate = keys.transportCertificate;
    const ownKey = publicKeyOf(keys.transportSecret);
    const pinned = new Map([...peers].map(([id, { transportKey }]) => [hex(transportKey), id]));
    const known = new Map([...pinned, [hex(ownKey), keys.id]]);
    assert(
      known.size === peers.size + 1 && !peers.has(keys.id),
      "every node has its own id and transport key",
    );
    this.#inbound = new Inbound({
      ...{ listen, key, certificate, ownKey, limits, traffic },
      peers: pinned,
      onFrame: (from, frame) => this.#receive(from, frame),
      onPeer: (id) => this.#outbounds.get(id)?.nudge(),
    });
    const secureContext = createSecureContext({ key, cert: certificate, ...TLS_VERSION, ciphers: CIPHERS });
    const monotonicMs = () => clock.monotonicMs();
    const outbound = (id: NodeId, first: PeerAddress): Outbound =>
      new Outbound({
        ...{ id, known, secureContext, limits, traffic, monotonicMs, onFrameHandedToSocket },
        address: () => ({ ...first, ...peers.get(id), transportKey: first.transportKey }),
      });
    const ascending = [...peers].sort(([a], [b]) => a - b);
    this.#outbounds = new Map(ascending.map(([id, first]) => [id, outbound(id, first)]));
  }

  get port(): number {
    return this.#inbound.port;
  }

  async open(): Promise<void> {
    await this.#inbound.open();
    for (const outbound of this.#outbounds.values()) outbound.open();
    this.#lastBeatMs = this.#clock.monotonicMs();
    this.#beat = setInterval(() => this.#onBeat(), this.#limits.beatMs);
  }

  #onBeat(): void {
    this.#inbound.beat();
    const nowMs = this.#clock.monotonicMs();
    const lateMs = nowMs - this.#lastBeatMs - this.#limits.beatMs;
    this.#lastBeatMs = nowMs;
    // After a pause of this process the others' beats wait unread: they are not silent, we were deaf.
    if (lateMs < this.#limits.beatMs) for (const outbound of this.#outbounds.values()) outbound.watch();
  }

  #receive(from: NodeId, frame: Uint8Array): void {
    this.#lastFrameMs.set(from, this.#clock.monotonicMs());
    this.#listener(from, frame);
  }

  /** The frame is not copied: it must not change until it is sent. */
  send(to: NodeId, frame: Uint8Array): void {
    const outbound = this.#outbounds.get(to);
    assert(outbound !== undefined, `node ${to} is a peer`);
    assert(frame.length <= this.#limits.frameBytesMax, "this node sends no frame above the limit");
    outbound.send(frame);
  }

  onFrame(listener: (from: NodeId, frame: Uint8Array) => void): void {
    this.#listener = listener;
  }

  pause(from: NodeId): void {
    this.#inbound.pause(from);
  }

  resume(from: NodeId): void {
    this.#inbound.resume(from);
  }

  peers(): readonly PeerState[] {
    return [...this.#outbounds].map(([id, { connected, queuedBytes, droppedFrames, problem }]) => {
      const heard = this.#inbound.hears(id);
      return {
        id,
        connected: connected && heard,
        queuedBytes,
        droppedFrames,
        oversizedFrames: this.#inbound.oversizedFrom(id),
        lastFrameMs: this.#lastFrameMs.get(id),
        problem: problem ?? (heard ? undefined : `node ${id} has not connected to this node`),
      };
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#beat);
    for (const outbound of this.#outbounds.values()) outbound.close();
    await this.#inbound.close();
  }
}
