// The worker's side of a store thread: takes requests in order, answers each once. A handler that
// throws a Failure answers with it; anything else it throws is a bug, which the caller learns too.

import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { utf8 } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  ANSWERED,
  BROKEN,
  FAILED,
  type Request,
  readFrame,
  sendFrame,
  type Write,
  writeFailure,
} from "./frame.ts";

export class ThreadServer {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  listen(handle: (request: Request) => void): void {
    this.#port.on("message", (message) => {
      const request = requestOf(message);
      this.attempt([request], () => handle(request));
    });
  }

  /** The next request that has already arrived, if there is one. */
  take(): Request | undefined {
    const waiting = receiveMessageOnPort(this.#port);
    return waiting === undefined ? undefined : requestOf(waiting.message);
  }

  answer(request: Request, write: Write = () => undefined): void {
    if (request.id > 0) sendFrame(this.#port, { id: request.id, code: ANSWERED }, write);
  }

  /** Says something unasked, of about so many bytes. */
  tell(kind: number, write: Write = () => undefined, bytes = 0): void {
    sendFrame(this.#port, { id: 0, code: kind, bytes }, write);
  }

  /** Runs `work`, which answers the requests; if it throws, they are answered with what it threw. */
  attempt(requests: readonly Request[], work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      for (const request of requests) this.refuse(request, error);
      return false;
    }
  }

  /** What nobody waits for must not fail unnoticed: it ends the thread. */
  refuse(request: Request, error: unknown): void {
    if (request.id === 0) throw error;
    if (error instanceof Failure) {
      sendFrame(this.#port, { id: request.id, code: FAILED }, (writer) => writeFailure(writer, error));
    } else {
      const detail = utf8(error instanceof Error ? (error.stack ?? error.message) : String(error));
      sendFrame(this.#port, { id: request.id, code: BROKEN }, (writer) => writer.bytes(detail));
    }
  }

  close(): void {
    this.#port.close();
  }
}

function requestOf(message: unknown): Request {
  const { id, code, body } = readFrame(message);
  return { id, kind: code, body };
}
