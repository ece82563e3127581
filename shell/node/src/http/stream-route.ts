// GET /stream on a real connection: headers, the sink over the response, heartbeats, and the count of
// open streams. Replies of this route are signed event by event (A17).

import type { ServerResponse } from "node:http";
import { EVENT_STREAM_MEDIA_TYPE, parseIndex } from "@juno/api";
import { LogIndex } from "@juno/base";
import type { Backend } from "@juno/runtime";
import { type Answer, problem } from "./answer.ts";
import type { HttpLimits } from "./http-options.ts";
import type { Refusals } from "./refusals.ts";
import type { FrameEncoder } from "./stream-frame.ts";
import { StreamHub } from "./stream-hub.ts";
import { type Sink, StreamSession } from "./stream-session.ts";

/** A response as a sink. `cork` makes one packet of what is written in one turn. */
function sinkOf(response: ServerResponse): Sink {
  return {
    write: (bytes) => {
      response.write(bytes);
    },
    backlogBytes: () => response.writableLength,
    drained: (timeoutMs) =>
      new Promise((resolve) => {
        const done = (drained: boolean) => {
          clearTimeout(timer);
          response.off("drain", onDrain);
          response.off("close", onDrain);
          resolve(drained);
        };
        const onDrain = () => done(true);
        const timer = setTimeout(() => done(false), timeoutMs);
        if (!response.writableNeedDrain) return done(true);
        response.once("drain", onDrain);
        response.once("close", onDrain);
      }),
    end: () => {
      response.end();
    },
    destroy: () => {
      response.destroy();
    },
  };
}

export type StreamRequest = {
  readonly from: number | undefined;
  readonly lastEventId: string | undefined;
  /** Its reader has said by a signature who asks. */
  readonly isSigned: boolean;
};

/** Where it begins, until when it is good, and whether it still is. */
type Opened = {
  readonly begin: number | undefined;
  readonly isSigned: boolean;
  readonly mayRead: () => boolean;
};

export type StreamContext = {
  readonly backend: Backend;
  readonly refusals: Refusals;
  readonly encoder: FrameEncoder;
  readonly limits: HttpLimits;
  readonly onCut: () => void;
};

export class StreamRoute {
  readonly #context: StreamContext;
  readonly #hub: StreamHub;
  readonly #sessions = new Set<StreamSession>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(context: StreamContext) {
    this.#context = context;
    this.#hub = new StreamHub(context.backend, context.encoder);
    this.#heartbeat = setInterval(() => {
      for (const session of [...this.#sessions]) session.heartbeat();
    }, context.limits.streamHeartbeatMs);
    this.#heartbeat.unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Where the stream begins, or why there is none. A19: Last-Event-ID goes before `from`. */
  async admit(
    request: StreamRequest,
  ): Promise<{ readonly begin: number | undefined } | { readonly refused: Answer }> {
    if (this.#sessions.size >= this.#context.limits.streamsMax) {
      return { refused: problem("too_many_requests") };
    }
    const left = this.#context.backend.left();
    if (left !== undefined) return { refused: this.#context.refusals.answer(left) };
    const { lastEventId, isSigned } = request;
    // A44: the signature says nothing of a header, so whoever repeats it would choose the place.
    if (isSigned && lastEventId !== undefined) {
      const detail = "Last-Event-ID is in no signature: say `from`, which is.";
      return { refused: problem("malformed", { detail }) };
    }
    const last = lastEventId === undefined ? undefined : parseIndex(lastEventId);
    if (lastEventId !== undefined && last === undefined) {
      return { refused: problem("malformed", { detail: "Last-Event-ID is a log index." }) };
    }
    const begin =
      last !== undefined ? last + 1 : request.from === undefined ? undefined : Math.max(1, request.from);
    if (begin === undefined) return { begin };
    const probe = await this.#context.backend.entries({ from: LogIndex(begin), limit: 1, bytesMax: 1 });
    return probe.ok ? { begin } : { refused: this.#context.refusals.answer(probe.error) };
  }

  /** Takes over the response and feeds it until one side ends it. */
  serve(response: ServerResponse, { begin, isSigned, mayRead }: Opened): void {
    response.writeHead(200, {
      "content-type": EVENT_STREAM_MEDIA_TYPE,
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    response.socket?.setKeepAlive(true, this.#context.limits.streamHeartbeatMs);
    const { backend, encoder, limits, onCut } = this.#context;
    const session: StreamSession = new StreamSession(
      {
        backend,
        hub: this.#hub,
        encoder,
        mayRead,
        limits: { backlogBytesMax: limits.streamBacklogBytesMax, stallMs: limits.streamStallMs },
        over: (end) => {
          clearTimeout(expiry);
          this.#sessions.delete(session);
          if (end === "cut") onCut();
        },
      },
      sinkOf(response),
      begin,
    );
    // A44
    const expiry = isSigned ? setTimeout(() => session.end(), limits.streamSignedMs).unref() : undefined;
    this.#sessions.add(session);
    response.once("close", () => session.closed());
    session.catchUp().catch(() => response.destroy());
  }

  /** Ends every stream in good order; their readers resume at another node. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const session of [...this.#sessions]) session.end();
  }
}
