// What happens to every request on its way in and out: counted and limited (A13), its body kept as
// the exact bytes that arrived, its reply signed (A16).

import {
  hasParts,
  NONCE_BYTES_MAX,
  NONCE_BYTES_MIN,
  NONCE_HEADER,
  REQUEST_PARTS_MAX,
  renderSignature,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
} from "@juno/api";
import { type Hash, parseUtf8, type Sha256, utf8 } from "@juno/base";
import type { Pace } from "@juno/runtime";
import type { FastifyRequest } from "fastify";
import { problem } from "./answer.ts";
import type { HttpApp } from "./bare-server.ts";
import { duplicateMember } from "./duplicate-member.ts";
import { fastHex } from "./fast-hex.ts";
import type { HttpMetrics } from "./http-metrics.ts";
import type { ReplySigner } from "./http-options.ts";
import type { Intake } from "./intake.ts";
import { sendAnswer } from "./send-answer.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The body's exact bytes; undefined if there was none. */
    bodyBytes: Uint8Array | undefined;
    /** A16: once somebody has asked for it. */
    digest: Hash | undefined;
    startMs: number;
  }
  interface FastifyContextConfig {
    route?: string;
  }
}

const NO_BYTES = new Uint8Array(0);

export class MalformedBody extends Error {
  readonly statusCode = 400;
}

const NONCE = new RegExp(`^[0-9a-f]{${2 * NONCE_BYTES_MIN},${2 * NONCE_BYTES_MAX}}$`);

export function installIntake(
  app: HttpApp,
  context: { intake: Intake; metrics: HttpMetrics; isClosing: () => boolean },
): void {
  const { intake, metrics, isClosing } = context;
  app.decorateRequest("bodyBytes", undefined);
  app.decorateRequest("digest", undefined);
  app.decorateRequest("startMs", 0);
  app.decorateReply("problemCode", undefined);

  app.addHook("onRequest", (request, reply, done) => {
    request.startMs = performance.now();
    if (isClosing()) {
      reply.header("connection", "close");
      sendAnswer(reply, problem("stopping"));
      return;
    }
    const nonce = request.headers[NONCE_HEADER];
    if (nonce !== undefined && !(typeof nonce === "string" && NONCE.test(nonce))) {
      sendAnswer(reply, problem("malformed", { detail: "Juno-Nonce is 8 to 32 bytes as lower-case hex." }));
      return;
    }
    const bytes = intake.bytesOf(request.headers);
    if (!intake.enter(bytes)) {
      sendAnswer(reply, problem("too_many_requests"));
      return;
    }
    // A stream is counted by itself, an aborted request never gets its answer: the socket's end counts.
    reply.raw.once("close", () => intake.leave(bytes));
    done();
  });

  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.config.route ?? "none";
    const elapsedMs = performance.now() - request.startMs;
    metrics.answered({ route, status: reply.statusCode, elapsedMs, problemCode: reply.problemCode });
    done();
  });
}

/** Only JSON is taken, in UTF-8 and without double members, and its bytes are kept for the reply's signature. */
export function installParser(app: HttpApp, pace: Pace): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = typeof body === "string" ? utf8(body) : body;
    request.bodyBytes = bytes;
    const parse = () => {
      const parsed = parseBody(bytes);
      done(parsed instanceof MalformedBody ? parsed : null, parsed);
    };
    // Not all bodies that are there at once: each takes the main thread for as long as it is large.
    const turn = pace.enter(bytes.length);
    if (turn === undefined) parse();
    else turn.then(parse);
  });
}

function parseBody(bytes: Uint8Array): unknown {
  if (!hasParts(bytes, REQUEST_PARTS_MAX)) {
    return new MalformedBody(`The body has more than ${REQUEST_PARTS_MAX} members and items.`);
  }
  const text = parseUtf8(bytes);
  if (text === undefined) return new MalformedBody("The body is not UTF-8.");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return new MalformedBody(`The body is not JSON: ${String(cause)}`);
  }
  const twice = duplicateMember(text);
  if (twice === undefined) return json;
  return new MalformedBody(`The member ${JSON.stringify(twice.slice(0, 100))} stands twice in one object.`);
}

/** A16: of the request as it came, all of it: a signed read and its reply are over the same. */
export function digestOf(sha256: Sha256, request: FastifyRequest): Hash {
  const nonce = request.headers[NONCE_HEADER];
  request.digest ??= requestDigest(sha256, {
    method: request.method,
    target: request.raw.url ?? "",
    nonce: typeof nonce === "string" ? nonce : "",
    body: request.bodyBytes ?? NO_BYTES,
  });
  return request.digest;
}

/** A16: every reply carries the node's signature over what was asked and what is answered. */
export function installSigning(app: HttpApp, context: { signer: ReplySigner; sha256: Sha256 }): void {
  const { sha256 } = context;
  const { network, node, sign, signLater } = context.signer;
  const rendered = (signature: Uint8Array, statement: Uint8Array) =>
    renderSignature({ node, sign: () => signature, hex: fastHex })(statement);
  app.addHook("onSend", (request, reply, payload, done) => {
    const body =
      typeof payload === "string" ? utf8(payload) : payload instanceof Uint8Array ? payload : NO_BYTES;
    const statement = replyStatement(network, {
      requestDigest: digestOf(sha256, request),
      status: reply.statusCode,
      bodyHash: sha256(body),
    });
    const send = (signature: Uint8Array) => {
      reply.header(SIGNATURE_HEADER, rendered(signature, statement));
      done(null, Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    };
    if (signLater === undefined) return send(sign(statement));
    // What cannot be signed is not answered: nobody would believe it.
    signLater(statement).then(send, () => request.raw.socket.destroy());
  });
}
