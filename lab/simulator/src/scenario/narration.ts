// What happened, in sentences: who first, then what, in the past tense. What several nodes did alike
// within one block is told once.

import { type NodeId, Term } from "@juno/base";
import { decodeFrame, type Effect } from "@juno/consensus";
import { decodeVote, leaderOf } from "@juno/proof";
import { commandName } from "../commands.ts";
import type { SimulatedNode } from "../node.ts";

type Notice = Effect & { readonly kind: "notice" };

const NOTICES: Readonly<
  Record<Notice["code"], (facts: Notice["facts"], leader: (term: number) => number) => string | undefined>
> = {
  became_leader: ({ term, base }) => `became leader of term ${term}, base ${base}`,
  following: ({ term }, leader) => `followed ${leader(Number(term))} in term ${term}`,
  entered_epoch: ({ epoch, index }) => `entered epoch ${epoch} at entry ${index}`,
  key_missing: ({ epoch }) => `lacks its key of epoch ${epoch}`,
  configuration_refused: ({ code }) => `refused a configuration: ${code}`,
  entered_term: ({ term }) => `entered term ${term}`,
  suspected: ({ term, reason }, leader) =>
    Number(term) === 0 ? undefined : `suspected ${leader(Number(term))}, leader of term ${term}: ${reason}`,
  evidence: ({ kind, accused, term, index }) => {
    if (kind === "equivocation") return `held evidence against ${accused}, leader of term ${term}`;
    if (kind === "double-vote") return `held evidence against ${accused}, which voted twice in term ${term}`;
    if (kind === "stale-vote")
      return `held evidence against ${accused}, which voted in term ${term} below what it had certified`;
    return `held evidence against ${accused}, which attested two outcomes of entry ${index}`;
  },
  contradicted: ({ term, index }, leader) =>
    `was told of another entry ${index} by ${leader(Number(term))}, leader of term ${term}`,
  diverged: ({ reason }) => `went read-only: ${reason}`,
  halted: ({ reason }) => `halted: ${reason}`,
  rolled_back: ({ reason }) => `became an observer: ${reason}`,
  liar: ({ peer, about }) => `caught ${peer} lying: ${about}`,
  fetching: ({ index }) => `fetched what leads to entry ${index}`,
  snapshot_staged: ({ index }) => `has a snapshot of the state after entry ${index}`,
  caught_up: ({ index }) => `took over what commit proofs cover, up to entry ${index}`,
  refused_message: ({ code }) => `refused the leader's entries: ${code}`,
};

type Event = { readonly text: string; readonly who: Set<NodeId>; readonly isCounted: boolean; count: number };

export class Narration {
  #events: Event[] = [];

  tell(who: NodeId, text: string, isCounted = false): void {
    const known = this.#events.find((event) => event.text === text);
    if (known === undefined) this.#events.push({ text, who: new Set([who]), isCounted, count: 1 });
    else {
      known.who.add(who);
      known.count += 1;
    }
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
        return `answered a read at entry ${effect.index}`;
      case "unreadable":
        return "refused a read";
      case "send":
        return this.#vote(effect.frame);
      case "refused":
        return `refused a command: ${effect.code}`;
      default:
        return undefined;
    }
  }

  /** Of what a node says, only votes are told: everything else shows in what it brings about. */
  #vote(bytes: Uint8Array): string | undefined {
    const frame = decodeFrame(bytes);
    if (!frame.ok || frame.value.kind !== "vote") return undefined;
    const vote = decodeVote(frame.value.body);
    if (!vote.ok) return undefined;
    const { term, base } = vote.value;
    return `voted in term ${term} for base ${base.index}${base.term === 0 ? "" : ` of term ${base.term}`}`;
  }

  refusal(node: SimulatedNode, from: NodeId, refusal: { bytes: Uint8Array; code: string }): void {
    const frame = decodeFrame(refusal.bytes);
    const kind = frame.ok ? frame.value.kind : "frame";
    this.tell(node.id, `refused ${kind} of ${from}: ${refusal.code}`, true);
  }

  /** The sentences since the last call. */
  take(): string[] {
    const events = this.#events;
    this.#events = [];
    return events.map(({ text, who, isCounted, count }) => {
      const times = isCounted && count > 1 ? ` (${count} times)` : "";
      return `${[...who].sort((a, b) => a - b).join(" ")}: ${text}${times}`;
    });
  }
}

/** The name of the command in an entry, or what else it is. */
export const entryName = (entry: { kind: string; term: number; body: Uint8Array }): string =>
  entry.kind === "command" ? commandName(entry.body) : `[${entry.kind} ${entry.term}]`;
