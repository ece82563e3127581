// Says what it says once more in another voter's name, under its own signature: whoever counts the name in the
// body instead of the key has a quorum of one.

import type { NodeId } from "@juno/base";
import { decodeAck, decodePreVote, decodeVote, encodeAck, encodePreVote, encodeVote } from "@juno/proof";
import { type Letter, type Lie, signedFrame } from "./liar.ts";

export const impersonate: Lie = (liar) => ({
  outgoing: (letter) => {
    const body = inNameOf(letter, liar.prng.pick(liar.others));
    if (body === undefined) return [letter];
    return [letter, { to: letter.to, frame: signedFrame(liar, { ...letter.frame, body }) }];
  },
});

/** The same statement with another sender in its body; undefined for what is no statement. */
function inNameOf({ frame }: Letter, from: NodeId): Uint8Array | undefined {
  if (frame.kind === "ack") {
    const ack = decodeAck(frame.body);
    return ack.ok ? encodeAck({ ...ack.value, from }) : undefined;
  }
  if (frame.kind === "vote") {
    const vote = decodeVote(frame.body);
    return vote.ok ? encodeVote({ ...vote.value, from }) : undefined;
  }
  if (frame.kind !== "prevote") return undefined;
  const preVote = decodePreVote(frame.body);
  return preVote.ok ? encodePreVote({ ...preVote.value, from }) : undefined;
}
