// Time and the end of a turn: what is due, what is repeated (V7), and what was gathered.

import { LogIndex } from "@juno/base";
import { type Certificate, encodeAck, type SignedStatement } from "@juno/proof";
import { requestVotesIfReady } from "../campaign.ts";
import { certifyAndCommit } from "../commit.ts";
import { recordCommit } from "../committed.ts";
import { fetchTimer } from "../fetch.ts";
import { follow } from "../follow.ts";
import { recordHeardIfDue } from "../heard.ts";
import { propose, sendAppend } from "../propose.ts";
import { isInstalled, isLeader, speaks } from "../state.ts";
import { reasonToSuspect, suspect } from "../suspicion.ts";
import { report } from "../term.ts";
import { asVoter, optionalCertificate, send, sendRequestVote, type Turn } from "../turn.ts";
import { onAck } from "./ack.ts";
import { relay, tendPending } from "./commands.ts";
import { headForNewest } from "./epochs.ts";
import { probeIfDue, sendProbe } from "./read.ts";

/** First boot: every voter asks for term 1 at once. After a restart: it says again what it said last. */
export function onStart(turn: Turn): void {
  const { state, now } = turn;
  state.enteredMs = now.monotonicMs;
  state.installedMs = now.monotonicMs;
  state.lastLeaderMs = now.monotonicMs;
  if (state.log.last.index > state.certified.position.index) state.uncertifiedSinceMs = now.monotonicMs;
  state.nextHeartbeatMs = now.monotonicMs;
  if (state.currentTerm === 0) suspect(turn, "no term has begun yet");
  else if (isInstalled(state)) state.ackDue = true;
  onTimer(turn);
}

export function onTimer(turn: Turn): void {
  const { state, now, context } = turn;
  requestVotesIfReady(turn);
  if (now.monotonicMs >= state.nextHeartbeatMs) {
    state.nextHeartbeatMs = now.monotonicMs + context.timing.heartbeatMs;
    heartbeat(turn);
  }
}

/** V7: the last Ack, PreVote and RequestVote are said again, so that nothing lost stays lost. */
function heartbeat(turn: Turn): void {
  const { state, now, context } = turn;
  recordHeardIfDue(turn);
  recordCommit(turn);
  if (isInstalled(state)) {
    state.ackDue = true;
    state.attachCertificate = true;
  } else {
    report(turn, "all");
    if (state.campaign?.base !== undefined) sendRequestVote(turn, state.campaign.base);
  }
  // V12: voters of earlier programs notice by its silence that it has given up the term.
  const leadsOn = isLeader(context, state) && state.resignedTerm !== state.currentTerm;
  if (leadsOn && now.monotonicMs - state.lastAppendSentMs >= context.timing.heartbeatMs) {
    const { index, hash } = state.log.last;
    sendAppend(turn, { index, hash }, []);
  }
  tendPending(turn);
  const reason = state.currentTerm === 0 ? "no term has begun yet" : reasonToSuspect(turn);
  if (reason === undefined) state.suspecting = false;
  else suspect(turn, reason);
  headForNewest(turn, state.electorate.voters[0]!.id);
  fetchTimer(turn);
  follow(turn);
  sendProbe(turn);
}

/** The end of a turn: one proposal, one Ack for all that advanced, one frame of relayed commands. */
export function onFlush(turn: Turn): void {
  const { state } = turn;
  relay(turn);
  propose(turn);
  // An own Ack may complete a quorum, which is again something to acknowledge.
  while (state.ackDue || state.appliedDue) {
    sendAck(turn);
    certifyAndCommit(turn);
    propose(turn);
  }
  probeIfDue(turn);
}

function sendAck(turn: Turn): void {
  const { state } = turn;
  const to = state.ackDue ? "all" : [...state.awaitingApplied];
  state.ackDue = false;
  state.appliedDue = false;
  state.awaitingApplied.clear();
  // S4: no Ack of a term that was left. S16: none of an observer.
  if (!isInstalled(state) || !speaks(state)) return;
  const { position } = state.certified;
  const last = state.log.last;
  const ack = {
    ...asVoter(turn),
    term: state.currentTerm,
    stored: { index: last.index, hash: last.hash },
    certified: { index: position.index, hash: position.hash },
    applied: { index: LogIndex(state.reported.index), root: state.reported.root },
  };
  const attached: Certificate | undefined = state.attachCertificate ? state.certified : undefined;
  state.attachCertificate = false;
  const body = encodeAck(ack);
  const statement: SignedStatement = send(turn, {
    to,
    kind: "ack",
    body,
    attachment: optionalCertificate(attached),
  });
  onAck(turn, { body: ack, statement, certificate: undefined });
}
