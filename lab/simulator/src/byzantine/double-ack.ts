// Acks whatever anyone acks, on every branch, without storing anything.

import { decodeAck, encodeAck } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

const NOTHING = new Uint8Array([0]);

export const doubleAck: Lie = (liar) => ({
  incoming: (_from, frame) => {
    if (frame.kind !== "ack") return true;
    const ack = decodeAck(frame.body);
    if (!ack.ok) return true;
    const body = encodeAck({ ...ack.value, from: liar.self });
    const echo = signedFrame(liar, { kind: "ack", body, attachment: NOTHING });
    for (const to of liar.others) liar.post({ to, frame: echo });
    return true;
  },
});
