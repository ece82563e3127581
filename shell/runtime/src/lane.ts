// One sender's frames on their way through the inbox: arrived, opened, answered by the verifier. It
// knows no sockets and verifies nothing. Invariant: frames leave in the order in which they came, and
// what one turn opens and what is at the verifier is bounded, however much has arrived.

import type { Opened } from "@juno/consensus";

/** Chosen so that an honest node at full speed meets none of them, and a turn takes milliseconds. */
export const INBOX_LIMITS = {
  /** What a lane opens in one turn, but one frame at least. */
  turnFrames: 64,
  turnBytes: 256 * 1024,
  /** Signatures of a lane at the verifier; the frame that exceeds them is the last. */
  checks: 512,
  /** Opened and not delivered, because something before them is at the verifier. */
  waitingFrames: 2048,
  waitingBytes: 16 * 1024 * 1024,
  /** Of what has arrived and is not opened: beyond the first pair the sender waits, beyond the second it loses frames. */
  pauseFrames: 1024,
  pauseBytes: 4 * 1024 * 1024,
  laneFrames: 32_768,
  laneBytes: 64 * 1024 * 1024,
} as const;

/** An opened frame; without answers as long as its signatures are at the verifier. */
export type Waiting = {
  readonly opened: Opened;
  readonly bytes: number;
  answers: readonly boolean[] | undefined;
};

export class Lane {
  /** Tells the verifier whose signatures they are. */
  readonly name: string;
  #arrived: Uint8Array[] = [];
  /** Frames before this place are taken; they leave the array in bulk. */
  #first = 0;
  arrivedBytes = 0;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #batch: Waiting[] = [];
  #unanswered = 0;
  #turnFrames = 0;
  #turnBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  get arrivedFrames(): number {
    return this.#arrived.length - this.#first;
  }

  get length(): number {
    return this.arrivedFrames + this.#waiting.length;
  }

  /** False if there is no room: the frame is lost. */
  push(frame: Uint8Array): boolean {
    const bytes = this.arrivedBytes + frame.length;
    if (this.arrivedFrames >= INBOX_LIMITS.laneFrames || bytes > INBOX_LIMITS.laneBytes) return false;
    this.#arrived.push(frame);
    this.arrivedBytes = bytes;
    return true;
  }

  /** The next frame to open, if one may be opened now. */
  take(): Uint8Array | undefined {
    const frame = this.#arrived[this.#first];
    if (frame === undefined || !this.#mayOpen(frame.length)) return undefined;
    this.#turnFrames += 1;
    this.#turnBytes += frame.length;
    this.arrivedBytes -= frame.length;
    this.#first += 1;
    if (this.#first === this.#arrived.length || this.#first >= 1024) {
      this.#arrived = this.#arrived.slice(this.#first);
      this.#first = 0;
    }
    return frame;
  }

  #mayOpen(bytes: number): boolean {
    const { turnFrames, turnBytes, checks, waitingFrames, waitingBytes } = INBOX_LIMITS;
    if (this.#unanswered >= checks || this.#turnFrames >= turnFrames) return false;
    if (this.#turnFrames > 0 && this.#turnBytes + bytes > turnBytes) return false;
    if (this.#waiting.length >= waitingFrames) return false;
    return this.#waiting.length === 0 || this.#waitingBytes + bytes <= waitingBytes;
  }

  /** Keeps a frame of so many bytes that was taken and opened. */
  keep(opened: Opened, bytes: number): void {
    const isSettled = opened.checks.length === 0;
    const item: Waiting = { opened, bytes, answers: isSettled ? [] : undefined };
    this.#waiting.push(item);
    this.#waitingBytes += bytes;
    if (isSettled) return;
    this.#batch.push(item);
    this.#unanswered += opened.checks.length;
  }

  /** What was opened since the last turn and needs the verifier. */
  endTurn(): readonly Waiting[] {
    this.#turnFrames = 0;
    this.#turnBytes = 0;
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }

  /** The verifier's answers to the checks of a batch, in their order. */
  answer(batch: readonly Waiting[], answers: readonly boolean[]): void {
    let at = 0;
    for (const item of batch) {
      const { length } = item.opened.checks;
      item.answers = answers.slice(at, at + length);
      at += length;
    }
    this.#unanswered -= at;
  }

  /** The next frame, if it is answered. */
  answered(): { readonly opened: Opened; readonly answers: readonly boolean[] } | undefined {
    const [next] = this.#waiting;
    if (next?.answers === undefined) return undefined;
    this.#waiting.shift();
    this.#waitingBytes -= next.bytes;
    return { opened: next.opened, answers: next.answers };
  }
}
