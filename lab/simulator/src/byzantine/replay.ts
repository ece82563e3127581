// Says again anything it ever said, and passes on as its own what others said.

import type { Frame } from "@juno/consensus";
import type { Lie } from "./liar.ts";

const KEPT_MAX = 300;

export const replay: Lie = (liar) => {
  const { prng, others } = liar;
  const heard: Frame[] = [];
  const keep = (frame: Frame) => {
    if (heard.length < KEPT_MAX) heard.push(frame);
    else heard[prng.below(KEPT_MAX)] = frame;
  };
  return {
    outgoing: (letter) => {
      keep(letter.frame);
      return [letter];
    },
    incoming: (_from, frame) => {
      if (prng.chance(1, 8)) keep(frame);
      return true;
    },
    tick: () => {
      for (let i = 0; i < 4 && heard.length > 0; i++)
        liar.post({ to: prng.pick(others), frame: prng.pick(heard) });
    },
  };
};
