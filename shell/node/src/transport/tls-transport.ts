// The Transport port over TLS 1.3: one dialled connection per peer to send on, one accepted connection
// per peer to receive from. It knows keys and frames, never what is in them. Invariant: what comes from
// a node was sent by the holder of its pinned key, whole and in order; what cannot be sent is counted.

import { createSecureContext, type SecureContext } from "node:tls";
import { assert, hex, type NodeId } from "@juno/base";
import type { Admission, Clock, PeerState, Transport } from "@juno/runtime";
import type { NodeKeys } from "../keys/node-keys.ts";
import { transportKeyPem } from "../keys/transport-certificate.ts";
import {
  type Address,
  type Addresses,
  CIPHERS,
  type Identity,
  parseAddress,
  TLS_VERSION,
  WIRE_VERSIONS,
  type WireVersions,
} from "./handshake.ts";
import { Inbound, type InboundOptions } from "./inbound.ts";
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

/** From `node.json`. */
export type TransportKeys = Pick<NodeKeys, "transportKey" | "transportSecret" | "transportCertificate">;

export type TlsTransportOptions = {
  readonly self: NodeId;
  /** All that this node may prove, those it goes by first; asked whenever nodes are admitted. */
  readonly keys: {
    readonly all: readonly TransportKeys[];
    transport(key: Uint8Array): TransportKeys | undefined;
  };
  readonly listen: { readonly host: string; readonly port: number };
  /** Where other nodes are. An address that is replaced in the map counts from the next dial. */
  readonly addresses: Addresses;
  readonly limits?: Partial<TransportLimits>;
  /** Of this program, unless it shall stand for another one. */
  readonly versions?: WireVersions;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Told of each connection under a transport key that is nobody's: it is refused. */
  readonly onStranger?: InboundOptions["onStranger"];
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
  readonly #self: NodeId;
  readonly #addresses: Addresses;
  readonly #keys: TlsTransportOptions["keys"];
  /** Whoever may prove which transport key, by its hex; this node too. */
  readonly #known = new Map<string, NodeId>();
  readonly #onFrameHandedToSocket: TlsTransportOptions["onFrameHandedToSocket"];
  readonly #versions: WireVersions;
  #outbounds: ReadonlyMap<NodeId, Outbound> = new Map();
  /** What members say where they are, by id. */
  #said: ReadonlyMap<NodeId, Address | undefined> = new Map();
  /** Of all own keys, that which this node is admitted under first. */
  #secureContexts: readonly SecureContext[];
  #isOpen = false;
  readonly #lastFrameMs = new Map<NodeId, number>();
  #listener: (from: NodeId, frame: Uint8Array) => void = () => undefined;
  #beat: NodeJS.Timeout | undefined;
  #lastBeatMs = 0;
  #closing: Promise<void> | undefined;

  constructor({ self, keys, listen, addresses, clock, ...options }: TlsTransportOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = clock;
    this.#self = self;
    this.#keys = keys;
    this.#addresses = addresses;
    this.#onFrameHandedToSocket = options.onFrameHandedToSocket;
    this.#versions = options.versions ?? WIRE_VERSIONS;
    this.#secureContexts = keys.all.map((each) => secureContextOf(identityOf(each)));
    for (const { transportKey } of keys.all) this.#known.set(hex(transportKey), self);
    const identity = identityOf(keys.all[0]!);
    this.#inbound = new Inbound({
      ...{ listen, identity, limits: this.#limits, traffic: this.traffic, known: this.#known, self },
      versions: this.#versions,
      onFrame: (from, frame) => this.#receive(from, frame),
      onPeer: (id) => this.#outbounds.get(id)?.nudge(),
      onStranger: options.onStranger ?? (() => undefined),
    });
  }

  admit({ own, peers }: Admission): void {
    const first = own && this.#keys.transport(own);
    const { all } = this.#keys;
    if (first !== undefined) {
      const ordered = [first, ...all.filter((other) => other !== first)];
      this.#secureContexts = ordered.map((each) => secureContextOf(identityOf(each)));
      this.#inbound.identify(identityOf(first));
    }
    this.#known.clear();
    for (const { transportKey } of all) this.#known.set(hex(transportKey), this.#self);
    for (const { id, transportKeys } of peers) for (const key of transportKeys) this.#known.set(hex(key), id);
    this.#said = new Map(
      peers.map(({ id, address }) => [id, address === undefined ? undefined : parseAddress(address)]),
    );
    const before = this.#outbounds;
    const ids = peers.map(({ id }) => id).sort((a, b) => a - b);
    this.#outbounds = new Map(ids.map((id) => [id, before.get(id) ?? this.#outboundTo(id)]));
    for (const [id, outbound] of before) if (!this.#outbounds.has(id)) outbound.close();
    for (const [id, outbound] of this.#outbounds) {
      if (before.has(id)) outbound.review();
      else if (this.#isOpen) outbound.open();
    }
    this.#inbound.review();
  }

  #outboundTo(id: NodeId): Outbound {
    return new Outbound({
      ...{ id, known: this.#known, limits: this.#limits, traffic: this.traffic, versions: this.#versions },
      secureContext: (failures) => this.#secureContexts[failures % this.#secureContexts.length]!,
      monotonicMs: () => this.#clock.monotonicMs(),
      address: () => this.#addresses.get(id) ?? this.#said.get(id),
      onFrameHandedToSocket: this.#onFrameHandedToSocket,
    });
  }

  get port(): number {
    return this.#inbound.port;
  }

  async open(): Promise<void> {
    await this.#inbound.open();
    this.#isOpen = true;
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
    assert(frame.length <= this.#limits.frameBytesMax, "this node sends no frame above the limit");
    if (outbound === undefined) this.traffic.framesDropped++;
    else outbound.send(frame);
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
    return [...this.#outbounds].map(([id, outbound]) => {
      const { connected, queuedBytes, droppedFrames, problem, wireVersion } = outbound;
      const heard = this.#inbound.hears(id);
      return {
        id,
        connected: connected && heard,
        queuedBytes,
        droppedFrames,
        oversizedFrames: this.#inbound.oversizedFrom(id),
        lastFrameMs: this.#lastFrameMs.get(id),
        wireVersion,
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

const identityOf = ({ transportSecret, transportCertificate: certificate }: TransportKeys): Identity => ({
  key: transportKeyPem(transportSecret),
  certificate,
});

const secureContextOf = ({ key, certificate: cert }: Identity): SecureContext =>
  createSecureContext({ key, cert, ...TLS_VERSION, ciphers: CIPHERS });
