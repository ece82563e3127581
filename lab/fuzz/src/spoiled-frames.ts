// Frames that stay frames: a part of a genuine one is spoiled and the whole is signed by the liar that
// sends it, so that the change is judged and not the signature.

import type { Prng } from "@juno/base";
import { bulk, type Frame, type MessageKind } from "@juno/consensus";
import { type SimulatedNode, signedFrame } from "@juno/simulator";
import { spoil } from "./spoil.ts";

/** Kinds whose body names the digest of the attachment. */
const BULK: ReadonlySet<MessageKind> = new Set(["proofs", "commands", "fetch-reply", "evidence", "epochs"]);

export function spoiledFrame(prng: Prng, frame: Frame, liar: SimulatedNode): Frame {
  const { kind } = frame;
  if (prng.chance(1, 2)) {
    return signedFrame(liar, { kind, body: spoil(prng, frame.body), attachment: frame.attachment });
  }
  const attachment = spoil(prng, frame.attachment);
  if (!BULK.has(kind)) return signedFrame(liar, { kind, body: frame.body, attachment });
  const { self: from, electorate, sha256 } = liar.context;
  const content = bulk({ epoch: electorate.epoch, from, sha256 }, (w) => w.raw(attachment));
  return signedFrame(liar, { kind, ...content });
}
