// State divergence (5.9, V15): outcomes that differ at one index, or snapshots. Ordering does not depend on
// them, so a node that computed others keeps ordering, but has left: it no longer speaks for the ledger.

import { type Hash, hex, type LogIndex } from "@juno/base";
import type { SignedStatement } from "@juno/proof";

import type { Divergence } from "./effect.ts";
import { halt } from "./halt.ts";
import { refuseReads } from "./on/read.ts";
import { nothingApplied } from "./reported.ts";
import type { State } from "./state.ts";
import { notice, otherVoters, persist, type Turn } from "./turn.ts";

type Report = { readonly root: Hash; readonly statement: SignedStatement | undefined };

/** Compares the own roots with those that the other voters report of the same entries. */
export function checkDivergence(turn: Turn): void {
  const { state, context, now } = turn;
  if (state.mode !== "normal" && state.mode !== "observer") return;
  const { faults, quorum, voters } = state.electorate;
  const unsupported = new Map<LogIndex, number>();
  for (const [index, reports] of reportsByIndex(turn)) {
    const own = state.roots.get(index)!;
    const byRoot = groupedByRoot(reports);
    const found = (theirs: Hash | undefined): Divergence => {
      const words = reports.flatMap(({ root, statement }) =>
        statement !== undefined && (theirs === undefined || hex(root) === hex(theirs)) ? [statement] : [],
      );
      return { of: "outcome", index, own, theirs, words };
    };
    const others = [...byRoot].filter(([root]) => root !== hex(own)).map(([, reported]) => reported);
    const believed = others.find((reported) => reported.length > faults);
    if (believed !== undefined)
      return leave(turn, "f+1 voters report another outcome", found(believed[0]!.root));
    const support = Math.max(...[...byRoot.values()].map((reported) => reported.length));
    if (reports.length < quorum || support > faults) continue;
    // Reports that are still out could give an outcome its support: they have a while to come.
    const sinceMs = state.unsupportedSinceMs.get(index) ?? now.monotonicMs;
    unsupported.set(index, sinceMs);
    const waitedMs = now.monotonicMs - sinceMs;
    if (reports.length === voters.length || waitedMs >= context.timing.heartbeatTimeoutMs)
      return leave(turn, "no outcome has the support of f+1 voters", found(undefined));
  }
  state.unsupportedSinceMs = unsupported;
}

function groupedByRoot(reports: readonly Report[]): Map<string, Report[]> {
  const byRoot = new Map<string, Report[]>();
  for (const report of reports) {
    const root = hex(report.root);
    byRoot.set(root, [...(byRoot.get(root) ?? []), report]);
  }
  return byRoot;
}

/**
 * What voters have reported, at each index of which one reports now and this node knows its own: whoever has gone on, or
 * has left since, has said what it said.
 */
function reportsByIndex({ state, context }: Turn): Map<LogIndex, Report[]> {
  const others = otherVoters({ state, context });
  const indexes = new Set(others.flatMap((id) => state.progress.latest(id)?.ack.applied.index ?? []));
  const reports = new Map<LogIndex, Report[]>();
  for (const index of indexes) {
    const own = state.roots.get(index);
    // Before the first entry there is nothing to differ about.
    if (own === undefined || index === 0) continue;
    const ofOthers = others.flatMap((id): Report[] => {
      const said = state.witness.attested(id, index);
      return said === undefined ? [] : [{ root: said.body.applied.root, statement: said.statement }];
    });
    reports.set(index, [{ root: own, statement: undefined }, ...ofOthers]);
  }
  return reports;
}

/** The start of a hash, for people. */
const brief = (hash: Hash): string => hex(hash).slice(0, 16);

/** V15: from here on, durably, it attests nothing, signs for no state, and tells no client anything as the ledger's. */
export function leave(turn: Turn, why: string, found: Divergence): void {
  const { state, context } = turn;
  const { index, own, theirs, words } = found;
  const voters = words.map(({ voter }) => voter).join(", ");
  const reason = `${why} at index ${index}`;
  const detail = `${reason}: ${theirs === undefined ? `voters ${voters} report others` : `voters ${voters} report ${brief(theirs)}…`}, this node has ${brief(own)}…`;
  if (state.mode === "observer") {
    // It has forgotten what it signed, and without true outcomes it has nothing to show (S16).
    halt(turn, detail, found);
    return;
  }
  state.mode = "readOnly";
  state.reason = detail;
  state.reported = nothingApplied(context);
  persist(turn, { kind: "mode", mode: "readOnly", reason: detail });
  refuseReads(turn);
  turn.effects.push({ kind: "mode", mode: "readOnly", reason: detail, found });
  const told = theirs === undefined ? {} : { theirs: hex(theirs) };
  notice(turn, "diverged", { index, reason, own: hex(own), ...told, voters });
}

const ROOTS_KEPT_MAX = 1024;

/** Keeps an own root for comparison, and forgets the oldest. */
export function keepRoot(state: State): void {
  state.roots.set(state.applied.index, state.applied.root);
  if (state.roots.size > ROOTS_KEPT_MAX) state.roots.delete(state.roots.keys().next().value!);
}
