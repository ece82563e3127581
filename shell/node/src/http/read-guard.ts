// Whether a request is answered, by who asks and what would be shown (A41 to A43). Where everybody reads everything it asks nothing
// and costs nothing. What only the answer tells, a command's signers or a simulation's rows, handlers ask about here as well.

import { type ErrorCode, isErrorCode, READER_HEADER, ROUTES, type Route, type RouteName } from "@juno/api";
import { hex, type Refusal, type Sha256 } from "@juno/base";
import { barredPlace, mayRead, placeName, type ReadPlace } from "@juno/ledger";
import { decodeCommand, isRedacted } from "@juno/proof";
import { type Backend, type CommandState, type Reader, type Readers, readerUnknown } from "@juno/runtime";
import type { FastifyRequest } from "fastify";
import { type Answer, problem, type RouteRequest } from "./answer.ts";
import { digestOf } from "./request-hooks.ts";

/** What is asked of an open route. */
const ANYBODY: Reader = { key: undefined, who: "anybody", read: "*" };

/** Why this reader is not shown that: whoever has not said who asks may be somebody who may. */
function barred(reader: Reader, what: string): Answer {
  if (reader.key === undefined)
    return problem("read_unsigned", {
      detail: `What everybody reads in this network, by its role default, leaves out ${what}.`,
    });
  return problem("not_permitted", { detail: `What ${reader.who} reads, by its roles, leaves out ${what}.` });
}

const ALL = "what tells everything: entries, the stream, snapshots, evidence";
const PROOFS = "proofs of rows, which tell a whole receipt and digests of other tables' rows";

const placesOf: { readonly [N in "query" | "rows" | "history"]: (request: RouteRequest<N>) => ReadPlace } = {
  // What the module's code looks at besides is its own business.
  query: ({ body: { module } }) => ({ module }),
  rows: ({ params: { module, table } }) => ({ module, table }),
  history: ({ query: { module, table } }) => ({ module, table }),
};

/** Whoever reads anything of a module may see its program, and so may all whose keys are known: they submit to it. */
function seesProgram({ key, read }: Reader, name: string | undefined): boolean {
  if (key !== undefined || name === undefined) return key !== undefined || read.length > 0;
  return read === "*" || read.some((place) => place === name || place.startsWith(`${name}/`));
}

function barredFrom(name: RouteName, reader: Reader, request: RouteRequest<RouteName>): Answer | undefined {
  if (reader.read === "*") return undefined;
  const { shows }: Route = ROUTES[name];
  switch (shows) {
    case "everything":
      return barred(reader, ALL);
    case "rows": {
      if (name === "rows" && (request as RouteRequest<"rows">).query.proof !== undefined)
        return barred(reader, PROOFS);
      const place = placesOf[name as keyof typeof placesOf](request as never);
      return mayRead(reader, place) ? undefined : barred(reader, placeName(place));
    }
    case "program": {
      const { name: module } = (request.params ?? {}) as { readonly name?: string };
      return seesProgram(reader, module) ? undefined : barred(reader, "its modules");
    }
    // The rest is seen when there is an answer.
    case "command":
      return reader.key === undefined ? barred(reader, "what became of commands") : undefined;
    case "simulation":
      return reader.key === undefined && reader.read.length === 0 ? barred(reader, "simulations") : undefined;
    default:
      return undefined;
  }
}

function refusedBy({ code, detail }: Refusal): Answer {
  const known: ErrorCode = isErrorCode(code) ? code : "internal";
  return problem(known, { detail });
}

export class ReadGuard {
  readonly #backend: Backend;
  readonly #readers: Readers;
  readonly #sha256: Sha256;

  constructor(parts: { readonly backend: Backend; readonly readers: Readers; readonly sha256: Sha256 }) {
    this.#backend = parts.backend;
    this.#readers = parts.readers;
    this.#sha256 = parts.sha256;
  }

  /** Who asks, or why there is no answer. */
  async admit(
    name: RouteName,
    request: FastifyRequest,
  ): Promise<{ readonly reader: Reader } | { readonly refused: Answer }> {
    const { shows }: Route = ROUTES[name];
    if (shows === undefined) return { reader: ANYBODY };
    const { nobody } = this.#readers;
    const header = request.headers[READER_HEADER];
    if (nobody.read === "*" || typeof header !== "string") return this.#judged(name, nobody, request);
    const found = await this.#readers.identify(header, () => digestOf(this.#sha256, request));
    return found.ok ? this.#judged(name, found.value, request) : { refused: refusedBy(found.error) };
  }

  /** Its reader may have lost the right while the answer was made: asked again in the turn in which it is sent. */
  barredNow(name: RouteName, reader: Reader, request: FastifyRequest): Answer | undefined {
    const { shows }: Route = ROUTES[name];
    if (shows === undefined) return undefined;
    const now = this.#now(reader);
    const judged = "refused" in now ? now : this.#judged(name, now, request);
    return "refused" in judged ? judged.refused : undefined;
  }

  #now(reader: Reader): Reader | { readonly refused: Answer } {
    return this.#readers.now(reader) ?? { refused: refusedBy(readerUnknown(reader.key ?? "").error) };
  }

  #judged(name: RouteName, reader: Reader, { params, query, body }: FastifyRequest) {
    const refused = barredFrom(name, reader, { params, query, body, reader } as RouteRequest<RouteName>);
    return refused === undefined ? { reader } : { refused };
  }

  /** A44 */
  stillReadsAll(reader: Reader): boolean {
    return this.#readers.stillReadsAll(reader);
  }

  /** What became of a command is shown to those who signed it. What is not in the log tells nothing, nor does what is pruned. */
  async barredFromCommand(reader: Reader, state: CommandState): Promise<Answer | undefined> {
    const now = this.#now(reader);
    if ("refused" in now) return now.refused;
    if (now.read === "*" || (state.kind !== "applied" && state.kind !== "expired")) return undefined;
    const { index } = state;
    if (index === undefined) return undefined;
    const page = await this.#backend.entries({ from: index, limit: 1, bytesMax: 1 });
    const entry = page.ok ? page.value[0]?.entry : undefined;
    const command = entry === undefined || isRedacted(entry) ? undefined : decodeCommand(entry.body);
    const signers = command?.ok ? command.value.signatures.map(({ key }) => hex(key)) : [];
    if (reader.key !== undefined && signers.includes(reader.key)) return undefined;
    return barred(now, "what became of commands that it has not signed");
  }

  /** Before anything runs: what forbidden code would do must not even be guessed at by the time that it takes. */
  barredFromSimulating(reader: Reader, payload: Uint8Array): Answer | undefined {
    if (reader.read === "*") return undefined;
    const places = this.#readers.calledBy(payload);
    if (places === "*") return barred(reader, "simulated deployments and redactions");
    const place = barredPlace(reader, places);
    return place === undefined ? undefined : barred(reader, placeName(place));
  }

  /** Which table it is would tell what the simulation came to. */
  barredFromSimulated(reader: Reader, payload: Uint8Array, receipt: Uint8Array): Answer | undefined {
    const now = this.#now(reader);
    if ("refused" in now) return now.refused;
    if (now.read === "*") return undefined;
    const places = this.#readers.changedIn(receipt);
    const isShown = places !== "*" && barredPlace(now, places) === undefined;
    return isShown
      ? this.barredFromSimulating(now, payload)
      : barred(now, "a table that this simulation changes");
  }
}
