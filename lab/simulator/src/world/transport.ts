// A node's end of the simulated network: the Transport port of one life.

import type { NodeId } from "@juno/base";
import type { Admission, PeerState, Transport } from "@juno/runtime";

const HELD_MAX = 4000;

export class SimulatedTransport implements Transport {
  #peers: readonly NodeId[];
  readonly #post: (to: NodeId, frame: Uint8Array) => void;
  readonly #lastMs = new Map<NodeId, number>();
  readonly #held = new Map<NodeId, Uint8Array[]>();
  readonly #clock: { monotonicMs(): number };
  #listener: ((from: NodeId, frame: Uint8Array) => void) | undefined;
  #isOpen = false;

  constructor(parts: {
    readonly peers: readonly NodeId[];
    readonly clock: { monotonicMs(): number };
    readonly post: (to: NodeId, frame: Uint8Array) => void;
  }) {
    this.#peers = parts.peers;
    this.#clock = parts.clock;
    this.#post = parts.post;
  }

  admit({ peers }: Admission): void {
    this.#peers = peers.map(({ id }) => id);
  }

  async open(): Promise<void> {
    this.#isOpen = true;
  }

  /** Channels are to those admitted, and from them. */
  send(to: NodeId, frame: Uint8Array): void {
    if (this.#isOpen && this.#peers.includes(to)) this.#post(to, frame);
  }

  onFrame(listener: (from: NodeId, frame: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** What the network brings. */
  arrive(from: NodeId, frame: Uint8Array): void {
    if (!this.#isOpen || !this.#peers.includes(from)) return;
    const held = this.#held.get(from);
    if (held !== undefined) {
      if (held.length < HELD_MAX) held.push(frame);
      return;
    }
    this.#lastMs.set(from, this.#clock.monotonicMs());
    this.#listener?.(from, frame);
  }

  pause(from: NodeId): void {
    this.#held.set(from, this.#held.get(from) ?? []);
  }

  resume(from: NodeId): void {
    const held = this.#held.get(from) ?? [];
    this.#held.delete(from);
    for (const frame of held) this.arrive(from, frame);
  }

  peers(): readonly PeerState[] {
    return this.#peers.map((id) => ({
      ...{ id, connected: this.#isOpen, queuedBytes: 0, droppedFrames: 0, oversizedFrames: 0 },
      lastFrameMs: this.#lastMs.get(id),
      problem: undefined,
    }));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }
}
