// What waits for one peer's socket: frames in order, bounded in number and bytes. It knows no socket.
// Invariant: a frame is either taken whole, in its turn, or was refused when it came.

const HEADER_BYTES = 4;

export type QueueLimits = { readonly queueBytesMax: number; readonly queueFramesMax: number };

/** Frames that go to the socket in one write. */
export type Chunk = { readonly bytes: Uint8Array; readonly frames: readonly Uint8Array[] };

export class SendQueue {
  readonly #limits: QueueLimits;
  #frames: Uint8Array[] = [];
  /** Frames before this place are taken; they leave the array in bulk. */
  #first = 0;
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#frames.length - this.#first;
  }

  /** Bytes on the wire of all that waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** False if there is no room: the frame is dropped. */
  push(frame: Uint8Array): boolean {
    const bytes = this.#bytes + HEADER_BYTES + frame.length;
    if (this.length >= this.#limits.queueFramesMax || bytes > this.#limits.queueBytesMax) return false;
    this.#frames.push(frame);
    this.#bytes = bytes;
    return true;
  }

  /** The next frames, with their lengths before them, as one buffer: up to `bytesMax`, or one larger frame. */
  take(bytesMax: number): Chunk {
    const from = this.#first;
    let size = 0;
    while (this.#first < this.#frames.length) {
      const next = HEADER_BYTES + this.#frames[this.#first]!.length;
      if (size > 0 && size + next > bytesMax) break;
      size += next;
      this.#first++;
    }
    const frames = this.#frames.slice(from, this.#first);
    this.#bytes -= size;
    if (this.#first === this.#frames.length || this.#first >= 1024) {
      this.#frames = this.#frames.slice(this.#first);
      this.#first = 0;
    }
    return { bytes: joined(frames, size), frames };
  }

  /** Forgets everything; how many frames that were. */
  clear(): number {
    const { length } = this;
    this.#frames = [];
    this.#first = 0;
    this.#bytes = 0;
    return length;
  }
}

function joined(frames: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const frame of frames) {
    at = bytes.writeUInt32BE(frame.length, at);
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}
