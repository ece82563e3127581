// Applying an entry whose payload was redacted (C22): it cannot be executed, so what its receipt tells is done instead. Whoever
// does this has to prove the receipt, by its leaf under a root that f+1 voters signed. Here it is only held against the
// entry and the state before it: it must name this command, find each row as it says, and state the root that follows.

import {
  equalBytes,
  hex,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  parseHex,
  parseJson,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import { decodeRedactedBody, type Entry, LIFETIME_MS_MAX, receiptHash } from "@juno/proof";
import type { Applied, AppliedCommand, CommandStatus } from "./applied.ts";
import type { LedgerContext } from "./context.ts";
import { SYSTEM } from "./deployed-module.ts";
import { NOT_PERMITTED } from "./governance/access.ts";
import { LEDGER_HALTED } from "./governance/switches.ts";
import { QUOTA_EXCEEDED } from "./governance/usage.ts";
import { receiptChanges } from "./receipt-changes.ts";
import type { RootedView, RowChange } from "./view.ts";

const STATUSES: readonly CommandStatus[] = ["ok", "failed", "expired", "duplicate", "rejected"];
/** C10: rejections that spend the id. */
const SPENDING: readonly string[] = [
  "expires_too_late",
  "client_unknown",
  LEDGER_HALTED,
  NOT_PERMITTED,
  QUOTA_EXCEEDED,
];

export type RedactedEntry = {
  readonly entry: Entry;
  readonly receipt: Uint8Array;
  /** When the command expired, ms, if that is known: no hash says it. */
  readonly expires: number | undefined;
};

export function applyRedacted(
  context: LedgerContext,
  view: RootedView,
  { entry, receipt, expires }: RedactedEntry,
): Result<Applied, Refusal> {
  const body = decodeRedactedBody(entry.body);
  if (!body.ok) return body;
  const parsed = parseJson(receipt, { bytesMax: receipt.length });
  if (!parsed.ok || !isJsonObject(parsed.value)) return refuse("bad_receipt", "it is no JSON object");
  const told = parsed.value;
  const { id } = body.value;
  if (told.get("id") !== hex(id)) return refuse("bad_receipt", "it is another command's");
  if (told.get("index") !== entry.index) return refuse("bad_receipt", "it is another entry's");
  const status = STATUSES.find((known) => known === told.get("status"));
  if (status === undefined) return refuse("bad_receipt", "it tells no outcome");
  const changes = receiptChanges(receipt);
  if (!changes.ok) return changes;
  // Deployments, redactions and decisions about the network are never redacted, and nothing else changes rows of the
  // ledger's own but what is used of a quota (C31).
  if (changes.value.some(({ module, table }) => module === SYSTEM.module && table !== SYSTEM.usage)) {
    return refuse("bad_receipt", "it changes the ledger's own rows");
  }
  if (!changes.value.every((change) => stands(view, change))) {
    return refuse("bad_receipt", "a row that it changed was another before");
  }
  const root = stateRootOf(context, view, { entry, told, changes: changes.value });
  if (!root.ok) return root;
  const hash = receiptHash(context.sha256, receipt);
  const spending = spendingOf(status, told);
  if (expires !== undefined && !isExpiry(expires, { entry, status, reason: told.get("reason") })) {
    return refuse("bad_receipt", "it ended otherwise than a command that expires then");
  }
  // C9 asks for the expiry of what is spent; no later one than this was possible when it was appended (C7).
  const latest = spending.spends ? entry.time + LIFETIME_MS_MAX : undefined;
  const command = { id, firstSigner: undefined, expires: expires ?? latest, status, ...spending };
  return ok({ receipt, receiptHash: hash, changes: changes.value, command, stateRoot: root.value });
}

function stands(view: RootedView, change: RowChange): boolean {
  const row = view.row(change);
  const { before } = change;
  return row === undefined || before === undefined ? row === before : equalBytes(row, before);
}

/** C20 */
function stateRootOf(
  context: LedgerContext,
  view: RootedView,
  parts: { readonly entry: Entry; readonly told: JsonObject; readonly changes: readonly RowChange[] },
): Result<Applied["stateRoot"], Refusal> {
  const told = parts.told.get("stateRoot");
  const isCheckpoint = parts.entry.index % context.genesis.limits.checkpointEntries === 0;
  if (!isCheckpoint)
    return told === undefined ? ok(undefined) : refuse("bad_receipt", "it states a root elsewhere");
  const root = view.stateRoot(context.sha256, parts.changes);
  const stated = typeof told === "string" ? parseHex(told, 32) : undefined;
  if (stated === undefined || !equalBytes(stated, root)) {
    return refuse("bad_receipt", "it states another root of the state");
  }
  return ok(root);
}

/** C10: what the outcome says of when the command expired; more of it nobody knows any more. */
function isExpiry(
  expires: number,
  { entry, status, reason }: { entry: Entry; status: CommandStatus; reason: Json | undefined },
): boolean {
  if (status === "expired") return expires < entry.time;
  const isTooLate = expires > entry.time + LIFETIME_MS_MAX;
  if (status === "rejected" && reason === "expires_too_late") return isTooLate;
  return expires >= entry.time && (status === "duplicate" || !isTooLate);
}

function spendingOf(status: CommandStatus, told: JsonObject): Pick<AppliedCommand, "spends" | "first"> {
  const reason = told.get("reason");
  const isSpending = typeof reason === "string" && SPENDING.includes(reason);
  const first = told.get("first");
  return {
    spends: status === "ok" || status === "failed" || (status === "rejected" && isSpending),
    ...(typeof first === "number" ? { first } : {}),
  };
}
