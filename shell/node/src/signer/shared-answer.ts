// What the main thread and the thread that talks to the signer have in common: what they tell each other, and the memory in which the one waits for the other.

import type { SignAnswer, SignRequest } from "./signer-protocol.ts";

/** What the thread is told. */
export type ThreadOptions = {
  readonly socket: string;
  readonly timeoutMs: number;
  /** Two words, the number of the answer and how many bytes it has, negative if they say why there is no signature; then the bytes. */
  readonly shared: SharedArrayBuffer;
};
export type ThreadRequest = SignRequest & { readonly isAwaited: boolean };
export type ThreadNews =
  | { readonly kind: "up"; readonly keys: readonly Uint8Array[] }
  | { readonly kind: "down"; readonly reason: string }
  | { readonly kind: "answer"; readonly answer: SignAnswer };

export const BYTES_AT = 8;
export const ANSWER_BYTES_MAX = 256;
export const ANSWERED = 0;
export const LENGTH = 1;
