// Says everything, but just before others lose patience.

import type { Lie } from "./liar.ts";

export const slow: Lie = (liar) => {
  const delayMs = liar.prng.pick([80, 300, 550, 590]);
  return {
    outgoing: (letter) => {
      liar.later(delayMs, () => liar.post(letter));
      return [];
    },
  };
};
