// The log: pages of applied entries, one entry, and the proof that an entry is committed.

import { PAGE_BYTES_MAX, PAGE_ITEMS_DEFAULT, renderEntry, renderEntryProof } from "@juno/api";
import { LogIndex, type Sha256 } from "@juno/base";
import type { Backend } from "@juno/runtime";
import { type Handlers, json, notYet, problem } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";
import type { Refusals } from "./refusals.ts";

type LogContext = { readonly backend: Backend; readonly refusals: Refusals; readonly sha256: Sha256 };

export function logRoutes(context: LogContext): Pick<Handlers, "entries" | "entry" | "entryProof"> {
  const { backend, refusals, sha256 } = context;
  const tools = { sha256, hex: fastHex };
  return {
    entries: async ({ query }) => {
      const from = Math.max(1, query.from ?? 1);
      const limit = query.limit ?? PAGE_ITEMS_DEFAULT;
      const page = await backend.entries({ from: LogIndex(from), limit, bytesMax: PAGE_BYTES_MAX });
      if (!page.ok) return refusals.answer(page.error);
      const applied = backend.status().applied.index;
      const end = from + page.value.length;
      return json(200, {
        entries: page.value.map((entry) => renderEntry(tools, entry)),
        applied,
        ...(end <= applied ? { next: end } : {}),
      });
    },

    entry: async ({ params }) => {
      const index = LogIndex(params.index);
      const page = index === 0 ? undefined : await backend.entries({ from: index, limit: 1, bytesMax: 1 });
      if (page !== undefined && !page.ok) return refusals.answer(page.error);
      const [found] = page?.value ?? [];
      return found === undefined ? problem("entry_unknown") : json(200, renderEntry(tools, found));
    },

    entryProof: async ({ params }) => {
      const proof = await backend.entryProof(LogIndex(params.index));
      if (!proof.ok) return refusals.answer(proof.error);
      return proof.value === undefined ? notYet({}) : json(200, renderEntryProof(proof.value, fastHex));
    },
  };
}
