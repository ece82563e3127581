// A leader that takes back what it said: after its true entries it sends others for the same indexes, on
// the same ground.

import { Hash, LogIndex } from "@juno/base";
import { describeEntry, encodeAppendAttachment } from "@juno/consensus";
import { decodeAppendBody, type Entry, encodeAppendBody, type Point } from "@juno/proof";
import { type Letter, type Liar, type Lie, signedFrame } from "./liar.ts";

const BACK_MAX = 4;

export const overwrite: Lie = (liar) => ({
  outgoing: (letter) => {
    if (letter.frame.kind !== "append-entries" || !liar.prng.chance(1, 3)) return [letter];
    const second = otherwise(liar, letter);
    return second === undefined ? [letter] : [letter, second];
  },
});

/** The last few entries of the own log once more, with other commands. */
function otherwise(liar: Liar, { to, frame }: Letter): Letter | undefined {
  const body = decodeAppendBody(frame.body);
  if (!body.ok) return undefined;
  const { term, epoch, from } = body.value;
  const own = liar.entries();
  const back = 1 + liar.prng.below(BACK_MAX);
  const first = own.length - back;
  const ground = own[first - 1];
  if (
    ground === undefined ||
    own.slice(first).some((entry) => entry.term !== term || entry.kind !== "command")
  ) {
    return undefined;
  }
  let at: Point = ground;
  const entries: Entry[] = [];
  for (const [i, { time, body: command }] of own.slice(first).entries()) {
    const content = { kind: "command" as const, body: liar.commandInPlaceOf(command, i) };
    const bare = { epoch, index: LogIndex(at.index + 1), term, time, ...content };
    const entry = describeEntry(liar.context, Hash(at.hash), bare);
    if (!entry.ok) return undefined;
    entries.push(entry.value);
    at = entry.value;
  }
  const previous = { index: ground.index, hash: ground.hash };
  const said = encodeAppendBody({ epoch, from, term, previous, last: { index: at.index, hash: at.hash } });
  const attachment = encodeAppendAttachment(entries, undefined);
  return { to, frame: signedFrame(liar, { kind: "append-entries", body: said, attachment }) };
}
