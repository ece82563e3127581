// Judges the voter's memory, the meta row of log.db, against the log and the kept documents: the
// invariants of protocol section 3. Term and vote are the node's own word; they must at least not
// contradict what is proved.

import { type Epoch, equalBytes, type Hash, LogIndex, type NodeId, type Term } from "@juno/base";
import { type Certificate, compareRank, decodeCertificate, type Epochs, type Point } from "@juno/proof";
import type { Meta } from "../store/log/meta.ts";
import { LOG_FORMAT } from "../store/log/schema.ts";
import { type Bases, baseKey } from "./log-walk.ts";

/** A term, which each epoch numbers anew. */
type EpochTerm = { readonly epoch: Epoch; readonly term: Term };

/** What the memory is judged against. */
export type LogFacts = {
  /** H at an index; undefined if the log does not hold it. */
  hashAt(index: LogIndex): Hash | undefined;
  termAt(index: LogIndex): EpochTerm | undefined;
  readonly bases: Bases;
  readonly lastIndex: LogIndex;
  /** Entries up to here are pruned; the last of them is known by its hash and term. */
  readonly floor?: ({ readonly index: LogIndex } & EpochTerm) | undefined;
  /** Who is a member; undefined: the node is one. */
  readonly epochs?: Epochs | undefined;
  /** A kept certificate, encoded. */
  kept(kind: "term-certificate" | "election-certificate", of: EpochTerm): Uint8Array | undefined;
};

export const formatProblem = (format: number): string =>
  `It has format ${format}; this program reads ${LOG_FORMAT}.`;

/** Why the database is not this network's, or not that node's. Nothing else is worth saying then. */
export function foreignProblem(
  meta: Meta,
  expected: { network: Hash; epochs: Epochs; nodeId: NodeId | undefined },
): string | undefined {
  const { network, epochs, nodeId } = expected;
  if (meta.format !== LOG_FORMAT) return formatProblem(meta.format);
  if (!equalBytes(meta.network, network)) return "It belongs to another network than the genesis.";
  if (nodeId !== undefined && meta.node !== nodeId)
    return `It belongs to node ${meta.node}, not to node ${nodeId}.`;
  if (isMember(epochs, meta.node) || isNewcomer(meta)) return undefined;
  return `It belongs to node ${meta.node}, which is no voter, nor a member in any epoch that is known.`;
}

const isMember = (epochs: Epochs, node: NodeId): boolean =>
  epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER }).some(({ keyOf }) => keyOf.has(node));

/** P44: who waits to be admitted follows, and has voted and certified nothing. */
function isNewcomer({ vote, certified }: Meta): boolean {
  const certificate = decodeCertificate(certified);
  return vote === undefined && certificate.ok && certificate.value.kind === "genesis";
}

/** Who has no vote in its epoch follows what others prove (V11), and certifies nothing beyond its beginning. */
export const isFollower = (meta: Meta, certified: Certificate, epochs: Epochs | undefined): boolean =>
  certified.kind === "genesis" && (meta.epoch > 0 || (epochs !== undefined && !isMember(epochs, meta.node)));

/** Everything that contradicts the log, the certificates or itself. */
export function memoryProblems(meta: Meta, facts: LogFacts): string[] {
  const certified = decodeCertificate(meta.certified);
  if (!certified.ok) return [`Its certificate cannot be read: ${certified.error.detail}.`];
  const { position } = certified.value;
  const claims: Claim[] = [
    [holds(facts, meta.committed), `Its committed entry ${meta.committed.index} is not in the log.`],
    [holds(facts, position), `Its certified entry ${position.index} is not in the log.`],
    [certified.value.epoch === meta.epoch, "Its certificate is of another epoch than it is in."],
    [position.term <= meta.term, "It is certified in a term that it has not reached."],
    ...(isFollower(meta, certified.value, facts.epochs) ? [] : votersClaims(meta, certified.value, facts)),
    [isBase(meta, certified.value, facts), "Its base is not where its term begins."],
    ...voteClaims(meta, certified.value),
    ...keptClaims(meta, certified.value, facts),
    // In the normal mode there is one if it was in another before.
    [meta.reason !== "" || meta.mode === "normal", "Its mode has no reason."],
  ];
  return claims.filter(([isTrue]) => !isTrue).map(([, problem]) => problem);
}

type Claim = readonly [holds: boolean, problem: string];

function votersClaims(meta: Meta, { epoch, position }: Certificate, facts: LogFacts): Claim[] {
  return [
    [meta.committed.index <= position.index, "It has committed more than is certified."],
    [isSuffixOf({ epoch, ...position }, facts), "Entries above the certified one are not of its term."],
  ];
}

function holds(facts: LogFacts, point: Point): boolean {
  const hash = facts.hashAt(point.index);
  return hash !== undefined && equalBytes(hash, point.hash);
}

function isSuffixOf(position: EpochTerm & Point, facts: LogFacts): boolean {
  const { index, epoch, term } = position;
  if (facts.lastIndex <= index) return true;
  return [LogIndex(index + 1), facts.lastIndex].every((at) => {
    const own = facts.termAt(at);
    return own?.epoch === epoch && own.term === term;
  });
}

/** Below the base no entry is of the term; after a long catch-up it may stand above that, on proved entries. */
function isBase(meta: Meta, certified: Certificate, facts: LogFacts): boolean {
  const { epoch, position, kind } = certified;
  const { base } = meta;
  if (kind !== "quorum") return base.index === position.index && equalBytes(base.hash, position.hash);
  const { floor } = facts;
  const isCut = floor !== undefined && (epoch - floor.epoch || position.term - floor.term) <= 0;
  const lowest = facts.bases.get(baseKey(epoch, position.term))?.index ?? (isCut ? LogIndex(0) : undefined);
  // P31: that the base was there was verified before it was pruned.
  if (isCut && base.index < floor.index) return true;
  return lowest !== undefined && lowest <= base.index && base.index <= position.index && holds(facts, base);
}

/** S1, S2, S10: the vote is for a base of a lower term, and not below what was certified at the time. */
function voteClaims(meta: Meta, certified: Certificate): Claim[] {
  const { vote, term } = meta;
  if (vote === undefined) return [];
  const waits = certified.position.term < term;
  return [
    [vote.term < term, "Its vote is not for a base of a lower term."],
    [
      !waits || compareRank(vote, certified.position) >= 0,
      "Its vote is for a base below its certified position.",
    ],
  ];
}

/** What a node acted on last, it kept: the certificate that brought it into its term. */
function keptClaims(meta: Meta, certified: Certificate, facts: LogFacts): Claim[] {
  const { kind, position } = certified;
  const waits = position.term < meta.term;
  const { epoch } = certified;
  const { term } = position;
  const election = kind === "election" ? facts.kept("election-certificate", { epoch, term }) : meta.certified;
  return [
    [
      !waits || facts.kept("term-certificate", meta) !== undefined,
      `The certificate by which it entered term ${meta.term} is missing.`,
    ],
    [
      election !== undefined && equalBytes(election, meta.certified),
      `The election certificate of term ${position.term} was not kept as it was adopted.`,
    ],
  ];
}
