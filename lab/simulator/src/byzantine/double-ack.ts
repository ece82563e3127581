// Acks whatever anyone acks, on every branch, without storing anything.

import { hex } from "@juno/base";
import { decodeAck, encodeAck } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

const NOTHING = new Uint8Array([0]);

/** Statements remembered, so that two such liars do not echo each other for ever. */
const KEPT_MAX = 500;

export const doubleAck: Lie = (liar) => {
  const echoed = new Set<string>();
  return {
    incoming: (_from, frame) => {
      if (frame.kind !== "ack") return true;
      const ack = decodeAck(frame.body);
      if (!ack.ok) return true;
      const body = encodeAck({ ...ack.value, from: liar.self });
      const key = hex(body);
      if (echoed.has(key)) return true;
      echoed.add(key);
      if (echoed.size > KEPT_MAX) echoed.delete(echoed.values().next().value!);
      const echo = signedFrame(liar, { kind: "ack", body, attachment: NOTHING });
      for (const to of liar.others) liar.post({ to, frame: echo });
      return true;
    },
  };
};
