// What a lying node may do: bend what its otherwise honest core says, see everything it receives, and
// sign anything with its own key; never with another's. One idea a strategy; they compose.

import type { NodeId, Prng } from "@juno/base";
import type { Frame, MessageKind, Now, State } from "@juno/consensus";
import { bulk, signBody } from "@juno/consensus";
import type { Configuration, Entry, EpochFacts, Readiness } from "@juno/proof";
import type { SimulatedContext } from "../members.ts";
import type { Notebook } from "./notebook.ts";

/** A frame on its way to one voter. */
export type Letter = { readonly to: NodeId; readonly frame: Frame };

export type LiarContext = Pick<SimulatedContext, "self" | "electorate" | "sha256" | "sign" | "admission">;

/** What a strategy may use. */
export type Liar = {
  readonly self: NodeId;
  readonly context: LiarContext;
  /** Of the epoch in which it votes. */
  readonly configuration: Configuration;
  /** The epoch before that, if there was one, and what was overheard in it. */
  readonly former: { readonly facts: EpochFacts; readonly notebook: Notebook } | undefined;
  /** All other nodes. */
  readonly others: readonly NodeId[];
  readonly prng: Prng;
  /** What liars have overheard; they share it. */
  readonly notebook: Notebook;
  now(): Now;
  /** What the own core believes, unless it is down. */
  state(): State | undefined;
  /** The own log. */
  entries(): readonly Entry[];
  /** Does something later, unless the node is down by then. */
  later(delayMs: number, action: () => void): void;
  /** A command of a client that is in league with the liars, to stand in the place of another. */
  commandInPlaceOf(body: Uint8Array, branch: number): Uint8Array;
  /** Bodies of configurations that administrators have approved, and no epoch has begun with yet (E55). */
  approved(): readonly Uint8Array[];
  /** What nodes say that are asked whether they are ready for an act: they say it to anybody. */
  ready(document: Uint8Array): readonly Readiness[];
  /** A command that its client has not signed. */
  forgedCommand(): Uint8Array;
  /** Puts a letter on the wire as it is. */
  post(letter: Letter): void;
};

export type Strategy = {
  /** What is said in place of a letter of the own core. */
  readonly outgoing?: (letter: Letter) => readonly Letter[];
  /** Sees what arrives; what it returns false for never reaches the own core. */
  readonly incoming?: (from: NodeId, frame: Frame) => boolean;
  /** Every heartbeat. */
  readonly tick?: () => void;
};

export type Lie = (liar: Liar) => Strategy;

/** A node's body, honest or not. */
export type Body = { strategy: Strategy | undefined; readonly state: State | undefined };

/** Gives a node a strategy, or takes it away; while the node has it and is up, it ticks at every beat. */
export function take(
  body: Body,
  strategy: Strategy | undefined,
  nextBeat: (action: () => void) => void,
): void {
  body.strategy = strategy;
  const tick = () => {
    if (body.strategy !== strategy || strategy?.tick === undefined) return;
    if (body.state !== undefined) strategy.tick();
    nextBeat(tick);
  };
  if (strategy?.tick !== undefined) nextBeat(tick);
}

/** Does all of it: each letter passes through every strategy in turn. */
export function together(...lies: readonly Lie[]): Lie {
  return (liar) => {
    const strategies = lies.map((lie) => lie(liar));
    return {
      outgoing: (letter) =>
        strategies.reduce<readonly Letter[]>(
          (letters, { outgoing }) => (outgoing === undefined ? letters : letters.flatMap(outgoing)),
          [letter],
        ),
      incoming: (from, frame) =>
        strategies.map(({ incoming }) => incoming?.(from, frame) ?? true).every(Boolean),
      tick: () => {
        for (const { tick } of strategies) tick?.();
      },
    };
  };
}

/** A frame signed with the liar's own key. */
export function signedFrame(
  liar: { readonly context: Pick<SimulatedContext, "self" | "electorate" | "sign"> },
  content: { kind: MessageKind; body: Uint8Array; attachment?: Uint8Array },
): Frame {
  const { self: from, sign, electorate } = liar.context;
  const { kind, body, attachment = new Uint8Array(0) } = content;
  return {
    kind,
    from,
    body,
    signature: signBody({ network: electorate.network, sign }, kind, body),
    attachment,
  };
}

/** A signed frame whose body names the digest of its attachment. */
export function bulkFrame(
  liar: { readonly context: Pick<SimulatedContext, "self" | "electorate" | "sign" | "sha256"> },
  kind: MessageKind,
  write: Parameters<typeof bulk>[1],
): Frame {
  const { self: from, electorate, sha256 } = liar.context;
  return signedFrame(liar, { kind, ...bulk({ epoch: electorate.epoch, from, sha256 }, write) });
}
