// A leader that shows commands to a few followers only, and keeps the others content with heartbeats
// about what they know.

import { decodeWith, type NodeId } from "@juno/base";
import { encodeAppendAttachment } from "@juno/consensus";
import { decodeAppendBody, encodeAppendBody, type Point, readCertificate, readEntry } from "@juno/proof";
import { type Lie, signedFrame } from "./liar.ts";

const ENTRIES_MAX = 8192;
const BODY_BYTES_MAX = 1 << 20;

export const favour =
  (few: readonly NodeId[]): Lie =>
  (liar) => {
    /** The end of the log as the others know it. */
    let told: Point | undefined = liar.entries().at(-1);
    return {
      outgoing: (letter) => {
        const { frame, to } = letter;
        if (frame.kind !== "append-entries" || few.includes(to)) return [letter];
        const body = decodeAppendBody(frame.body);
        const attached = decodeWith(frame.attachment, (r) => ({
          entries: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
          certificate: r.option(readCertificate),
        }));
        if (!body.ok || !attached.ok) return [letter];
        const { entries } = attached.value;
        if (entries.some(({ kind }) => kind === "command")) return [];
        told = entries.length > 0 || told === undefined ? body.value.last : told;
        if (entries.length > 0) return [letter];
        const heartbeat = encodeAppendBody({ ...body.value, previous: told, last: told });
        const attachment = encodeAppendAttachment([], undefined);
        return [{ to, frame: signedFrame(liar, { kind: "append-entries", body: heartbeat, attachment }) }];
      },
    };
  };
