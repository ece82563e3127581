// What happened, in sentences: who first, then what, in the past tense. What several nodes did alike
// within one block is told once.

import { type NodeId, Term } from "@juno/base";
import { decodeFrame, type Effect, leaderOf } from "@juno/consensus";
import { commandName } from "../commands.ts";
import type { SimulatedNode } from "../node.ts";

type Notice = Effect & { readonly kind: "notice" };

const NOTICES: Readonly<
  Record<Notice["code"], (facts: Notice["facts"], leader: (term: number) => number) => string | undefined>
> = {
  became_leader: ({ term, base }) => `became leader of term ${term}, base ${base}`,
  following: ({ term }, leader) => `followed ${leader(Number(term))} in term ${term}`,
  entered_term: ({ term }) => `entered term ${term}`,
  suspected: ({ term, reason }, leader) =>
    Number(term) === 0 ? undefined : `suspected ${leader(Number(term))}, leader of term ${term}: ${reason}`,
  evidence: ({ term }, leader) => `held evidence against ${leader(Number(term))}, leader of term ${term}`,
  diverged: ({ reason }) => `went read-only: ${reason}`,
  halted: ({ reason }) => `halted: ${reason}`,
  liar: ({ peer, about }) => `caught ${peer} lying: ${about}`,
  fetching: ({ index }) => `fetched what leads to entry ${index}`,
  caught_up: ({ index }) => `took over what commit proofs cover, up to entry ${index}`,
  refused_message: ({ code }) => `refused the leader's entries: ${code}`,
};

export class Narration {
  #events: { readonly text: string; readonly who: Set<NodeId> }[] = [];

  tell(who: NodeId, text: string): void {
    const known = this.#events.find((event) => event.text === text);
    if (known === undefined) this.#events.push({ text, who: new Set([who]) });
    else known.who.add(who);
  }

  effect(node: SimulatedNode, effect: Effect): void {
    const text = this.#sentence(node, effect);
    if (text !== undefined) this.tell(node.id, text);
  }

  #sentence(node: SimulatedNode, effect: Effect): string | undefined {
    const leader = (term: number) => leaderOf(node.context.electorate, Term(term)) ?? 0;
    switch (effect.kind) {
      case "notice":
        return NOTICES[effect.code](effect.facts, leader);
      case "readable":
        return `answered read ${effect.tokens.join(" ")} at entry ${effect.index}`;
      case "unreadable":
        return `refused read ${effect.tokens.join(" ")}`;
      case "refused":
        return `refused a command: ${effect.code}`;
      default:
        return undefined;
    }
  }

  refusal(node: SimulatedNode, from: NodeId, refusal: { bytes: Uint8Array; code: string }): void {
    const frame = decodeFrame(refusal.bytes);
    const kind = frame.ok ? frame.value.kind : "frame";
    this.tell(node.id, `refused ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} of ${from}: ${refusal.code}`);
  }

  /** The sentences since the last call. */
  take(): string[] {
    const events = this.#events;
    this.#events = [];
    return events.map(({ text, who }) => `${[...who].sort((a, b) => a - b).join(" ")}: ${text}`);
  }
}

/** The name of the command in an entry, or what else it is. */
export const entryName = (entry: { kind: string; term: number; body: Uint8Array }): string =>
  entry.kind === "command" ? commandName(entry.body) : `[${entry.kind} ${entry.term}]`;
