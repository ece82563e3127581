// What a liar does now and then: whether, to whom and when is drawn from the cluster's one seed.

import type { NodeId, Prng } from "@juno/base";
import { MESSAGE_KINDS } from "@juno/consensus";
import type { Lie } from "./liar.ts";

/** A predicate of nodes that stays as it was drawn. */
export function someNodes(prng: Prng, nodes: readonly NodeId[]): (id: NodeId) => boolean {
  const chosen = new Set(nodes.filter(() => prng.chance(1, 2)));
  return (id) => chosen.has(id);
}

/** Keeps some kinds of messages from some voters, for as long as the whim lasts. */
export const withhold: Lie = ({ prng, others }) => {
  const reach = new Map(MESSAGE_KINDS.map((kind) => [kind, someNodes(prng, others)]));
  const isKept = new Map(MESSAGE_KINDS.map((kind) => [kind, prng.chance(1, 3)]));
  return {
    outgoing: (letter) => {
      const { kind } = letter.frame;
      return isKept.get(kind) && !reach.get(kind)!(letter.to) ? [] : [letter];
    },
  };
};

/** Says nothing at all. */
export const silence: Lie = () => ({ outgoing: () => [] });
