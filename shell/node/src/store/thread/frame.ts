// How the main thread and a store thread talk: every message is one buffer that is transferred, not
// copied, with a small head and a packed body. No object graphs cross threads.

import type { MessagePort, Worker } from "node:worker_threads";
import { Reader, Writer } from "@juno/base";
import { Failure, type FailureCode } from "@juno/failure";

/** A request: its number (0 if nobody waits for an answer), what is asked, and the rest of the frame. */
export type Request = { readonly id: number; readonly kind: number; readonly body: Reader };

/** The status of an answer: what was asked for, a Failure, or a bug. Id 0: the thread says it unasked. */
export const ANSWERED = 0;
export const FAILED = 1;
export const BROKEN = 2;

export type Write = (writer: Writer) => void;

export type FrameHead = {
  readonly id: number;
  /** The kind of a request, the status of an answer, or the kind of an event. */
  readonly code: number;
  /** About how many bytes the body has: a good guess spares copies. */
  readonly bytes?: number;
};

export function sendFrame(to: MessagePort | Worker, head: FrameHead, write: Write): void {
  const writer = new Writer(1024 + (head.bytes ?? 0)).u64(head.id).u8(head.code);
  write(writer);
  const frame = writer.finish();
  to.postMessage(frame.buffer, [frame.buffer]);
}

export function readFrame(message: unknown): { id: number; code: number; body: Reader } {
  if (!(message instanceof ArrayBuffer)) throw new Error("a store thread receives buffers only");
  const body = new Reader(new Uint8Array(message));
  return { id: body.u64(), code: body.u8(), body };
}

const FAILURE_CODES: readonly FailureCode[] = [
  "store_missing",
  "store_damaged",
  "store_foreign",
  "store_rolled_back",
  "store_in_use",
  "disk_full",
  "disk_failed",
  "executor_failed",
  "too_old",
];

const text = new TextDecoder();
const bytes = new TextEncoder();

export function writeFailure(writer: Writer, failure: Failure): void {
  writer.u8(FAILURE_CODES.indexOf(failure.code)).bytes(bytes.encode(failure.message));
}

export function readFailure(reader: Reader): Failure {
  const code = FAILURE_CODES[reader.u8()];
  const message = text.decode(reader.bytes(reader.remaining));
  if (code === undefined) throw new Error(`a store thread failed in an unknown way: ${message}`);
  return new Failure(code, message);
}
