// Reading the ledger: queries, simulations, rows, modules, history. Canonical JSON from the ledger is
// put into replies as it is, never parsed and written again.

import { jsonOf, PAGE_ITEMS_DEFAULT, renderProvenRow } from "@juno/api";
import { hex, LogIndex, parseUtf8, utf8 } from "@juno/base";
import type { RowAddress } from "@juno/ledger";
import type { AsOf, Backend, Reader, RowChangeRecord } from "@juno/runtime";
import { type Answer, type Handlers, json, jsonText, notYet, problem } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";
import type { ReadGuard } from "./read-guard.ts";
import type { Refusals } from "./refusals.ts";

const canonical = (bytes: Uint8Array): string => parseUtf8(bytes)!;

function changeText(change: RowChangeRecord): string {
  const members = [`"index":${change.index}`, `"time":${change.time}`];
  if (change.commandId !== undefined) members.push(`"commandId":"${fastHex(change.commandId)}"`);
  if (change.before !== undefined) members.push(`"before":${canonical(change.before)}`);
  if (change.after !== undefined) members.push(`"after":${canonical(change.after)}`);
  return `{${members.join(",")}}`;
}

const PROOF_NEEDS_KEY = "`proof=1` and `key` go together: a proof is of one row.";

async function provenRow({ backend, refusals }: LedgerContext, address: RowAddress): Promise<Answer> {
  const proven = await backend.rowProof(address);
  if (!proven.ok) return refusals.answer(proven.error);
  if (proven.value === undefined) return notYet({ detail: "No checkpoint is attested yet." });
  return json(200, renderProvenRow(proven.value, fastHex));
}

async function simulated(context: LedgerContext, payload: Uint8Array, reader: Reader): Promise<Answer> {
  const { backend, refusals, guard } = context;
  const barred = guard.barredFromSimulating(reader, payload);
  if (barred !== undefined) return barred;
  const answer = await backend.simulate(payload);
  if (!answer.ok) return refusals.answer(answer.error);
  const { index, receipt } = answer.value;
  return (
    guard.barredFromSimulated(reader, payload, receipt) ??
    jsonText(200, `{"index":${index},"receipt":${canonical(receipt)}}`)
  );
}

/** What `work` yields, or undefined after the time limit; nobody waits for it then. */
function within<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

type LedgerContext = {
  readonly backend: Backend;
  readonly refusals: Refusals;
  readonly guard: ReadGuard;
  readonly readTimeoutMs: number;
};

/** A33: a node that is halted says that it is not current. */
const asOfText = ({ index, root, current }: AsOf): string =>
  `"index":${index},"root":"${fastHex(root)}"${current === false ? ',"current":false' : ""}`;

type LedgerRoutes = Pick<
  Handlers,
  "query" | "simulate" | "readiness" | "modules" | "module" | "rows" | "history"
>;

export function ledgerRoutes(context: LedgerContext): LedgerRoutes {
  const { backend, refusals, readTimeoutMs } = context;
  return {
    query: async ({ body }) => {
      const args = jsonOf(body.args ?? {});
      if (!args.ok) return problem("malformed", { detail: `args: ${args.error.detail}` });
      const { module, query, consistency = "local" } = body;
      const request = { module, query, args: args.value, consistency };
      const answer = await within(backend.query(request), readTimeoutMs);
      if (answer === undefined) return problem("timed_out");
      if (!answer.ok) return refusals.answer(answer.error);
      const { result } = answer.value;
      return jsonText(200, `{${asOfText(answer.value)},"result":${canonical(result)}}`);
    },

    simulate: ({ body, reader }) => simulated(context, utf8(body.payload), reader),

    readiness: async ({ body }) => {
      const answer = await backend.ready(utf8(body.act));
      if (!answer.ok) return refusals.answer(answer.error);
      const { node, signature } = answer.value;
      return jsonText(200, `{"node":${node},"signature":"${hex(signature)}"}`);
    },

    modules: async () => {
      const modules = await backend.modules();
      if (!modules.ok) return refusals.answer(modules.error);
      return jsonText(200, `{"modules":${canonical(modules.value)}}`);
    },

    module: async ({ params }) => {
      const module = await backend.module(params.name);
      return module.ok ? jsonText(200, canonical(module.value)) : refusals.answer(module.error);
    },

    rows: async ({ params, query }) => {
      const { prefix, after, limit, key, proof, at } = query;
      if (key !== undefined && proof !== undefined) return provenRow(context, { ...params, key });
      if (key !== undefined || proof !== undefined) return problem("malformed", { detail: PROOF_NEEDS_KEY });
      const page = await backend.rows({
        ...{ ...params, prefix, after, limit: limit ?? PAGE_ITEMS_DEFAULT },
        at: at === undefined ? undefined : LogIndex(at),
      });
      if (!page.ok) return refusals.answer(page.error);
      const { rows } = page.value;
      const list = rows.map(({ key, value }) => `{"key":${JSON.stringify(key)},"value":${canonical(value)}}`);
      const next = page.value.next === undefined ? "" : `,"next":${JSON.stringify(page.value.next)}`;
      return jsonText(200, `{${asOfText(page.value)},"rows":[${list.join(",")}]${next}}`);
    },

    history: async ({ query }) => {
      const { module, table, key, from, limit } = query;
      const page = await backend.history({
        module,
        table,
        key,
        from: LogIndex(from ?? 1),
        limit: limit ?? PAGE_ITEMS_DEFAULT,
      });
      if (!page.ok) return refusals.answer(page.error);
      const next = page.value.next === undefined ? "" : `,"next":${page.value.next}`;
      return jsonText(200, `{"changes":[${page.value.changes.map(changeText).join(",")}]${next}}`);
    },
  };
}
