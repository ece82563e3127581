// Reads that go to one node after another until one answers. What comes back has the shape the contract
// gives it and is signed by its node; whether it is true is one node's word.

import {
  API_PREFIX,
  checkShape,
  parseProvenRow,
  pathOf,
  type RouteName,
  type Static,
  type TSchema,
} from "@juno/api";
import type { ProvenRow } from "@juno/proof";
import { JunoError, othersMayAnswer } from "./juno-error.ts";
import type { NodeCaller, Said } from "./node-caller.ts";
import { badReply } from "./node-exchange.ts";
import type { NodeSet, NodeState } from "./node-set.ts";

type Answered = Extract<Said, { kind: "answer" }>;
export type Params = Readonly<Record<string, string | number>>;
export type Query = Readonly<Record<string, string | number | undefined>>;

export type RowPlace = { readonly module: string; readonly table: string; readonly key: string };

/** A route's path below the API's prefix. */
export const below = (name: RouteName, params: Params = {}): string =>
  pathOf(name, params).slice(API_PREFIX.length);

function queryText(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

export class NodeReads {
  readonly #caller: NodeCaller;
  readonly #nodes: NodeSet;
  readonly #readTimeoutMs: number;

  constructor(caller: NodeCaller, nodes: NodeSet, readTimeoutMs: number) {
    this.#caller = caller;
    this.#nodes = nodes;
    this.#readTimeoutMs = readTimeoutMs;
  }

  /** Each node once, the best first. */
  *nodesInTurn(): Generator<NodeState> {
    const asked = new Set<string>();
    while (asked.size < this.#nodes.size) {
      const node = this.#nodes.pick(asked);
      asked.add(node.url);
      yield node;
    }
  }

  /** Asks one node after another until one answers, or refuses for a reason the others share. */
  async ask(call: { readonly method: "GET" | "POST"; readonly path: string; readonly body?: string }) {
    let told: JunoError | undefined;
    for (const node of this.nodesInTurn()) {
      let failed: JunoError;
      try {
        const said: Said = await this.#caller.call(node, { ...call, timeoutMs: this.#readTimeoutMs });
        if (said.kind === "answer") return said;
        failed = said.error;
      } catch (error) {
        if (!(error instanceof JunoError)) throw error;
        failed = error;
      }
      if (!failed.retryable && !othersMayAnswer(failed)) throw failed;
      // What a node says is worth more than that another does not answer.
      if (told?.problem === undefined) told = failed;
    }
    throw told ?? new JunoError("unreachable", "No node answers.");
  }

  async read<T extends TSchema>(
    schema: T,
    call: { readonly method: "GET" | "POST"; readonly path: string; readonly body?: string },
  ): Promise<Static<T>> {
    const said = await this.ask(call);
    const checked = checkShape(schema, said.json);
    if (!checked.ok) throw new JunoError("bad_reply", checked.error.detail, { retryable: true });
    return checked.value;
  }

  get<T extends TSchema>(
    schema: T,
    name: RouteName,
    params: Params = {},
    query: Query = {},
  ): Promise<Static<T>> {
    return this.read(schema, { method: "GET", path: below(name, params) + queryText(query) });
  }

  /** A row with its proof for this place, which is not believed yet. */
  async provenRowFrom(node: NodeState, place: RowPlace): Promise<ProvenRow> {
    const { module, table, key } = place;
    const path = below("rows", { module, table }) + queryText({ key, proof: "1" });
    const said = await this.#caller.call(node, { method: "GET", path, timeoutMs: this.#readTimeoutMs });
    if (said.kind === "refusal") throw said.error;
    if (said.status === 202) {
      throw new JunoError("unproved", `${node.url}: no checkpoint is attested yet; ask again later.`, {
        retryable: true,
      });
    }
    const parsed = parseProvenRow(said.json);
    if (!parsed.ok) throw badReply(node, parsed.error.detail);
    const proven = parsed.value;
    const isOther = proven.module !== module || proven.table !== table || proven.key !== key;
    if (isOther) throw badReply(node, "it speaks of another row");
    return proven;
  }

  /** What this one node answers; its refusal is thrown. */
  async answerOf(
    node: NodeState,
    name: RouteName,
    params: Params = {},
    query: Query = {},
  ): Promise<Answered> {
    const path = below(name, params) + queryText(query);
    const said = await this.#caller.call(node, { method: "GET", path, timeoutMs: this.#readTimeoutMs });
    if (said.kind === "refusal") throw said.error;
    return said;
  }

  async readFrom<T extends TSchema>(
    node: NodeState,
    schema: T,
    name: RouteName,
    params: Params = {},
    query: Query = {},
  ): Promise<Static<T>> {
    const said = await this.answerOf(node, name, params, query);
    const checked = checkShape(schema, said.json);
    if (!checked.ok) throw badReply(node, checked.error.detail);
    return checked.value;
  }
}
