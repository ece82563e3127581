// What the ledger keeps of acts (C24): in `acts`, by id, every one that was ever proposed, with all that made it what it
// became, so that the history of governance is there to read; in `agenda`, by the entry that proposed it, what may still
// become something.

import { assert, hex, type Json, type JsonObject, jsonObject, parseHex } from "@juno/base";
import type { Approval } from "@juno/proof";
import { SYSTEM } from "../deployed-module.ts";
import { parseTime, renderTime } from "../time.ts";
import type { RowReader } from "../view.ts";
import { numberKey, type OwnRows, ownKeys, ownObject, ownRow } from "./own-rows.ts";
import type { VoterReadiness } from "./payload-acts.ts";

/** `approved`: what it decides is carried out by consensus, and not yet done. */
export type ActStatus = "open" | "approved" | "executed" | "expired" | "superseded" | "withdrawn";

/** Keys and signatures in lower-case hex; `at` is the entry that brought it. */
export type RecordedApproval = { readonly key: string; readonly signature: string; readonly at: number };
export type RecordedReadiness = {
  readonly node: number;
  readonly signature: string;
  /** C38: that it is under, where the act does not name it. */
  readonly key?: string;
};

export type RecordedAct = {
  /** Lower-case hex. */
  readonly id: string;
  readonly kind: string;
  /** Verbatim: its hash is the id. */
  readonly document: string;
  /** The entry that proposed it, its time, and the client that is charged for it. */
  readonly at: number;
  readonly time: string;
  readonly by: string;
  /** Milliseconds since 1970, in log time. */
  readonly expires: number;
  readonly status: ActStatus;
  /** The entry since which it has this status. */
  readonly since: number;
  /** Ascending by key. */
  readonly approvals: readonly RecordedApproval[];
  /** Ascending by node. */
  readonly ready: readonly RecordedReadiness[];
};

const text = (row: JsonObject, name: string): string => row.get(name) as string;
const number = (row: JsonObject, name: string): number => row.get(name) as number;
const objects = (row: JsonObject, name: string): readonly JsonObject[] =>
  row.get(name) as readonly JsonObject[];

function timeOf(row: JsonObject): number {
  const time = parseTime(text(row, "expires"));
  assert(time !== undefined, "the ledger writes times");
  return time;
}

function readAct(id: string, row: JsonObject): RecordedAct {
  return {
    id,
    kind: text(row, "kind"),
    document: text(row, "document"),
    at: number(row, "at"),
    time: text(row, "time"),
    by: text(row, "by"),
    expires: timeOf(row),
    status: text(row, "status") as ActStatus,
    since: number(row, "since"),
    approvals: objects(row, "approvals").map((item) => ({
      key: text(item, "key"),
      signature: text(item, "signature"),
      at: number(item, "at"),
    })),
    ready: objects(row, "ready").map((item) => ({
      node: number(item, "node"),
      signature: text(item, "signature"),
      ...(item.has("key") ? { key: text(item, "key") } : {}),
    })),
  };
}

const actRow = ({ id: _, expires, approvals, ready, ...rest }: RecordedAct): JsonObject =>
  jsonObject({
    ...rest,
    expires: renderTime(expires),
    approvals: approvals.map((approval): Json => jsonObject(approval)),
    ready: ready.map((readiness): Json => jsonObject(readiness)),
  });

/** An act that was proposed, by its id. */
export function recordedAct(rows: Pick<RowReader, "row">, id: string): RecordedAct | undefined {
  const row = ownRow(rows, SYSTEM.acts, id);
  return row === undefined ? undefined : readAct(id, row);
}

/** What a row of `acts` says. */
export const actOfRow = (id: string, row: Uint8Array): RecordedAct => readAct(id, ownObject(row));

/** Every act that was proposed, in the order in which they were. */
export function recordedActs(rows: RowReader): readonly RecordedAct[] {
  return [...ownKeys(rows, SYSTEM.acts)].map((id) => recordedAct(rows, id)!).sort((a, b) => a.at - b.at);
}

/** An act that may still become something. */
export type AgendaItem = {
  readonly at: number;
  readonly act: string;
  readonly kind: string;
  readonly expires: number;
  /** Whose approvals it was proposed with. */
  readonly keys: readonly string[];
};

export function* agendaIn(rows: RowReader): Generator<AgendaItem> {
  for (const key of ownKeys(rows, SYSTEM.agenda)) {
    const row = ownRow(rows, SYSTEM.agenda, key)!;
    yield {
      at: Number(key),
      act: text(row, "act"),
      kind: text(row, "kind"),
      expires: timeOf(row),
      keys: row.get("keys") as readonly string[],
    };
  }
}

/** Stores an act, and whether there is anything left to decide about it. */
export function putAct(rows: OwnRows, act: RecordedAct): void {
  rows.put(SYSTEM.acts, act.id, actRow(act));
  if (act.status !== "open" && act.status !== "approved") rows.remove(SYSTEM.agenda, numberKey(act.at));
}

export function putAgenda(rows: OwnRows, { id, kind, at, expires, approvals }: RecordedAct): void {
  const keys = approvals.map(({ key }) => key);
  rows.put(SYSTEM.agenda, numberKey(at), jsonObject({ act: id, kind, expires: renderTime(expires), keys }));
}

const bytesOf = (text: string, length: number): Uint8Array => {
  const bytes = parseHex(text, length);
  assert(bytes !== undefined, "the ledger writes hex");
  return bytes;
};

export const approvalOf = ({ key, signature }: RecordedApproval): Approval => ({
  key: bytesOf(key, 32),
  signature: bytesOf(signature, 64),
});

export const recordedApproval = ({ key, signature }: Approval, at: number): RecordedApproval => ({
  key: hex(key),
  signature: hex(signature),
  at,
});

export const recordedReadiness = ({ node, signature, key }: VoterReadiness): RecordedReadiness => ({
  node,
  signature: hex(signature),
  ...(key === undefined ? {} : { key: hex(key) }),
});

export const signatureOf = (ready: RecordedReadiness): Uint8Array => bytesOf(ready.signature, 64);
