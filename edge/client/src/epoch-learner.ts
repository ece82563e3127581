// Who votes and who signs now (A27): the client begins with the genesis and follows links (E56) that nodes hand out,
// each verified from the one before. No node's word is taken, so it does not matter which node is asked, nor whether
// its reply is signed. Invariant: what was learned is never unlearned.

import { checkShape, EpochPageSchema, linkOfEpoch } from "@juno/api";
import { ok, type Refusal, type Result, type Sha256, type SignatureCheck } from "@juno/base";
import { type EpochLink, type Epochs, nextEpoch, stepRefused } from "@juno/proof";
import type { Verdict } from "./client-crypto.ts";
import { JunoError } from "./juno-error.ts";
import { badReply, jsonOf, type NodeExchange } from "./node-exchange.ts";
import type { NodeSet, NodeState } from "./node-set.ts";

const TIMEOUT_MS = 5_000;
/** After nobody had anything new: whoever is told lies does not make everybody ask all the time. */
const PAUSE_MS = 1_000;

export type LinkContext = {
  readonly sha256: Sha256;
  readonly verify: (check: SignatureCheck) => Verdict;
};

/** E56, E57: follows links from the last epoch known; ends at the first that does not prove itself, and names it. */
export async function learnLinks(
  { sha256, verify }: LinkContext,
  epochs: Epochs,
  links: readonly EpochLink[],
): Promise<Result<undefined, Refusal>> {
  for (const link of links) {
    const next = nextEpoch(sha256, epochs, link);
    if (!next.ok) return next;
    for (const check of next.value.checks) {
      if (!(await verify(check)))
        return stepRefused(epochs, { code: "bad_signature", detail: "a signature in it does not verify" });
    }
    epochs.add(next.value.facts);
  }
  return ok(undefined);
}

export class EpochLearner {
  readonly epochs: Epochs;
  readonly #exchange: NodeExchange;
  readonly #nodes: NodeSet;
  readonly #context: LinkContext;
  readonly #now: () => number;
  #underWay: Promise<boolean> | undefined;
  #pauseUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: {
    readonly epochs: Epochs;
    readonly exchange: NodeExchange;
    readonly nodes: NodeSet;
    readonly context: LinkContext;
    /** Monotonic, ms. */
    readonly now: () => number;
  }) {
    this.epochs = parts.epochs;
    this.#exchange = parts.exchange;
    this.#nodes = parts.nodes;
    this.#context = parts.context;
    this.#now = parts.now;
  }

  /** Asks for later epochs. False if there is nothing new to be had; whoever calls meanwhile waits for the same. */
  learn(): Promise<boolean> {
    if (this.#now() < this.#pauseUntilMs) return Promise.resolve(false);
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Tries what takes a later epoch than is known, as often as there is something to learn. */
  async judged<T>(
    judge: () => Result<T, Refusal> | Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> {
    let verdict = await judge();
    while (!verdict.ok && verdict.error.code === "unknown_epoch" && (await this.learn()))
      verdict = await judge();
    return verdict;
  }

  async #ask(): Promise<boolean> {
    const { epoch } = this.epochs.last.electorate;
    const asked = new Set<string>();
    while (asked.size < this.#nodes.size && this.epochs.last.electorate.epoch === epoch) {
      const node = this.#nodes.pick(asked);
      asked.add(node.url);
      try {
        while (await this.#page(node));
      } catch (error) {
        // Whoever shows nothing that proves itself has shown nothing.
        if (!(error instanceof JunoError)) throw error;
      }
    }
    const isNew = this.epochs.last.electorate.epoch > epoch;
    if (!isNew) this.#pauseUntilMs = this.#now() + PAUSE_MS;
    return isNew;
  }

  /** Whether the node has more to tell. */
  async #page(node: NodeState): Promise<boolean> {
    const due = this.epochs.last.electorate.epoch + 1;
    const call = { method: "GET", path: `/epochs?from=${due}`, timeoutMs: TIMEOUT_MS } as const;
    const reply = await this.#exchange.send(node, this.#exchange.request(node, call));
    if (reply.status !== 200) return false;
    const page = checkShape(EpochPageSchema, jsonOf(node, reply));
    if (!page.ok) throw badReply(node, page.error.detail);
    const links: EpochLink[] = [];
    for (const json of page.value.epochs) {
      const link = linkOfEpoch(json);
      if (!link.ok || link.value === undefined) break;
      links.push(link.value);
    }
    const learned = await learnLinks(this.#context, this.epochs, links);
    if (!learned.ok) throw new JunoError("bad_proof", `${node.url}: ${learned.error.detail}`);
    return links.length > 0 && page.value.next !== undefined;
  }
}
