// A provider of the wrong thing: nothing at all, entries that hash to something else, an answer to
// another question, or no proofs of commit.

import { decodeWith } from "@juno/base";
import { writeFetchReply } from "@juno/consensus";
import { readCommitProof, readEntry, readPoint } from "@juno/proof";
import { bulkFrame, type Letter, type Lie } from "./liar.ts";

export type Badness = "silence" | "nothing" | "garbage" | "shifted" | "single" | "unproved" | "huge";

const ENTRIES_MAX = 8192;
const BODY_BYTES_MAX = 1 << 20;
const HUGE_COPIES = 40;

export const badFetch =
  (badness: Badness): Lie =>
  (liar) => ({
    outgoing: (letter): readonly Letter[] => {
      if (letter.frame.kind !== "fetch-reply") return [letter];
      if (badness === "silence") return [];
      const reply = decodeWith(letter.frame.attachment, (r) => ({
        direction: r.bool() ? ("forward" as const) : ("back" as const),
        certified: r.bool(),
        before: readPoint(r),
        bare: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
        commitProof: r.option(readCommitProof),
      }));
      if (!reply.ok) return [letter];
      const { bare, before } = reply.value;
      const [first] = bare;
      const entries = {
        nothing: [],
        // Times are hashed, so every entry above the first is another one.
        garbage: bare.map((entry) => ({ ...entry, time: entry.time + 1 })),
        shifted: bare.slice(0, -1),
        single: first === undefined ? [] : bare.slice(-1),
        // Far more than was asked for, again and again the same.
        huge: Array.from({ length: HUGE_COPIES }, () => bare).flat(),
        unproved: reply.value.direction === "forward" ? [] : bare,
      }[badness];
      const frame = bulkFrame(liar, "fetch-reply", (w) =>
        writeFetchReply(w, {
          ...reply.value,
          before,
          entries: entries as Parameters<typeof writeFetchReply>[1]["entries"],
        }),
      );
      return [{ to: letter.to, frame }];
    },
  });
