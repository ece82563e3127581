// A leader whose entries break the rules of appending: their times, a command twice, a second election,
// a forged signature, another kind; or that begins somewhere else.

import { decodeWith, Hash, LogIndex } from "@juno/base";
import { decodeAppendBody, describeEntry, encodeAppendAttachment, encodeAppendBody } from "@juno/consensus";
import { type BareEntry, type Entry, type Point, readCertificate, readEntry } from "@juno/proof";
import { type Letter, type Liar, type Lie, signedFrame } from "./liar.ts";

const ENTRIES_MAX = 8192;
const BODY_BYTES_MAX = 1 << 20;

type Spoil = (entry: BareEntry, liar: Liar) => BareEntry[];

const SPOILS: readonly Spoil[] = [
  (entry) => [{ ...entry, time: entry.time + 3_600_000 }],
  (entry) => [{ ...entry, time: Math.max(0, entry.time - 3_600_000) }],
  // Within the drift that is allowed, but before the entry that it follows.
  (entry) => [{ ...entry, time: Math.max(0, entry.time - 3_000) }],
  (entry) => [entry, entry],
  (entry) => [{ ...entry, kind: "election" }],
  (entry) => [entry, { ...entry, kind: "config" }],
  (entry, liar) => [{ ...entry, body: liar.forgedCommand() }],
];

export const badEntries: Lie = (liar) => ({
  outgoing: (letter) => {
    if (letter.frame.kind !== "append-entries" || !liar.prng.chance(1, 4)) return [letter];
    return [spoiled(liar, letter) ?? letter, letter];
  },
});

function spoiled(liar: Liar, letter: Letter): Letter | undefined {
  const { frame, to } = letter;
  const body = decodeAppendBody(frame.body);
  const attached = decodeWith(frame.attachment, (r) => ({
    entries: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
    certificate: r.option(readCertificate),
  }));
  if (!body.ok || !attached.ok) return undefined;
  const spoil = liar.prng.pick(SPOILS);
  const own = liar.entries();
  const elsewhere = own[liar.prng.below(own.length + 1) - 1];
  let at: Point = liar.prng.chance(1, 4) && elsewhere !== undefined ? elsewhere : body.value.previous;
  const previous = { index: at.index, hash: at.hash };
  const entries: Entry[] = [];
  for (const bare of attached.value.entries.flatMap((entry) => spoil(entry, liar))) {
    const placed = { ...bare, index: LogIndex(at.index + 1) };
    const entry = describeEntry(liar.context, Hash(at.hash), placed);
    if (!entry.ok) return undefined;
    entries.push(entry.value);
    at = entry.value;
  }
  const last = { index: at.index, hash: at.hash };
  const lie = encodeAppendBody({ ...body.value, previous, last });
  const attachment = encodeAppendAttachment(entries, attached.value.certificate);
  return { to, frame: signedFrame(liar, { kind: "append-entries", body: lie, attachment }) };
}
