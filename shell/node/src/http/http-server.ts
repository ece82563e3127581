// The HTTP server of a node: the contract of core/api over a Backend. It registers the routes of the
// table, validates by their schemas, signs every reply, keeps the limits of A13 and closes in good
// order. What the routes do stands in their own files; what they need of the node is the Backend port.

import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import fastifySwagger from "@fastify/swagger";
import { API_PREFIX, ROUTES, type Route, type RouteName } from "@juno/api";
import { Failure } from "@juno/failure";
import { Pace } from "@juno/runtime";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Answer, type Handlers, problem, type RouteRequest } from "./answer.ts";
import { bareServer, type HttpApp } from "./bare-server.ts";
import { commandRoutes } from "./command-routes.ts";
import { docsPage, type OpenApiDocument } from "./docs-page.ts";
import { installFaults, METHODS_ELSEWHERE } from "./faults.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits, type HttpOptions } from "./http-options.ts";
import { Intake } from "./intake.ts";
import { ledgerRoutes } from "./ledger-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { nodeRoutes } from "./node-routes.ts";
import { NAMED_SCHEMAS, routeSchema, swaggerOptions } from "./openapi-document.ts";
import { orderRoutes } from "./order-routes.ts";
import { OutcomeWaits } from "./outcome-waits.ts";
import { ReadGuard } from "./read-guard.ts";
import { refusalsOf } from "./refusals.ts";
import { installIntake, installParser, installSigning } from "./request-hooks.ts";
import { sendAnswer } from "./send-answer.ts";
import { snapshotRoutes } from "./snapshot-routes.ts";
import { frameEncoder } from "./stream-frame.ts";
import { StreamRoute } from "./stream-route.ts";
import { validatorCompiler } from "./validation.ts";

export type HttpServer = {
  /** For tests without sockets; ready when `openHttpServer` resolves. */
  readonly app: HttpApp;
  readonly waits: OutcomeWaits;
  /** Begins to listen; rejects with a Failure if the address cannot be had. */
  listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Takes no more requests, answers those that wait with what is known, ends streams, closes. */
  close(): Promise<void>;
};

/** Which request a handler takes is known by its name in the table; here they are all alike. */
type AnyHandler = (request: never) => Answer | Promise<Answer>;

/** Bodies and pages that the main thread reads or writes in one turn. */
const TURN_BYTES = 1024 * 1024;
/** Routes whose answers are pages of up to so many bytes: one is begun a turn. */
const PAGED: ReadonlySet<RouteName> = new Set(["entries", "rows", "history"]);

/** The pages of many readers are written one a turn, so that the node's own work comes in between. */
const paced =
  (pace: Pace, handler: AnyHandler): AnyHandler =>
  async (request) => {
    await pace.enter(TURN_BYTES);
    return await handler(request);
  };

function registerRoute(
  { app, guard }: { readonly app: HttpApp; readonly guard: ReadGuard },
  name: RouteName,
  handler: AnyHandler,
): void {
  const route: Route = ROUTES[name];
  app.route({
    method: route.method,
    url: API_PREFIX + route.path.replace(/\{(\w+)\}/g, ":$1"),
    schema: routeSchema(name),
    config: { route: name },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const admitted = await guard.admit(name, request);
      if ("refused" in admitted) return sendAnswer(reply, admitted.refused);
      const { params, query, body } = request;
      const { reader } = admitted;
      const answer = await handler({ params, query, body, reader } as never);
      return sendAnswer(reply, guard.barredNow(name, reader, request) ?? answer);
    },
  });
}

function registerStream(app: HttpApp, guard: ReadGuard, stream: StreamRoute): void {
  app.route({
    method: "GET",
    url: API_PREFIX + ROUTES.stream.path,
    schema: routeSchema("stream"),
    config: { route: "stream" },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const reading = await guard.admit("stream", request);
      if ("refused" in reading) return sendAnswer(reply, reading.refused);
      const { from } = request.query as RouteRequest<"stream">["query"];
      const lastEventId = request.headers["last-event-id"];
      const isSigned = reading.reader.key !== undefined;
      const admitted = await stream.admit({
        from,
        lastEventId: typeof lastEventId === "string" ? lastEventId : undefined,
        isSigned,
      });
      if ("refused" in admitted) return sendAnswer(reply, admitted.refused);
      reply.hijack();
      const mayRead = () => guard.stillReadsAll(reading.reader);
      stream.serve(reply.raw, { begin: admitted.begin, isSigned, mayRead });
      return reply;
    },
  });
}

/** Other methods on known paths are refused as such. */
function registerMethodFaults(app: HttpApp): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of Object.values(ROUTES)) {
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, known] of methods) {
    const url = API_PREFIX + path.replace(/\{(\w+)\}/g, ":$1");
    for (const method of METHODS_ELSEWHERE) {
      if (known.has(method)) continue;
      app.route({
        method,
        url,
        schema: { hide: true },
        handler: (_request, reply) => sendAnswer(reply, methodFault([...known])),
      });
    }
  }
}

function methodFault(known: readonly string[]): Answer {
  const allow = known.join(", ");
  return { ...problem("method_not_allowed", { detail: `It takes ${allow}.` }), headers: { allow } };
}

type Contract = { readonly openapi: string; readonly page: string };

/** The API's document and page, made when somebody asks for one. */
function contractOf(app: HttpApp): () => Contract {
  let made: Contract | undefined;
  return () => {
    if (made === undefined) {
      const document = app.swagger() as OpenApiDocument;
      made = { openapi: JSON.stringify(document), page: docsPage(document) };
    }
    return made;
  };
}

/** Builds the server; it neither listens nor serves before `listen`. */
export async function openHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { backend, readers, signer, sha256, report } = options;
  const limits: HttpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const app = bareServer(limits, (code) => metrics.broken(code), options.certificate?.identity);
  const intake = new Intake(limits);
  const waits = new OutcomeWaits(backend);
  const refusals = refusalsOf({ backend, report });
  const guard = new ReadGuard({ backend, readers, sha256 });
  const metrics: HttpMetrics = new HttpMetrics({
    streams: () => stream.size,
    requests: () => intake.requests,
  });
  const encoder = frameEncoder({ signer, sha256 });
  const stream = new StreamRoute({ backend, refusals, encoder, limits, onCut: () => metrics.streamCut() });
  let isClosing = false;

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  for (const schema of NAMED_SCHEMAS) app.addSchema(schema);
  await app.register(fastifySwagger, swaggerOptions(options.version));
  installIntake(app, { intake, metrics, isClosing: () => isClosing });
  const turns = { afterInputs: (callback: () => void) => void setImmediate(callback) };
  installParser(app, new Pace(turns, TURN_BYTES));
  installSigning(app, { signer, sha256 });
  installFaults(app, { requestBytesMax: limits.requestBytesMax, report });

  const handlers: Handlers = {
    ...commandRoutes({ backend, waits, refusals, guard }),
    ...ledgerRoutes({ backend, refusals, guard, readTimeoutMs: limits.readTimeoutMs }),
    ...logRoutes({ backend, refusals, sha256 }),
    ...snapshotRoutes({ backend }),
    ...orderRoutes({ backend, refusals, signer }),
    ...nodeRoutes({
      backend,
      signer,
      version: options.version,
      metrics,
      host: options.host,
      contract: contractOf(app),
      isClosing: () => isClosing,
    }),
  };
  const pages = new Pace(turns, TURN_BYTES);
  for (const name of Object.keys(handlers) as (keyof Handlers)[]) {
    registerRoute({ app, guard }, name, PAGED.has(name) ? paced(pages, handlers[name]) : handlers[name]);
  }
  registerStream(app, guard, stream);
  registerMethodFaults(app);
  await app.ready();
  app.server.maxConnections = limits.connectionsMax;
  options.certificate?.watch((identity) => (app.server as Server).setSecureContext(identity));

  return {
    app,
    waits,
    listen: (address) => listen(app, address),
    close: async () => {
      isClosing = true;
      options.certificate?.close();
      stream.close();
      waits.release();
      const force = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
      await app.close();
      clearTimeout(force);
    },
  };
}

async function listen(app: HttpApp, address: { host: string; port: number }): Promise<AddressInfo> {
  try {
    await app.listen(address);
  } catch (cause) {
    const where = `${address.host}:${address.port}`;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = code === "EADDRINUSE" ? "another process has it" : `the system says ${code || String(cause)}`;
    throw new Failure("address_in_use", `The API cannot listen on ${where}: ${why}.`, { cause });
  }
  return app.server.address() as AddressInfo;
}
