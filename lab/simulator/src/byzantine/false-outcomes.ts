// Attests outcomes that nobody computed.

import { Hash } from "@juno/base";
import { decodeAck, encodeAck } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

export const falseOutcomes: Lie = (liar) => ({
  outgoing: (letter) => {
    if (letter.frame.kind !== "ack") return [letter];
    const ack = decodeAck(letter.frame.body);
    if (!ack.ok) return [letter];
    const { index, root } = ack.value.applied;
    const flipped = Hash(root.map((byte, i) => (i === 0 ? byte ^ 1 : byte)));
    const body = encodeAck({ ...ack.value, applied: { index, root: flipped } });
    return [{ to: letter.to, frame: signedFrame(liar, { ...letter.frame, body }) }];
  },
});
