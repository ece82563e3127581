// The Transport port within one process, for tests: a network of nodes that hear each other at once and
// in order, with the same bounded queues as the real one. Faults belong to the simulator, not here.

import type { NodeId } from "@juno/base";
import type { Clock } from "../clock.ts";
import type { Admission, PeerState, Transport } from "../transport.ts";

export type MemoryNetworkOptions = {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly queueBytesMax?: number;
  readonly queueFramesMax?: number;
};

type Lane = {
  queue: Uint8Array[];
  queuedBytes: number;
  droppedFrames: number;
  lastFrameMs: number | undefined;
};

export class MemoryNetwork {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly queueBytesMax: number;
  readonly queueFramesMax: number;
  readonly #open = new Map<NodeId, MemoryTransport>();

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock;
    this.queueBytesMax = options.queueBytesMax ?? 32 * 1024 * 1024;
    this.queueFramesMax = options.queueFramesMax ?? 10_000;
  }

  /** A node's end of the network; it hears and is heard between `open` and `close`. */
  transport(self: NodeId, peers: readonly NodeId[]): Transport {
    return new MemoryTransport(this, self, peers);
  }

  join(self: NodeId, transport: MemoryTransport): void {
    this.#open.set(self, transport);
  }

  leave(self: NodeId): void {
    this.#open.delete(self);
  }

  at(id: NodeId): MemoryTransport | undefined {
    return this.#open.get(id);
  }
}

class MemoryTransport implements Transport {
  readonly #network: MemoryNetwork;
  readonly #self: NodeId;
  #lanes = new Map<NodeId, Lane>();
  readonly #paused = new Set<NodeId>();
  #listener: (from: NodeId, frame: Uint8Array) => void = () => undefined;

  constructor(network: MemoryNetwork, self: NodeId, peers: readonly NodeId[]) {
    this.#network = network;
    this.#self = self;
    this.#keepLanes(peers);
  }

  admit({ peers }: Admission): void {
    this.#keepLanes(peers.map(({ id }) => id));
  }

  #keepLanes(peers: readonly NodeId[]): void {
    const fresh = (): Lane => ({ queue: [], queuedBytes: 0, droppedFrames: 0, lastFrameMs: undefined });
    const sorted = [...peers].sort((a, b) => a - b);
    this.#lanes = new Map(sorted.map((id) => [id, this.#lanes.get(id) ?? fresh()]));
  }

  async open(): Promise<void> {
    this.#network.join(this.#self, this);
  }

  get #isOpen(): boolean {
    return this.#network.at(this.#self) === this;
  }

  send(to: NodeId, frame: Uint8Array): void {
    const lane = this.#lanes.get(to);
    if (lane === undefined) return;
    const full =
      lane.queue.length >= this.#network.queueFramesMax ||
      lane.queuedBytes + frame.length > this.#network.queueBytesMax;
    if (full || !this.#isOpen || this.#network.at(to) === undefined) {
      lane.droppedFrames++;
      return;
    }
    lane.queuedBytes += frame.length;
    // A copy: what arrives belongs to the receiver, as it does behind a socket.
    if (lane.queue.push(frame.slice()) === 1) queueMicrotask(() => this.#deliver(to, lane));
  }

  #deliver(to: NodeId, lane: Lane): void {
    const receiver = this.#network.at(to);
    if (receiver?.isPaused(this.#self)) return;
    const frames = lane.queue;
    lane.queue = [];
    lane.queuedBytes = 0;
    for (const frame of frames) {
      const peer = this.#isOpen ? this.#network.at(to) : undefined;
      if (peer === undefined) lane.droppedFrames++;
      else peer.#receive(this.#self, frame);
    }
  }

  #receive(from: NodeId, frame: Uint8Array): void {
    const lane = this.#lanes.get(from);
    if (lane === undefined) return;
    lane.lastFrameMs = this.#network.clock.monotonicMs();
    this.#listener(from, frame);
  }

  onFrame(listener: (from: NodeId, frame: Uint8Array) => void): void {
    this.#listener = listener;
  }

  isPaused(from: NodeId): boolean {
    return this.#paused.has(from);
  }

  pause(from: NodeId): void {
    this.#paused.add(from);
  }

  resume(from: NodeId): void {
    if (!this.#paused.delete(from)) return;
    const sender = this.#network.at(from);
    if (sender === undefined) return;
    const lane = sender.#lanes.get(this.#self);
    if (lane !== undefined) queueMicrotask(() => sender.#deliver(this.#self, lane));
  }

  peers(): readonly PeerState[] {
    return [...this.#lanes].map(([id, { queuedBytes, droppedFrames, lastFrameMs }]) => {
      const connected = this.#isOpen && this.#network.at(id) !== undefined;
      const problem = connected ? undefined : `node ${id} is not on the network`;
      return { id, connected, queuedBytes, droppedFrames, oversizedFrames: 0, lastFrameMs, problem };
    });
  }

  async close(): Promise<void> {
    if (this.#isOpen) this.#network.leave(this.#self);
  }
}
