// What four voters sign about a log, all four keys in one process: votes, Acks, and the certificates
// made of them. It must not know what the entries say. Invariant: what it makes passes every check.

import { type Epoch, type LogIndex, type NodeId, signedBytes, type Term } from "@juno/base";
import { loadNodeKeys, signerFrom } from "@juno/node";
import {
  type Certificate,
  type CommitProof,
  encodeAck,
  encodePreVote,
  encodeVote,
  FIRST_EPOCH,
  type Genesis,
  type Point,
  type Position,
  quorumOf,
  type SignedStatement,
  type StatementTag,
  type TermCertificate,
} from "@juno/proof";
import type { Applied } from "@juno/runtime";

type Voter = { readonly id: NodeId; readonly sign: (message: Uint8Array) => Uint8Array };

export class Voters {
  readonly #genesis: Genesis;
  readonly #quorum: readonly Voter[];

  /** `keyFiles` of all voters, in the order of the genesis; the first quorum of them signs. */
  constructor(genesis: Genesis, keyFiles: readonly string[]) {
    this.#genesis = genesis;
    this.#quorum = genesis.voters.slice(0, quorumOf(genesis.voters.length)).map(({ id }, at) => ({
      id,
      sign: signerFrom(loadNodeKeys(keyFiles[at]!).signSecret),
    }));
  }

  /** The licence to enter a term, by voters that have not entered it and hold the position as certified. */
  termCertificate(term: Term, certified: Position): TermCertificate {
    const common = { epoch: FIRST_EPOCH, term, entered: false, certified };
    return { term, statements: this.#statements("prevote", (from) => encodePreVote({ ...common, from })) };
  }

  election(term: Term, base: Position): Certificate {
    const common = { epoch: FIRST_EPOCH, term, base };
    const statements = this.#statements("vote", (from) => encodeVote({ ...common, from }));
    return {
      kind: "election",
      epoch: FIRST_EPOCH,
      position: { term, index: base.index, hash: base.hash },
      statements,
    };
  }

  /** Proof that the point is certified, by voters that have certified less and applied so much. */
  certificate(term: Term, point: Point, before: { certified: Point; applied: Applied }): Certificate {
    const statements = this.#acks({ epoch: FIRST_EPOCH, term, stored: point, ...before });
    return { kind: "quorum", epoch: FIRST_EPOCH, position: { term, ...point }, statements };
  }

  commitProof(term: Term, point: Point, applied: Applied): CommitProof {
    const acks = this.#acks({ epoch: FIRST_EPOCH, term, stored: point, certified: point, applied });
    return { term, ...point, headers: [], acks };
  }

  #acks(common: {
    epoch: Epoch;
    term: Term;
    stored: Point;
    certified: Point;
    applied: { index: LogIndex; root: Applied["root"] };
  }): SignedStatement[] {
    return this.#statements("ack", (from) => encodeAck({ ...common, from }));
  }

  #statements(tag: StatementTag, bodyOf: (from: NodeId) => Uint8Array): SignedStatement[] {
    return this.#quorum.map(({ id, sign }) => {
      const body = bodyOf(id);
      return { voter: id, body, signature: sign(signedBytes({ tag, network: this.#genesis.network, body })) };
    });
  }
}
