// Frames out of a byte stream: a u32 length, big-endian, then that many bytes. It knows no peer.
// Invariant: memory held is one frame of at most `frameBytesMax`, however the bytes are cut.

const HEADER_BYTES = 4;

export class FrameReader {
  readonly #frameBytesMax: number;
  readonly #deliver: (frame: Uint8Array) => void;
  readonly #header = new Uint8Array(HEADER_BYTES);
  readonly #headerView = new DataView(this.#header.buffer);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;

  /** `deliver` gets each frame in bytes of its own, at most `frameBytesMax` of them. */
  constructor(frameBytesMax: number, deliver: (frame: Uint8Array) => void) {
    this.#frameBytesMax = frameBytesMax;
    this.#deliver = deliver;
  }

  /** Takes the next bytes; false once a frame announces itself as too long: the stream is of no more use. */
  push(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      at += this.#body === undefined ? this.#fillHeader(chunk, at) : this.#fillBody(this.#body, chunk, at);
      if (this.#headerFilled < HEADER_BYTES) return true;
      const length = this.#headerView.getUint32(0);
      if (length > this.#frameBytesMax) return false;
      this.#body ??= new Uint8Array(length);
      if (this.#bodyFilled === length) this.#finish(this.#body);
    }
    return true;
  }

  #fillHeader(chunk: Uint8Array, at: number): number {
    const count = Math.min(HEADER_BYTES - this.#headerFilled, chunk.length - at);
    this.#header.set(chunk.subarray(at, at + count), this.#headerFilled);
    this.#headerFilled += count;
    return count;
  }

  #fillBody(body: Uint8Array, chunk: Uint8Array, at: number): number {
    const count = Math.min(body.length - this.#bodyFilled, chunk.length - at);
    body.set(chunk.subarray(at, at + count), this.#bodyFilled);
    this.#bodyFilled += count;
    return count;
  }

  #finish(body: Uint8Array): void {
    this.#headerFilled = 0;
    this.#body = undefined;
    this.#bodyFilled = 0;
    this.#deliver(body);
  }
}
