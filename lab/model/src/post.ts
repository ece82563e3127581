// Turns what a trace says into genuine bytes: messages of honest voters as they were sent, those of liars
// signed with the liars' keys, and certificates made of what was said. Unsigned attachments are taken
// off, as a network may; certificates and licences go as messages of their own.

import { assert, Epoch, NodeId, Term, Writer } from "@juno/base";
import {
  bulk,
  encodeAppendAttachment,
  encodeRequestVoteBody,
  type Frame,
  type MessageKind,
  signBody,
  writeFetchReply,
  writeProofs,
} from "@juno/consensus";
import {
  type Certificate,
  type Electorate,
  encodeAck,
  encodeAppendBody,
  encodeCertificate,
  encodePreVote,
  encodeTermCertificate,
  encodeVote,
  genesisCertificate,
  quorumStatements,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";
import { sha256, simulatedKey } from "@juno/simulator";
import type { Chains } from "./chains.ts";
import { type Record, type Sentence, sentenceText } from "./record.ts";
import { type Chain, chainText, type ModelCertificate, type ModelPosition, type ModelVote } from "./trace.ts";

const NOTHING_ATTACHED = new Uint8Array([0]);

export const keyOf = (voter: number) => simulatedKey(`node ${voter}`);

const isSame = (one: ModelPosition, other: ModelPosition): boolean =>
  one.term === other.term && chainText(one.at) === chainText(other.at);

export class Post {
  readonly chains: Chains;
  readonly record: Record;
  readonly #electorate: Electorate;
  readonly #liars: readonly number[];
  /** Votes of candidates for themselves, which no frame carries. */
  readonly ownVotes: { readonly says: ModelVote; readonly statement: SignedStatement }[] = [];

  constructor(parts: { chains: Chains; record: Record; electorate: Electorate }, liars: readonly number[]) {
    this.chains = parts.chains;
    this.record = parts.record;
    this.#electorate = parts.electorate;
    this.#liars = liars;
  }

  /** The frame of a message, without what others may take off it. */
  frameOf(sentence: Sentence): Frame {
    const { from } = sentence.says;
    if (this.#liars.includes(from)) return this.#lie(sentence);
    const frame = this.record.frameOf(sentence);
    assert(frame !== undefined, `nobody sent: ${sentenceText(sentence)}`);
    if (frame.kind === "request-vote") return frame;
    if (sentence.kind !== "append-entries") return { ...frame, attachment: NOTHING_ATTACHED };
    return { ...frame, attachment: this.#entriesOf(sentence.says.previous, sentence.says.entries) };
  }

  #entriesOf(previous: Chain, entries: Chain): Uint8Array {
    const whole = this.chains.entriesOf([...previous, ...entries]);
    return encodeAppendAttachment(whole.slice(previous.length), undefined);
  }

  #lie(sentence: Sentence): Frame {
    const { from, term: number } = sentence.says;
    const { chains } = this;
    const common = { epoch: Epoch(0), from: NodeId(from), term: Term(number) };
    switch (sentence.kind) {
      case "prevote": {
        const { entered, certified } = sentence.says;
        const body = encodePreVote({ ...common, entered, certified: chains.positionOf(certified) });
        return this.#signed(from, { kind: "prevote", body, attachment: NOTHING_ATTACHED });
      }
      case "vote": {
        const body = encodeVote({ ...common, base: chains.positionOf(sentence.says.base) });
        return this.#signed(from, { kind: "vote", body, attachment: NOTHING_ATTACHED });
      }
      case "ack": {
        const { stored, certified } = sentence.says;
        const body = encodeAck({
          ...common,
          stored: chains.pointOf(stored),
          certified: chains.pointOf(certified),
          applied: { index: chains.pointOf([]).index, root: this.#electorate.network },
        });
        return this.#signed(from, { kind: "ack", body, attachment: NOTHING_ATTACHED });
      }
      case "request-vote": {
        const { base } = sentence.says;
        const body = encodeRequestVoteBody({ ...common, base: chains.positionOf(base) });
        const writer = new Writer().raw(encodeCertificate(this.#proofOf(base)));
        const attachment = writer.raw(encodeTermCertificate(this.licence(number))).finish();
        return this.#signed(from, { kind: "request-vote", body, attachment });
      }
      case "append-entries": {
        const { previous, entries } = sentence.says;
        const last = chains.pointOf([...previous, ...entries]);
        const body = encodeAppendBody({ ...common, previous: chains.pointOf(previous), last });
        const attachment = this.#entriesOf(previous, entries);
        return this.#signed(from, { kind: "append-entries", body, attachment });
      }
    }
  }

  #signed(from: number, content: { kind: MessageKind; body: Uint8Array; attachment: Uint8Array }): Frame {
    const signer = { network: this.#electorate.network, sign: keyOf(from).sign };
    return { from: NodeId(from), ...content, signature: signBody(signer, content.kind, content.body) };
  }

  /** A licence to enter a term, of what was said; liars add their names. */
  licence(term: number): TermCertificate {
    const statements = this.#withLiars(
      this.record.statements(({ kind, says }) => kind === "prevote" && says.term === term),
      (from) => ({
        kind: "prevote",
        says: { from, term, entered: false, certified: { term: 0, at: [] } },
      }),
    );
    return { term: Term(term), statements };
  }

  certificate({ kind, term, at }: ModelCertificate): Certificate {
    if (kind === "genesis") return genesisCertificate(this.#electorate);
    const position = this.chains.positionOf({ term, at });
    return {
      kind,
      epoch: this.#electorate.epoch,
      position,
      statements: kind === "quorum" ? this.#acks(term, at) : this.#votes(term, at),
    };
  }

  #acks(term: number, stored: Chain): readonly SignedStatement[] {
    const text = chainText(stored);
    const honest = this.record.statements(
      ({ kind, says }) => kind === "ack" && says.term === term && chainText(says.stored) === text,
    );
    return this.#withLiars(honest, (from) => ({ kind: "ack", says: { from, term, stored, certified: [] } }));
  }

  /** Votes for one base; which one, if several end in the same chain, is whatever has a quorum. */
  #votes(term: number, at: Chain): readonly SignedStatement[] {
    const baseTerms = Array.from({ length: term }, (_, baseTerm) => baseTerm).reverse();
    const piles = baseTerms.map((baseTerm) => {
      const base = { term: baseTerm, at };
      const honest = this.record.statements(
        ({ kind, says }) => kind === "vote" && says.term === term && isSame(says.base, base),
      );
      for (const { says, statement } of this.ownVotes) {
        if (says.term === term && isSame(says.base, base)) honest.set(statement.voter, statement);
      }
      return this.#withLiars(honest, (from) => ({
        kind: "vote",
        says: { from, term, base },
      }));
    });
    return piles.reduce((best, pile) => (pile.length > best.length ? pile : best));
  }

  #withLiars(
    honest: Map<NodeId, SignedStatement>,
    sentenceOf: (from: number) => Sentence,
  ): readonly SignedStatement[] {
    for (const liar of this.#liars) {
      if (honest.size >= this.#electorate.quorum) break;
      const { from: voter, body, signature } = this.#lie(sentenceOf(liar));
      honest.set(voter, { voter, body, signature });
    }
    const statements = [...honest.values()];
    // What a mutated specification takes for a certificate need not be one; the code is to refuse it.
    if (statements.length < this.#electorate.quorum) return statements.sort((a, b) => a.voter - b.voter);
    return quorumStatements(this.#electorate, statements);
  }

  #proofOf({ term, at }: ModelPosition): Certificate {
    if (term === 0) return genesisCertificate(this.#electorate);
    const kinds = ["quorum", "election"] as const;
    const proofs = kinds.map((kind) => this.certificate({ kind, term, at }));
    return proofs.find(({ statements }) => statements.length >= this.#electorate.quorum) ?? proofs[0]!;
  }

  /** Shows a licence or a certificate, as V2 and V7 do. */
  proofs(from: number, shown: { termCertificate?: TermCertificate; certificate?: Certificate }): Frame {
    const sender = { epoch: Epoch(0), from: NodeId(from), sha256 };
    const { termCertificate, certificate } = shown;
    const content = bulk(sender, (w) =>
      writeProofs(w, { termCertificate, certificate, commitProof: undefined }),
    );
    return this.#signed(from, { kind: "proofs", ...content });
  }

  /** All entries of a chain, as the answer to a fetch. */
  entries(from: number, chain: Chain): Frame {
    const sender = { epoch: Epoch(0), from: NodeId(from), sha256 };
    const before = this.chains.pointOf([]);
    const entries = this.chains.entriesOf(chain);
    const content = bulk(sender, (w) =>
      writeFetchReply(w, { direction: "back", certified: true, before, entries, commitProof: undefined }),
    );
    return this.#signed(from, { kind: "fetch-reply", ...content });
  }
}
