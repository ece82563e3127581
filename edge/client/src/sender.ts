// How requests travel. The client knows this interface only; the default goes through `fetch`, which
// every platform has. On Node `nodeSender` is faster: it is given the host's own `http` module, so that
// nothing here imports it.

import type { Agent, IncomingMessage, RequestOptions } from "node:http";
import { concatBytes } from "@juno/base";

export type SenderRequest = {
  readonly method: "GET" | "POST";
  /** Base URL of the node, without a slash at its end. */
  readonly node: string;
  /** Path and query; signed by the node as sent (A16). */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
};

export type SenderReply = {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
};

export type SenderStream = {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly close: () => void;
};

export interface Sender {
  /** Rejects when there is no whole reply within the time limit. */
  send(request: SenderRequest): Promise<SenderReply>;
  /** Resolves with the headers; the time limit is for them alone. */
  open(request: SenderRequest): Promise<SenderStream>;
  close(): void;
}

/** A reply to any request is shorter. */
export const REPLY_BYTES_MAX = 64 * 1024 * 1024;

const tooLong = (): Error => new Error(`the reply is longer than ${REPLY_BYTES_MAX} bytes`);

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > REPLY_BYTES_MAX) throw tooLong();
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : concatBytes(...parts);
}

/** Browsers' streams cannot all be iterated over. */
async function* chunksOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (stream === null) return;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Through the platform's `fetch`. */
export function fetchSender(): Sender {
  const start = (request: SenderRequest, signal: AbortSignal): Promise<Response> =>
    fetch(request.node + request.target, {
      method: request.method,
      headers: { ...request.headers },
      redirect: "error",
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  return {
    send: async (request) => {
      const response = await start(request, AbortSignal.timeout(request.timeoutMs));
      const body = await collected(chunksOf(response.body));
      return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body };
    },
    open: async (request) => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), request.timeoutMs);
      try {
        const response = await start(request, stop.signal);
        const header = (name: string) => response.headers.get(name) ?? undefined;
        return {
          status: response.status,
          header,
          chunks: chunksOf(response.body),
          close: () => stop.abort(),
        };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => undefined,
  };
}

type NodeHttp = Pick<typeof import("node:http"), "Agent" | "request">;
type NodeHttps = Pick<typeof import("node:https"), "Agent" | "request">;

/** For nodes whose address begins with `https`. */
type SenderTls = {
  readonly https: NodeHttps;
  /** PEM: whose certificates are trusted in place of the system's. */
  readonly ca?: string | undefined;
};

function answered(
  http: Pick<NodeHttp, "request">,
  agent: Agent,
  request: SenderRequest,
): Promise<{ response: IncomingMessage; close: () => void }> {
  return new Promise((resolve, reject) => {
    const { body } = request;
    const length = body === undefined ? {} : { "content-length": body.length };
    const url = new URL(request.node);
    const options: RequestOptions = {
      agent,
      host: url.hostname,
      port: url.port,
      method: request.method,
      path: request.target,
      headers: { ...request.headers, ...length },
    };
    const outgoing = http.request(options, (response) => {
      resolve({ response, close: () => outgoing.destroy() });
    });
    outgoing.setTimeout(request.timeoutMs, () =>
      outgoing.destroy(new Error(`no reply within ${request.timeoutMs} ms`)),
    );
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

const headerOf =
  (response: IncomingMessage) =>
  (name: string): string | undefined => {
    const value = response.headers[name];
    return typeof value === "string" ? value : undefined;
  };

const CONNECTIONS_PER_NODE = 64;

/** Through Node's `http` with connections that stay open: `nodeSender(await import("node:http"))`. */
export function nodeSender(http: NodeHttp, tls?: SenderTls): Sender {
  const kept = { keepAlive: true, maxSockets: CONNECTIONS_PER_NODE };
  const trusted = tls?.ca === undefined ? {} : { ca: tls.ca };
  const agent = new http.Agent(kept);
  const secureAgent = tls && new tls.https.Agent({ ...kept, ...trusted });
  const isSecure = ({ node }: SenderRequest) => node.startsWith("https:");
  const secure = (): SenderTls => {
    if (tls === undefined) throw new Error("this client was made without TLS: give nodeSender node:https");
    return tls;
  };
  return {
    send: async (request) => {
      const { response } = await (isSecure(request)
        ? answered(secure().https, secureAgent!, request)
        : answered(http, agent, request));
      const body = await collected(response);
      return { status: response.statusCode ?? 0, header: headerOf(response), body };
    },
    open: async (request) => {
      // A stream keeps its connection: it takes none of the requests'.
      const alone = { keepAlive: false };
      const { response, close } = await (isSecure(request)
        ? answered(secure().https, new tls!.https.Agent({ ...alone, ...trusted }), request)
        : answered(http, new http.Agent(alone), request));
      response.socket.setTimeout(0);
      return { status: response.statusCode ?? 0, header: headerOf(response), chunks: response, close };
    },
    close: () => {
      agent.destroy();
      secureAgent?.destroy();
    },
  };
}
