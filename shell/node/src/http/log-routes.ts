// The log: pages of applied entries, one entry, the proof that an entry is committed, and who votes when.

import {
  type EpochJson,
  PAGE_BYTES_MAX,
  PAGE_ITEMS_DEFAULT,
  renderEntry,
  renderEntryProof,
  renderEpoch,
} from "@juno/api";
import { LogIndex, type Sha256 } from "@juno/base";
import type { Backend } from "@juno/runtime";
import { type Handlers, json, notYet, problem } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";
import type { Refusals } from "./refusals.ts";

type LogContext = { readonly backend: Backend; readonly refusals: Refusals; readonly sha256: Sha256 };

export function logRoutes(
  context: LogContext,
): Pick<Handlers, "entries" | "entry" | "entryProof" | "epochs"> {
  const { backend, refusals, sha256 } = context;
  const tools = { sha256, hex: fastHex };
  // A44: what is applied may be read before the roles in it are known here, on another thread. So a page ends where they are known.
  const upTo = (applied: number, from: number, limit: number) => Math.min(limit, applied - from + 1);
  return {
    entries: async ({ query }) => {
      const from = Math.max(1, query.from ?? 1);
      const applied = backend.status().applied.index;
      const limit = upTo(applied, from, query.limit ?? PAGE_ITEMS_DEFAULT);
      const page = await backend.entries({ from: LogIndex(from), limit, bytesMax: PAGE_BYTES_MAX });
      if (!page.ok) return refusals.answer(page.error);
      const end = from + page.value.length;
      return json(200, {
        entries: page.value.map((entry) => renderEntry(tools, entry)),
        applied,
        ...(end <= applied ? { next: end } : {}),
      });
    },

    // A28
    epochs: ({ query }) => {
      const { from = 0, limit = PAGE_ITEMS_DEFAULT } = query;
      const page: EpochJson[] = [];
      let chars = 0;
      for (const facts of backend.epochs.from({ from, limit })) {
        const epoch = renderEpoch(tools, facts);
        chars += epoch.link?.length ?? 0;
        if (page.length > 0 && chars > PAGE_BYTES_MAX) break;
        page.push(epoch);
      }
      const { epoch: last } = backend.epochs.last.electorate;
      const end = from + page.length;
      return json(200, { epochs: page, last, ...(page.length > 0 && end <= last ? { next: end } : {}) });
    },

    entry: async ({ params }) => {
      const index = LogIndex(params.index);
      const limit = upTo(backend.status().applied.index, index, 1);
      const page = index === 0 ? undefined : await backend.entries({ from: index, limit, bytesMax: 1 });
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
