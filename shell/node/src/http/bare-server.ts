// The framework as Juno uses it: no coercion, no logging of its own, limits on headers, bodies and time
// (A13), and an answer to what is not HTTP. Routes and hooks are added elsewhere.

import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { ErrorCode } from "@juno/api";
import Fastify from "fastify";
import type { TlsIdentity } from "./api-certificate.ts";
import { brokenRequestCode, brokenRequestReply } from "./broken-request.ts";
import type { HttpLimits } from "./http-options.ts";

const SENDER_GONE: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "HPE_INVALID_EOF_STATE"]);

const IS_HTTP = /^(HPE_|ERR_HTTP_)/;

/** `broken` is told of each request that could not be read as HTTP, and how it was answered. */
export function bareServer(
  limits: HttpLimits,
  broken: (code: ErrorCode) => void,
  tls: TlsIdentity | undefined,
) {
  const http = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headerTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
  };
  // A40: a server over TLS is one over TCP to all that is built on it, but for its certificate.
  const secure =
    tls === undefined
      ? {}
      : { https: { ...http, ...tls, minVersion: "TLSv1.2", handshakeTimeout: limits.headerTimeoutMs } };
  return Fastify({
    ...(secure as object),
    bodyLimit: limits.requestBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4_096 * 3 },
    http,
    clientErrorHandler: (error, socket) => {
      const code = brokenRequestCode(error.code);
      // A sender that goes away in the middle has made no request; it may even have its answer.
      if (!SENDER_GONE.has(error.code)) broken(code);
      // Where TLS was not agreed upon there is nobody to be answered: the reply would wait for ever, and the socket with it.
      if (socket.writable && IS_HTTP.test(error.code)) socket.end(brokenRequestReply(code));
      else socket.destroy();
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

export type HttpApp = ReturnType<typeof bareServer>;
