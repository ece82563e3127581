// What @fastify/swagger is told of each route, so that the published OpenAPI 3.1 document says
// exactly what core/api says: the same schemas, every reply, every error code by status.

import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import {
  CommandReceiptSchema,
  CommandStateSchema,
  EntryProofSchema,
  EntrySchema,
  ERRORS_ANYWHERE,
  type ErrorCode,
  errorEntry,
  ModuleSchema,
  OutcomeProofSchema,
  PROBLEM_MEDIA_TYPE,
  ProblemSchema,
  READ_ERRORS,
  READER_HEADER,
  ReadySchema,
  ROUTES,
  type Route,
  type RouteName,
  StatusSchema,
  type TSchema,
} from "@juno/api";

/** Schemas that the document names once and refers to. */
export const NAMED_SCHEMAS: readonly (TSchema & { readonly $id: string })[] = [
  ProblemSchema,
  CommandStateSchema,
  CommandReceiptSchema,
  OutcomeProofSchema,
  EntrySchema,
  EntryProofSchema,
  ModuleSchema,
  StatusSchema,
  ReadySchema,
].flatMap((schema) => {
  const { $id } = schema as { $id?: string };
  return $id === undefined ? [] : [{ ...schema, $id }];
});

const nameOf = (schema: TSchema): string | undefined => (schema as { $id?: string }).$id;

/** Inside other schemas a named one is referred to. */
function referred(schema: TSchema): object {
  const name = nameOf(schema);
  return name === undefined ? schema : { $ref: `${name}#` };
}

function responsesOf(route: Route): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const [status, { description, schema, mediaType }] of Object.entries(route.replies)) {
    const media = mediaType ?? "application/json";
    const content = { [media]: { schema: schema === undefined ? { type: "string" } : referred(schema) } };
    responses[status] = { description, content };
  }
  const codes = new Map<number, ErrorCode[]>();
  const guarded = route.shows === undefined ? [] : READ_ERRORS;
  for (const code of new Set([...route.errors, ...guarded, ...ERRORS_ANYWHERE])) {
    const { status } = errorEntry(code);
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  for (const [status, list] of codes) {
    const description = `${list.map((code) => `\`${code}\``).join(", ")}`;
    responses[status] ??= {
      description,
      content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: "Problem#" } } },
    };
  }
  return responses;
}

/** A route's schema in Fastify's terms. */
export function routeSchema(name: RouteName): object {
  const route: Route = ROUTES[name];
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    ...(route.shows === undefined ? {} : { security: [{}, { reader: [] }] }),
    response: responsesOf(route),
  };
}

export const swaggerOptions = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "Juno",
      version,
      description: "The client API of a Juno node. Every reply is signed by the node that gives it.",
    },
    tags: [
      { name: "commands", description: "Submitting commands and learning how they ended" },
      { name: "ledger", description: "Reading the ledger" },
      { name: "log", description: "Reading the log" },
      { name: "node", description: "The node itself" },
      { name: "contract", description: "This contract" },
    ],
    components: {
      securitySchemes: {
        reader: {
          type: "apiKey",
          in: "header",
          name: READER_HEADER,
          description:
            "Who reads: `<key>:<time>:<signature>`, signed for this request (A42). Needed where the network's roles limit what everybody reads.",
        },
      },
    },
  },
  convertConstToEnum: false,
  refResolver: { buildLocalReference: (json) => String(json.$id) },
});
