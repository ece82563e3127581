// Everything honest voters have said on the wire so far, found again by what it says: for delivery, and
// for the certificates that can be made of it.

import type { NodeId } from "@juno/base";
import { decodeRequestVoteBody, type Frame } from "@juno/consensus";
import {
  decodeAck,
  decodeAppendBody,
  decodePreVote,
  decodeVote,
  type Position,
  type SignedStatement,
} from "@juno/proof";
import type { Chains } from "./chains.ts";
import {
  type Chain,
  chainText,
  type ModelAck,
  type ModelAppend,
  type ModelPosition,
  type ModelPreVote,
  type ModelSaid,
  type ModelVote,
  positionText,
} from "./trace.ts";

/** A message in the words of the specification. */
export type Sentence =
  | { readonly kind: "prevote"; readonly says: ModelPreVote }
  | { readonly kind: "request-vote"; readonly says: ModelVote }
  | { readonly kind: "vote"; readonly says: ModelVote }
  | { readonly kind: "append-entries"; readonly says: ModelAppend }
  | { readonly kind: "ack"; readonly says: ModelAck };

/** One line for a message: equal for equal messages. */
export function sentenceText({ kind, says }: Sentence): string {
  const head = `${kind} of ${says.from} in term ${says.term}:`;
  switch (kind) {
    case "prevote":
      return `${head} entered ${says.entered}, certified ${positionText(says.certified)}`;
    case "request-vote":
    case "vote":
      return `${head} base ${positionText(says.base)}`;
    case "append-entries":
      return `${head} after ${chainText(says.previous)} comes ${chainText(says.entries)}`;
    case "ack":
      return `${head} stored ${chainText(says.stored)}, certified ${chainText(says.certified)}`;
  }
}

export function sentencesOf(said: ModelSaid): Sentence[] {
  return [
    ...said.preVotes.map((says) => ({ kind: "prevote", says }) as const),
    ...said.requests.map((says) => ({ kind: "request-vote", says }) as const),
    ...said.votes.map((says) => ({ kind: "vote", says }) as const),
    ...said.appends.map((says) => ({ kind: "append-entries", says }) as const),
    ...said.acks.map((says) => ({ kind: "ack", says }) as const),
  ];
}

type Heard = { readonly sentence: Sentence; readonly frame: Frame };

export class Record {
  readonly #chains: Chains;
  readonly #heard = new Map<string, Heard>();

  constructor(chains: Chains) {
    this.#chains = chains;
  }

  /** Keeps a frame; undefined if the specification has no such message. */
  keep(frame: Frame): string | undefined {
    const sentence = this.#sentenceOf(frame);
    if (sentence === undefined) return undefined;
    const text = sentenceText(sentence);
    if (!this.#heard.has(text)) this.#heard.set(text, { sentence, frame });
    return text;
  }

  frameOf(sentence: Sentence): Frame | undefined {
    return this.#heard.get(sentenceText(sentence))?.frame;
  }

  /** One signed statement of each voter that said something of a kind. */
  statements(isMeant: (sentence: Sentence) => boolean): Map<NodeId, SignedStatement> {
    const found = new Map<NodeId, SignedStatement>();
    for (const { sentence, frame } of this.#heard.values()) {
      if (!isMeant(sentence)) continue;
      found.set(frame.from, { voter: frame.from, body: frame.body, signature: frame.signature });
    }
    return found;
  }

  #chain(point: { readonly hash: Position["hash"] }): Chain {
    return this.#chains.chainOf(point) ?? [{ term: -1, what: "unknown" }];
  }

  #position(position: Position): ModelPosition {
    return { term: position.term, at: this.#chain(position) };
  }

  #sentenceOf(frame: Frame): Sentence | undefined {
    switch (frame.kind) {
      case "prevote": {
        const body = decodePreVote(frame.body);
        return body.ok
          ? { kind: "prevote", says: { ...body.value, certified: this.#position(body.value.certified) } }
          : undefined;
      }
      case "vote": {
        const body = decodeVote(frame.body);
        return body.ok
          ? { kind: "vote", says: { ...body.value, base: this.#position(body.value.base) } }
          : undefined;
      }
      case "request-vote": {
        const body = decodeRequestVoteBody(frame.body);
        return body.ok
          ? { kind: "request-vote", says: { ...body.value, base: this.#position(body.value.base) } }
          : undefined;
      }
      case "ack": {
        const body = decodeAck(frame.body);
        if (!body.ok) return undefined;
        const { stored, certified } = body.value;
        return {
          kind: "ack",
          says: { ...body.value, stored: this.#chain(stored), certified: this.#chain(certified) },
        };
      }
      case "append-entries":
        return this.#append(frame);
      default:
        return undefined;
    }
  }

  /** Heartbeats without entries say nothing that the specification knows. */
  #append(frame: Frame): Sentence | undefined {
    const body = decodeAppendBody(frame.body);
    if (!body.ok || body.value.previous.index === body.value.last.index) return undefined;
    const whole = this.#chain(body.value.last);
    const previous = this.#chain(body.value.previous);
    const entries = whole.slice(previous.length);
    return { kind: "append-entries", says: { ...body.value, previous, entries } };
  }
}
