// Applying a committed entry (C10): a pure function of the state before and the entry. Everything
// that was judged when the entry was appended is judged again here, by log time and the state, since
// an entry under a certificate has passed nobody's checks but a quorum's. Never throws for bad bytes.

import { assert, type Hash, hex, ok, type Refusal, type Result } from "@juno/base";
import type { KnownRows } from "@juno/hopper";
import { commandId, decodeCommand, type Entry, isRedacted, receiptHash } from "@juno/proof";
import type { Applied, AppliedCommand, CommandStatus } from "./applied.ts";
import { admissible, type Charged, type ParsedPayload, parseCommand, parsePayload } from "./command.ts";
import type { LedgerContext } from "./context.ts";
import { combineChanges } from "./diff.ts";
import { mayAppend } from "./expiry.ts";
import { activationIn, versionsAt } from "./governance/activation-state.ts";
import { configEntryChanges } from "./governance/config-entry.ts";
import { usageChange, usedBy } from "./governance/usage.ts";
import { type CommandReceipt, encodeCommandReceipt, encodeEntryReceipt } from "./receipt.ts";
import { runActions } from "./run.ts";
import { lackingVersions } from "./versions.ts";
import type { RootedView, RowChange, View } from "./view.ts";

type Place = { readonly index: number; readonly time: number };

/** What an entry yields. `parsed`, if given, is what its body was parsed to earlier. */
export function apply(
  context: LedgerContext,
  view: RootedView,
  entry: Entry,
  parsed?: ParsedPayload,
): Applied {
  assert(!isRedacted(entry), "a redacted entry is never executed (C22)");
  const versions = versionsAt(activationIn(view), entry.index);
  assert(
    lackingVersions(context.known, versions) === undefined,
    "entries are applied by known versions (C37)",
  );
  const tried = entry.kind === "command" ? tryCommand(context, view, entry, parsed) : undefined;
  const changes = tried?.changes ?? otherChanges(context, view, entry);
  // C20
  const isCheckpoint = entry.index % context.genesis.limits.checkpointEntries === 0;
  const stateRoot = isCheckpoint ? view.stateRoot(context.sha256, changes) : undefined;
  const receipt =
    tried === undefined ? encodeEntryReceipt(entry, changes, stateRoot) : encoded(tried, stateRoot);
  return {
    receipt,
    receiptHash: receiptHash(context.sha256, receipt),
    changes,
    command: tried?.command,
    stateRoot,
  };
}

/** C17 */
const otherChanges = (context: LedgerContext, view: View, entry: Entry): readonly RowChange[] =>
  entry.kind === "config" ? configEntryChanges(context, view, entry) : [];

/** C18: what applying a payload would yield now, its signers taken to have signed; commits nothing. */
export function simulate(
  context: LedgerContext,
  view: View,
  payload: Uint8Array,
  place: Place,
): Result<Pick<Applied, "receipt" | "changes" | "command">, Refusal> {
  const parsed = parsePayload(context, payload);
  if (!parsed.ok) return parsed;
  const tried = tryParsed(context, view, parsed.value, place);
  return ok({ ...tried, receipt: encoded(tried, undefined) });
}

/** What became of a command, before its receipt is written. */
type Tried = Pick<Applied, "changes" | "command"> & {
  readonly receipt: Omit<CommandReceipt, "stateRoot">;
  readonly known?: KnownRows;
};

const encoded = ({ receipt, known }: Tried, stateRoot: Hash | undefined): Uint8Array =>
  encodeCommandReceipt({ ...receipt, stateRoot }, known);

function tryCommand(
  context: LedgerContext,
  view: View,
  entry: Entry,
  parsed: ParsedPayload | undefined,
): Tried {
  if (parsed !== undefined) return tryParsed(context, view, parsed, entry);
  const command = decodeCommand(entry.body);
  if (!command.ok) return untried(entry, undefined, { status: "rejected", reason: "command_malformed" });
  const fresh = parseCommand(context, command.value);
  if (fresh.ok) return tryParsed(context, view, fresh.value, entry);
  const id = commandId(context.sha256, command.value.payload);
  const unread = { id, expires: undefined, firstSigner: undefined };
  return untried(entry, unread, { status: "rejected", reason: fresh.error.code });
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
function untried(place: Place, identity: Identity | undefined, verdict: Verdict): Tried {
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
  return { receipt, changes: [], command };
}

/** C9, C10: why a well-formed command is not tried, or for whose quota it counts. The order of the questions is the rule. */
function verdictOn(
  context: LedgerContext,
  view: View,
  parsed: ParsedPayload,
  time: number,
): Verdict | { readonly charged: Charged | undefined } {
  const { id, expires } = parsed;
  // Expiry first: an expired id may have been forgotten, on one node sooner than on another.
  const timely = mayAppend({ entryTime: time, expires });
  if (!timely.ok && timely.error.code === "command_expired") return { status: "expired" };
  const earlier = view.spent(id);
  if (earlier !== undefined) return { status: "duplicate", first: earlier.index };
  // From here on the id is spent, so that no later entry can contradict this one's outcome.
  if (!timely.ok) return { status: "rejected", reason: timely.error.code, spends: true };
  const admitted = admissible(context, view, parsed, time);
  if (!admitted.ok) return { status: "rejected", reason: admitted.error.code, spends: true };
  return { charged: admitted.value };
}

function tryParsed(context: LedgerContext, view: View, parsed: ParsedPayload, place: Place): Tried {
  const { id, idHex, expires, signers } = parsed;
  const identity = { id, expires, firstSigner: signers[0] };
  const verdict = verdictOn(context, view, parsed, place.time);
  if ("status" in verdict) return untried(place, identity, verdict);
  const { status, gas, actions, changes, known } = runActions(context, view, parsed, place);
  const receipt = { index: place.index, id: idHex, status, gas, actions };
  const command = { ...identity, status, spends: true };
  const { charged } = verdict;
  if (charged === undefined) return { receipt, changes, command, known };
  // C31: it counts, whatever came of it.
  const usage = usedBy(charged.usage, { timeMs: place.time, gas });
  const own = [usageChange(view, charged.client, usage)];
  return {
    receipt: { ...receipt, changes: own },
    changes: combineChanges(changes, own),
    command: { ...command, usage: { client: charged.client, ...usage } },
    known,
  };
}
