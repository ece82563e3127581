// Certify and commit (5.4): the two counts over Acks. A position that a quorum stored in the current
// term is certified; an index that a quorum of one term holds certified is committed.

import { LogIndex, type Term } from "@juno/base";
import { type CommitProof, type EntryHeader, genesisCertificate, quorumStatements } from "@juno/proof";
import { adopt } from "./adopt.ts";
import { committedThrough } from "./committed.ts";
import { learnOwnLink } from "./epochs.ts";
import type { AckRecord } from "./progress.ts";
import { isInstalled, type State } from "./state.ts";
import type { Turn } from "./turn.ts";

/** To be called after whatever may have completed a quorum; costs nothing if nothing can have. */
export function certifyAndCommit(turn: Turn): void {
  const { state } = turn;
  endEpoch(turn);
  if (isCounted(state) || state.mode === "halted") return;
  while (certify(turn));
  while (commit(turn));
  endEpoch(turn);
  const { certified, log, progress } = state;
  state.counted = { acks: progress.version, certified, last: log.last };
}

/** S12: what was committed last is a configuration: the next epoch begins with it. */
function endEpoch(turn: Turn): void {
  const { ended } = turn.state;
  if (ended === undefined) return;
  turn.state.ended = undefined;
  const next = learnOwnLink(turn, ended);
  if (next !== undefined) adopt(turn, genesisCertificate(next.electorate));
}

/** Whether Acks, certificate and log are those of the last count. */
function isCounted({ counted, certified, log, progress }: State): boolean {
  return (
    counted !== undefined &&
    counted.acks === progress.version &&
    counted.certified === certified &&
    counted.last === log.last
  );
}

/** Forms and adopts the highest QC that the Acks at hand allow. */
function certify(turn: Turn): boolean {
  const { state } = turn;
  if (!isInstalled(state)) return false;
  const { electorate } = state;
  const votes = state.progress.quorumAt({
    term: state.currentTerm,
    above: state.certified.position.index,
    isOwn: (point) => state.log.holds(point),
  });
  if (votes === undefined) return false;
  const { index, hash } = votes.point;
  const statements = quorumStatements(electorate, votes.statements.values());
  const position = { term: state.currentTerm, index, hash };
  return adopt(turn, { kind: "quorum", epoch: electorate.epoch, position, statements }) === "adopted";
}

/** Commits what the newest term proves, then what older terms prove beyond it. */
function commit(turn: Turn): boolean {
  const { state } = turn;
  for (const [term, records] of state.progress.terms()) {
    if (term > state.certified.position.term) continue; // S14: first fetch the certificate.
    const proof = commitProofOf(turn, term, records); // S13: Acks of one term.
    if (proof === undefined) continue;
    committedThrough(turn, { index: proof.index, hash: proof.hash }, proof);
    return true;
  }
  return false;
}

/** The commit of the committed index, by the newest Acks of a quorum: what they have applied since is in them. */
export function freshProof(turn: Turn): CommitProof | undefined {
  const { state } = turn;
  const { index, hash } = state.committed;
  for (const [term, records] of state.progress.terms()) {
    const covering = [...records.values()].filter(({ ack }) => {
      return ack.certified.index >= index && state.log.holds(ack.certified);
    });
    if (covering.length < state.electorate.quorum) continue;
    const nearest = covering
      .sort((a, b) => a.ack.certified.index - b.ack.certified.index)
      .slice(0, state.electorate.quorum);
    return proofBy(turn, { term, index, hash }, nearest);
  }
  return undefined;
}

/** These Acks, all of one term and certified at or above the point, as the proof of its commit. */
function proofBy(
  { state }: Turn,
  { term, index, hash }: Pick<CommitProof, "term" | "index" | "hash">,
  records: readonly AckRecord[],
): CommitProof {
  const top = LogIndex(Math.max(...records.map(({ ack }) => ack.certified.index)));
  const headers = state.log.slice({ from: LogIndex(index + 1), to: top }).map(headerOf);
  const statements = records.map(({ statement }) => statement);
  return { term, index, hash, headers, acks: quorumStatements(state.electorate, statements) };
}

/** The highest commit that the Acks of one term prove, or undefined if nothing new. */
function commitProofOf(
  turn: Turn,
  term: Term,
  records: ReadonlyMap<number, AckRecord>,
): CommitProof | undefined {
  const { state } = turn;
  const { quorum } = state.electorate;
  const onOwnLog = [...records.values()]
    .filter(({ ack }) => state.log.holds(ack.certified))
    .sort((a, b) => b.ack.certified.index - a.ack.certified.index);
  const lowest = onOwnLog[quorum - 1];
  if (lowest === undefined) return undefined;
  // S14: covered by the own certified position.
  const index = LogIndex(Math.min(lowest.ack.certified.index, state.certified.position.index));
  if (index <= state.committed.index) return undefined;
  const covering = onOwnLog.filter(({ ack }) => ack.certified.index >= index);
  return proofBy(turn, { term, index, hash: state.log.hashAt(index)! }, covering.slice(-quorum));
}

function headerOf({ epoch, index, term, time, kind, bodyDigest }: EntryHeader): EntryHeader {
  return { epoch, index, term, time, kind, bodyDigest };
}
