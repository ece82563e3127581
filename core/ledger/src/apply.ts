// Applying a committed entry (C10): a pure function of the state before and the entry. Everything
// that was judged when the entry was appended is judged again here, by log time and the state, since
// an entry under a certificate has passed nobody's checks but a quorum's. Never throws for bad bytes.

import { hex, ok, type Refusal, type Result } from "@juno/base";
import type { KnownRows } from "@juno/hopper";
import { commandId, decodeCommand, type Entry, receiptHash } from "@juno/proof";
import type { Applied, AppliedCommand, CommandStatus } from "./applied.ts";
import { type ParsedPayload, parseCommand, parsePayload, registered } from "./command.ts";
import type { LedgerContext } from "./context.ts";
import { mayAppend } from "./expiry.ts";
import { type CommandReceipt, encodeCommandReceipt, encodeEntryReceipt } from "./receipt.ts";
import { runActions } from "./run.ts";
import type { View } from "./view.ts";

type Place = { readonly index: number; readonly time: number };

/** What an entry yields. `parsed`, if given, is what its body was parsed to earlier. */
export function apply(context: LedgerContext, view: View, entry: Entry, parsed?: ParsedPayload): Applied {
  if (entry.kind !== "command") {
    const receipt = encodeEntryReceipt(entry);
    const hash = receiptHash(context.sha256, receipt);
    return { receipt, receiptHash: hash, changes: [], command: undefined };
  }
  if (parsed !== undefined) return applyParsed(context, view, parsed, entry);
  const command = decodeCommand(entry.body);
  if (!command.ok)
    return untried(context, entry, undefined, { status: "rejected", reason: "command_malformed" });
  const fresh = parseCommand(context, command.value);
  if (fresh.ok) return applyParsed(context, view, fresh.value, entry);
  const id = commandId(context.sha256, command.value.payload);
  const unread = { id, expires: undefined, firstSigner: undefined };
  return untried(context, entry, unread, { status: "rejected", reason: fresh.error.code });
}

/** C18: what applying a payload would yield now, its signers taken to have signed; commits nothing. */
export function simulate(
  context: LedgerContext,
  view: View,
  payload: Uint8Array,
  place: Place,
): Result<Applied, Refusal> {
  const parsed = parsePayload(context, payload);
  return parsed.ok ? ok(applyParsed(context, view, parsed.value, place)) : parsed;
}

type Verdict = {
  readonly status: CommandStatus;
  readonly reason?: string;
  readonly first?: number;
  /** C9: whether the id is spent although nothing was tried. */
  readonly spends?: boolean;
};

type Identity = Pick<AppliedCommand, "id" | "expires" | "firstSigner">;

/** C10: a command that is not tried changes nothing. */
function untried(
  context: LedgerContext,
  place: Place,
  identity: Identity | undefined,
  verdict: Verdict,
): Applied {
  const { status, reason, first, spends = false } = verdict;
  const named = {
    ...(reason === undefined ? {} : { reason }),
    ...(first === undefined ? {} : { first }),
  };
  const id = identity && hex(identity.id);
  const receipt = { index: place.index, id, status, gas: 0, actions: [], ...named };
  const command = identity && {
    ...identity,
    status,
    spends,
    ...(first === undefined ? {} : { first }),
  };
  return sealed(context, receipt, { changes: [], command });
}

function sealed(
  context: LedgerContext,
  receipt: CommandReceipt,
  rest: Pick<Applied, "changes" | "command">,
  known?: KnownRows,
): Applied {
  const bytes = encodeCommandReceipt(receipt, known);
  return { receipt: bytes, receiptHash: receiptHash(context.sha256, bytes), ...rest };
}

/** C9, C10: why a well-formed command is not tried, if so. The order of the questions is the rule. */
function verdictOn(
  context: LedgerContext,
  view: View,
  parsed: ParsedPayload,
  time: number,
): Verdict | undefined {
  const { id, expires } = parsed;
  // Expiry first: an expired id may have been forgotten, on one node sooner than on another.
  const timely = mayAppend({ entryTime: time, expires });
  if (!timely.ok && timely.error.code === "command_expired") return { status: "expired" };
  const earlier = view.spent(id);
  if (earlier !== undefined) return { status: "duplicate", first: earlier.index };
  // From here on the id is spent, so that no later entry can contradict this one's outcome.
  if (!timely.ok) return { status: "rejected", reason: timely.error.code, spends: true };
  const client = registered(context, parsed);
  if (!client.ok) return { status: "rejected", reason: client.error.code, spends: true };
  return undefined;
}

function applyParsed(context: LedgerContext, view: View, parsed: ParsedPayload, place: Place): Applied {
  const { id, idHex, expires, signers } = parsed;
  const identity = { id, expires, firstSigner: signers[0] };
  const verdict = verdictOn(context, view, parsed, place.time);
  if (verdict !== undefined) return untried(context, place, identity, verdict);
  const { status, gas, actions, changes, known } = runActions(context, view, parsed, place);
  const command = { ...identity, status, spends: true };
  return sealed(
    context,
    { index: place.index, id: idHex, status, gas, actions },
    { changes, command },
    known,
  );
}
