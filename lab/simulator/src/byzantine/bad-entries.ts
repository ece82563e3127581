// A leader whose entries break the rules of appending: their times, a command twice, a second election,
// a forged signature, another kind; or that begins somewhere else.

import { decodeWith, Hash, LogIndex } from "@juno/base";
import { describeEntry, encodeAppendAttachment, type Frame } from "@juno/consensus";
import {
  type BareEntry,
  decodeAppendBody,
  type Entry,
  encodeAppendBody,
  type Point,
  readCertificate,
  readEntry,
} from "@juno/proof";
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
  (entry, liar) => [{ ...entry, body: olderCommand(liar) ?? entry.body }],
  (entry) => [{ ...entry, kind: "election" }],
  (entry) => [entry, { ...entry, kind: "config" }],
  (entry, liar) => [{ ...entry, body: liar.forgedCommand() }],
];

/** A command that stands in the log already. */
function olderCommand({ entries, prng }: Liar): Uint8Array | undefined {
  const own = entries();
  const { kind, body } = own[prng.below(own.length + 1) - 1] ?? {};
  return kind === "command" ? body : undefined;
}

export const badEntries: Lie = (liar) => {
  /** What all are told in place of a frame: only what a quorum may store can be committed. */
  const toldAll = new WeakMap<Frame, Frame>();
  const spoiledOr = ({ frame }: Letter, [chance, of]: readonly [number, number]) =>
    (liar.prng.chance(chance, of) ? spoiled(liar, frame) : undefined) ?? frame;
  return {
    outgoing: (letter) => {
      const { to, frame } = letter;
      if (frame.kind !== "append-entries") return [letter];
      const told = toldAll.get(frame) ?? spoiledOr(letter, [1, 2]);
      toldAll.set(frame, told);
      if (told !== frame) return [{ to, frame: told }];
      const aside = spoiledOr(letter, [1, 8]);
      return aside === frame ? [letter] : [{ to, frame: aside }, letter];
    },
  };
};

function spoiled(liar: Liar, frame: Frame): Frame | undefined {
  const body = decodeAppendBody(frame.body);
  const attached = decodeWith(frame.attachment, (r) => ({
    entries: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
    certificate: r.option(readCertificate),
  }));
  if (!body.ok || !attached.ok) return undefined;
  // A leader that is found out at a heartbeat does not get to lie about entries.
  if (attached.value.entries.length === 0 && !liar.prng.chance(1, 50)) return undefined;
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
  return signedFrame(liar, { kind: "append-entries", body: lie, attachment });
}
