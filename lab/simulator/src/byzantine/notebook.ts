// Statements overheard on the wire, kept by what they say, and the certificates that can be made of
// them. Genuine signatures only; what is forged is how they are put together.

import { decodeWith, hex, type NodeId, type Term } from "@juno/base";
import type { Frame } from "@juno/consensus";
import {
  type Ack,
  type Certificate,
  decodeAck,
  decodePreVote,
  decodeVote,
  type Electorate,
  type Point,
  type Position,
  quorumStatements,
  readCertificate,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";

type Kept<B> = { readonly body: B; readonly statement: SignedStatement };
type Pile = { readonly position: Position; readonly statements: Map<NodeId, SignedStatement> };

const KEPT_MAX = 4000;
const pointKey = (point: Point): string => `${point.index}/${hex(point.hash)}`;

export class Notebook {
  readonly #electorate: Electorate;
  readonly acks: Kept<Ack>[] = [];
  readonly #stored = new Map<string, Pile>();
  readonly #votes = new Map<string, Pile>();
  readonly #preVotes = new Map<Term, Map<NodeId, SignedStatement>>();
  /** Whole certificates seen, newest last. */
  readonly certificates: Certificate[] = [];

  constructor(electorate: Electorate) {
    this.#electorate = electorate;
  }

  hear(frame: Frame): void {
    const statement = { voter: frame.from, body: frame.body, signature: frame.signature };
    if (frame.kind === "ack") {
      const ack = decodeAck(frame.body);
      if (ack.ok) this.#hearAck(ack.value, statement);
    }
    if (frame.kind === "vote") this.#hearVote(statement);
    if (frame.kind === "prevote") {
      const preVote = decodePreVote(frame.body);
      if (preVote.ok) {
        const ofTerm = this.#preVotes.get(preVote.value.term) ?? new Map<NodeId, SignedStatement>();
        this.#preVotes.set(preVote.value.term, ofTerm.set(frame.from, statement));
      }
    }
    if (frame.kind !== "ack" && frame.kind !== "prevote") return;
    const attached = decodeWith(frame.attachment, (r) => r.option(readCertificate));
    if (!attached.ok || attached.value === undefined) return;
    keep(this.certificates, attached.value);
    for (const inside of attached.value.statements) this.#hearStatement(attached.value.kind, inside);
  }

  #hearStatement(kind: Certificate["kind"], statement: SignedStatement): void {
    if (kind === "election") this.#hearVote(statement);
    const ack = kind === "quorum" ? decodeAck(statement.body) : undefined;
    if (ack?.ok) this.#hearAck(ack.value, statement);
  }

  #hearVote(statement: SignedStatement): void {
    const vote = decodeVote(statement.body);
    if (!vote.ok) return;
    const { term, base } = vote.value;
    const key = `${term} ${base.term}:${pointKey(base)}`;
    const position = { term, index: base.index, hash: base.hash };
    pile(this.#votes, key, position).set(statement.voter, statement);
  }

  #hearAck(body: Ack, statement: SignedStatement): void {
    keep(this.acks, { body, statement });
    const { term, stored } = body;
    pile(this.#stored, `${term} ${pointKey(stored)}`, { term, ...stored }).set(body.from, statement);
  }

  /** Statements that stored a position, by term and index; of several hashes the most acked. */
  stored(term: number, index: number): Pile | undefined {
    const found = [...this.#stored.values()].filter(
      ({ position }) => position.term === term && position.index === index,
    );
    return found.sort((a, b) => b.statements.size - a.statements.size)[0];
  }

  votesFor(term: number): Pile[] {
    return [...this.#votes.values()].filter(({ position }) => position.term === term);
  }

  preVotes(term: number): ReadonlyMap<NodeId, SignedStatement> {
    return this.#preVotes.get(term as Term) ?? new Map();
  }

  /** Every quorum certificate that what was overheard completes. */
  quorums(): Certificate[] {
    return [...this.#stored.values()]
      .filter(({ statements }) => statements.size >= this.#electorate.quorum)
      .map(({ position, statements }) => ({
        kind: "quorum",
        epoch: this.#electorate.epoch,
        position,
        statements: quorumStatements(this.#electorate, statements.values()),
      }));
  }

  /** The licence for a term, if a quorum asked for it. */
  licence(term: number): TermCertificate | undefined {
    const wishes = this.preVotes(term);
    if (wishes.size < this.#electorate.quorum) return undefined;
    return { term: term as Term, statements: quorumStatements(this.#electorate, wishes.values()) };
  }

  /** The election certificate of a term, if a quorum voted for one base. */
  election(term: number): Certificate | undefined {
    const elected = this.votesFor(term).find(({ statements }) => statements.size >= this.#electorate.quorum);
    if (elected === undefined) return undefined;
    const statements = quorumStatements(this.#electorate, elected.statements.values());
    return { kind: "election", epoch: this.#electorate.epoch, position: elected.position, statements };
  }
}

function pile(all: Map<string, Pile>, key: string, position: Position): Map<NodeId, SignedStatement> {
  const found = all.get(key) ?? { position, statements: new Map() };
  all.set(key, found);
  if (all.size > KEPT_MAX) all.delete(all.keys().next().value!);
  return found.statements;
}

function keep<T>(items: T[], item: T): void {
  items.push(item);
  if (items.length > KEPT_MAX) items.splice(0, KEPT_MAX / 2);
}
