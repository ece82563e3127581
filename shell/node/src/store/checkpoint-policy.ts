// When a write-ahead log is folded into its file. The bulk is done by another thread, off the commit
// path; commits go on meanwhile, so a rest remains, which would keep the log growing for ever: that
// rest, small by then, the writer folds itself, and its next commit starts the log anew.

import { WAL_PAGE_BYTES, type WalState } from "./database.ts";

/** How much is committed before SQLite is asked how long the log is, which costs as much as a small commit. */
const LOOK_BYTES = 512 * 1024;
const LOOK_COMMITS = 64;
/** Unfolded frames at which another thread is asked (4 MiB). */
const WANTED_FRAMES = (4 * 1024 * 1024) / WAL_PAGE_BYTES;
/** A rest that the writer folds itself (1 MiB, a few milliseconds). */
const REST_FRAMES_MAX = (1024 * 1024) / WAL_PAGE_BYTES;
/** Unfolded frames at which the writer no longer waits for the other thread (64 MiB). */
const FRAMES_MAX = (64 * 1024 * 1024) / WAL_PAGE_BYTES;

export type CheckpointActions = {
  readonly walState: () => WalState;
  /** Folds on this thread. */
  readonly fold: () => WalState;
  /** Asks another thread to fold; `onFolded` is to be called when it has. */
  readonly ask: () => void;
};

export class CheckpointPolicy {
  readonly #actions: CheckpointActions;
  #asked = false;
  #unseenBytes = 0;
  #unseenCommits = 0;

  constructor(actions: CheckpointActions) {
    this.#actions = actions;
  }

  /** To be called after a commit of about so many bytes has been answered. */
  onCommitted(bytes: number): void {
    this.#unseenBytes += bytes;
    this.#unseenCommits += 1;
    if (this.#unseenBytes < LOOK_BYTES && this.#unseenCommits < LOOK_COMMITS) return;
    this.#unseenBytes = 0;
    this.#unseenCommits = 0;
    const rest = unfolded(this.#actions.walState());
    if (rest > FRAMES_MAX) this.#actions.fold();
    else if (rest > WANTED_FRAMES) this.#ask();
  }

  /** To be called when the other thread is done. */
  onFolded(): void {
    this.#asked = false;
    const rest = unfolded(this.#actions.walState());
    if (rest > REST_FRAMES_MAX) this.#ask();
    else if (rest > 0) this.#actions.fold();
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#actions.ask();
  }
}

const unfolded = ({ frames, done }: WalState): number => frames - done;
