// Port: authenticated channels to the other nodes. A frame arrives whole, from the node whose
// pinned key the channel has proved, or not at all; it may be lost, never altered.

import type { NodeId } from "@juno/base";

export type PeerState = {
  readonly id: NodeId;
  readonly connected: boolean;
  readonly queuedBytes: number;
  readonly droppedFrames: number;
  /** Frames of the peer that were announced as longer than the limit; each cost it its connection. */
  readonly oversizedFrames: number;
  /** Monotonic ms of the last frame received, undefined if none yet. */
  readonly lastFrameMs: number | undefined;
  /** Version of the nodes' protocol that is spoken to the peer (A34); undefined while there is no connection. */
  readonly wireVersion?: number | undefined;
  /** Why there is no connection, in words for an operator. */
  readonly problem: string | undefined;
};

/** Another node, and every transport key that it may prove: while one takes the place of another, both. */
export type Peer = {
  readonly id: NodeId;
  readonly transportKeys: readonly Uint8Array[];
  /** `host:port`, unless this node was told another place. */
  readonly address: string | undefined;
};

export type Admission = {
  /** The transport key that this node proves from now on, if it holds it. */
  readonly own: Uint8Array | undefined;
  /** All other nodes: channels to and from whoever is not here end. */
  readonly peers: readonly Peer[];
};

export interface Transport {
  /** Whom this node talks to, from now on. To be called before `open`, and whenever that changes. */
  admit(admission: Admission): void;
  /** Begins listening and connecting; rejects if the address cannot be had. */
  open(): Promise<void>;
  /** Queues a frame; when the peer's bounded queue is full, or it is none, the frame is dropped and counted. */
  send(to: NodeId, frame: Uint8Array): void;
  onFrame(listener: (from: NodeId, frame: Uint8Array) => void): void;
  /** Reads no more of what a peer sends: it waits at the peer's end. A few frames may still come. */
  pause(from: NodeId): void;
  resume(from: NodeId): void;
  peers(): readonly PeerState[];
  close(): Promise<void>;
}
