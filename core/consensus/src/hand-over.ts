// Handing over (V12): a node that is to stop gives up one term that it leads, or is to lead, so that nobody has to notice
// by a timer that it is gone. It asks for the next term like anybody who suspects the own one, and the others take the
// leader's own word for it. Once, so that nodes that are all to stop do not chase each other from term to term.

import { leaderOf } from "@juno/proof";
import { relayUnshown } from "./on/commands.ts";
import { isInstalled, speaks } from "./state.ts";
import { suspect } from "./suspicion.ts";
import { backedOff, type Turn } from "./turn.ts";

/** To be called at the end of every step: nothing is proposed any more, and when all that was is committed, the term is given up. */
export function handOver(turn: Turn): void {
  const { state, context, now } = turn;
  if (state.handingOver === undefined || !speaks(state)) return;
  if (leaderOf(state.electorate, state.currentTerm) !== context.self) return;
  if (state.handingOver.term === undefined) {
    state.handingOver = { term: state.currentTerm, sinceMs: now.monotonicMs };
    state.campaign = undefined;
    relayUnshown(turn);
  }
  const { term, sinceMs } = state.handingOver;
  if (term !== state.currentTerm || state.suspecting) return;
  const isOpen = isInstalled(state) && state.log.last.index > state.committed.index;
  const patienceMs = backedOff(turn, context.timing.heartbeatTimeoutMs);
  if (!isOpen || now.monotonicMs - sinceMs >= patienceMs) suspect(turn, "this node is to stop");
}
