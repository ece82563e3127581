// A leader that tells different voters different commands. To the first group it says what its core
// says; each other group gets a branch of its own: the same entries, with every command replaced.

import { decodeWith, Hash, type LogIndex, type NodeId } from "@juno/base";
import { describeEntry, encodeAppendAttachment, type Frame } from "@juno/consensus";
import {
  decodeAppendBody,
  type Entry,
  encodeAppendBody,
  type Point,
  readCertificate,
  readEntry,
} from "@juno/proof";
import { type Liar, type Lie, signedFrame } from "./liar.ts";

const BODY_BYTES_MAX = 1 << 20;
const ENTRIES_MAX = 8192;

export const equivocate =
  (groupOf: (to: NodeId) => number): Lie =>
  (liar) => {
    const branches = new Map<number, Map<LogIndex, Hash>>();
    return {
      outgoing: (letter) => {
        const group = groupOf(letter.to);
        if (group === 0 || letter.frame.kind !== "append-entries") return [letter];
        const branch = branches.get(group) ?? new Map<LogIndex, Hash>();
        branches.set(group, branch);
        const frame = onBranch(liar, { frame: letter.frame, branch, group });
        return frame === undefined ? [letter] : [{ to: letter.to, frame }];
      },
    };
  };

function onBranch(
  liar: Liar,
  told: { frame: Frame; branch: Map<LogIndex, Hash>; group: number },
): Frame | undefined {
  const { frame, branch, group } = told;
  const body = decodeAppendBody(frame.body);
  const attachment = decodeWith(frame.attachment, (r) => ({
    entries: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
    certificate: r.option(readCertificate),
  }));
  if (!body.ok || !attachment.ok) return undefined;
  const previous = onChain(branch, body.value.previous);
  let at: Point = previous;
  const entries: Entry[] = [];
  for (const bare of attachment.value.entries) {
    const content =
      bare.kind === "command" ? { ...bare, body: liar.commandInPlaceOf(bare.body, group) } : bare;
    const entry = describeEntry(liar.context, Hash(at.hash), content);
    if (!entry.ok) return undefined;
    branch.set(entry.value.index, entry.value.hash);
    entries.push(entry.value);
    at = entry.value;
  }
  const last = entries.length === 0 ? previous : { index: at.index, hash: at.hash };
  const { epoch, from, term } = body.value;
  return signedFrame(liar, {
    kind: "append-entries",
    body: encodeAppendBody({ epoch, from, term, previous, last }),
    attachment: encodeAppendAttachment(entries, attachment.value.certificate),
  });
}

const onChain = (branch: ReadonlyMap<LogIndex, Hash>, point: Point): Point => ({
  index: point.index,
  hash: branch.get(point.index) ?? point.hash,
});
