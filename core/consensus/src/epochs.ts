// From epoch to epoch (S12, S17). An epoch ends where the old voters have committed a config entry; whoever knows that,
// by its own count or by a link that is shown to it, says nothing more in that epoch and begins the next one. Who is
// behind is shown the links, under whatever key it still knows the sender by.

import { type Epoch, equalBytes, type NodeId, type Sha256 } from "@juno/base";
import {
  type CommitProof,
  checkEpochLink,
  type EpochFacts,
  type EpochLink,
  genesisCertificate,
  writeEpochLink,
} from "@juno/proof";
import { beginningOf, voicesOf } from "./beginning.ts";
import { committedThrough, recordCommit } from "./committed.ts";
import { halt } from "./halt.ts";
import { bulk, LINKS_PER_FRAME_MAX } from "./message.ts";
import { type State, samePoint, speaks } from "./state.ts";
import { asMember, notice, persist, send, type Turn } from "./turn.ts";

/** What is known of the own epoch. */
export const ownEpoch = ({ epochs, electorate }: State): EpochFacts => epochs.of(electorate.epoch)!;

/** S12: whether the own log ends with a config entry of the epoch: nothing may follow it. */
export const isEnding = ({ log }: State): boolean => log.entryAt(log.last.index)?.kind === "config";

/** Keeps a link that proves itself. Returns whether it fits what is known. */
export function learn(turn: Turn, facts: EpochFacts): boolean {
  const { state, context } = turn;
  const { epochs, electorate } = state;
  const known = epochs.of(facts.electorate.epoch);
  if (known !== undefined) {
    if (samePoint(known.electorate.start, facts.electorate.start)) return true;
    halt(turn, "two configurations end one epoch");
    return false;
  }
  epochs.add(facts);
  persist(turn, { kind: "link", link: facts.link! });
  state.voice = voicesOf(context, { epochs, electorate }).voice;
  turn.effects.push({ kind: "epochs" });
  return true;
}

/** The link that this node's own count of Acks has completed, if the entry committed last ends the epoch. */
export function learnOwnLink(turn: Turn, link: EpochLink): EpochFacts | undefined {
  const { state, context } = turn;
  const checked = checkEpochLink(context.sha256, ownEpoch(state), link);
  if (!checked.ok) {
    halt(turn, `a configuration was committed that may not be: ${checked.error.detail}`);
    return undefined;
  }
  const { facts } = checked.value;
  const before = ownEpoch(state);
  if (!learn(turn, facts)) return undefined;
  if (speaks(state)) sendLinks(turn, membersOf(before, facts), [link]);
  return facts;
}

/** Everybody whom the change from one epoch to the next concerns. */
function membersOf(...facts: readonly EpochFacts[]): NodeId[] {
  const ids = facts.flatMap(({ configuration }) => configuration.members.map(({ id }) => id));
  return [...new Set(ids)];
}

/** Body and attachment of a message that shows links (E60). */
export const linksContent = (
  sender: { readonly epoch: Epoch; readonly from: NodeId; readonly sha256: Sha256 },
  links: readonly EpochLink[],
) => bulk(sender, (w) => w.list(links, writeEpochLink));

function sendLinks(turn: Turn, to: readonly NodeId[], links: readonly EpochLink[]): void {
  const { self, sha256 } = turn.context;
  const content = linksContent({ ...asMember(turn), sha256 }, links);
  send(turn, { to: to.filter((id) => id !== self), kind: "epochs", ...content });
}

/** As many of the links behind an epoch as one message holds. */
export const linksToShow = ({ epochs }: State, epoch: Epoch): readonly EpochLink[] =>
  epochs.linksAfter(epoch).slice(0, LINKS_PER_FRAME_MAX);

/** V10: shows a node that speaks of an earlier epoch how it ended; rate-limited. */
export function syncEpochs(turn: Turn, peer: NodeId, epoch: Epoch): void {
  const { state, now, context } = turn;
  const last = state.lastSyncMs.get(peer);
  if (last !== undefined && now.monotonicMs - last < context.timing.heartbeatMs) return;
  const links = linksToShow(state, epoch);
  if (links.length === 0) return;
  state.lastSyncMs.set(peer, now.monotonicMs);
  sendLinks(turn, [peer], links);
}

/** S17: the log leads into a later epoch: what was believed of the one before is settled, and begins anew. */
export function enterEpoch(turn: Turn, { electorate, link }: EpochFacts): void {
  const { state, context, now } = turn;
  const { epochs, committed, mode } = state;
  if (committed.index < electorate.start.index) committedThrough(turn, electorate.start, proofOf(link));
  recordCommit(turn);
  // What the next epoch has acknowledged by now may be above all that was found out in this one.
  const proved = state.readableAt.flatMap(({ tokens }) => tokens);
  const waitingReads = [...state.waitingReads, ...(state.probe?.tokens ?? []), ...proved];
  const keyBefore = state.electorate.keyOf.get(context.self);
  const key = electorate.keyOf.get(context.self);
  const isReadmitted = mode === "observer" && isAnother(key, keyBefore);
  // S15, S16: it may have spoken here before, as its memory may be older than the epoch, whoever answered it in the last one.
  const isWithheld = isReadmitted || (mode !== "observer" && key !== undefined);
  Object.assign(state, beginningOf(electorate), voicesOf(context, { epochs, electorate }), { waitingReads });
  persist(turn, { kind: "epoch", certificate: genesisCertificate(electorate), isWithheld });
  persist(turn, { kind: "heard", words: [] });
  // V12: a term of the epoch that has ended is no term of this one.
  if (state.handingOver !== undefined) state.handingOver = { term: undefined };
  state.pending.divideAmong(electorate.voters.length);
  state.enteredMs = now.monotonicMs;
  state.nextHeartbeatMs = now.monotonicMs;
  const { seat } = state;
  if (isWithheld) Object.assign(state, { withheld: seat, seat: undefined });
  else state.withheld = undefined;
  // At once, so that a restart, or another epoch, before the others have answered finds a voter that has to ask.
  if (isReadmitted) speakAgain(turn);
  const { epoch, start, voters } = electorate;
  turn.effects.push({ kind: "epochs" });
  notice(turn, "entered_epoch", { epoch, index: start.index, voters: voters.length });
  if (key !== undefined && seat === undefined) notice(turn, "key_missing", { epoch });
}

function proofOf(link: EpochLink | undefined): CommitProof {
  if (link === undefined) throw new Error("every epoch but the first begins with a link");
  return link.proof;
}

const isAnother = (key: Uint8Array | undefined, before: Uint8Array | undefined): boolean =>
  key !== undefined && (before === undefined || !equalBytes(key, before));

/** S15: a quorum has heard nothing from this node in its epoch that it does not remember; so it may speak there (S16). */
export function takeSeat(turn: Turn): void {
  const { state } = turn;
  if (state.withheld === undefined) return;
  Object.assign(state, { seat: state.withheld, withheld: undefined });
  persist(turn, { kind: "seat" });
}

/** S16: under another key there is nothing that it could have forgotten. */
function speakAgain(turn: Turn): void {
  const { state } = turn;
  const reason = "it was admitted under a new key";
  state.mode = "normal";
  state.reason = reason;
  persist(turn, { kind: "mode", mode: "normal", reason });
  turn.effects.push({ kind: "mode", mode: "normal", reason });
}
