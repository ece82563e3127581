// Whether a certificate proves what it says (S3, S5, S10): judged by its bytes alone, each signature
// verified, with a quorum counted here.

import { equalBytes, signedBytes } from "@juno/base";
import {
  type Certificate,
  type CommitProof,
  decodeAck,
  decodeVote,
  type Electorate,
  entryHash,
  type SignedStatement,
} from "@juno/proof";
import { sha256, verifySignature } from "../crypto.ts";
import { quorumIn } from "./quorum.ts";

/** Statements found signed, of one electorate: many certificates are made of the same ones. */
const signed = new WeakMap<Electorate, Set<string>>();

function isSigned(electorate: Electorate, tag: string, statement: SignedStatement): boolean {
  const voter = electorate.voters.find(({ id }) => id === statement.voter);
  if (voter === undefined) return false;
  const known = signed.get(electorate) ?? new Set();
  signed.set(electorate, known);
  const key = [statement.signature, statement.body].map((bytes) => Buffer.from(bytes).toString("latin1"));
  const name = [tag, statement.voter, ...key].join("/");
  if (known.has(name)) return true;
  const message = signedBytes({ tag, network: electorate.network, body: statement.body });
  const isGood = verifySignature({ key: voter.signKey, message, signature: statement.signature });
  if (isGood) known.add(name);
  return isGood;
}

/** What is wrong with a certificate, or undefined. */
export function faultOf(electorate: Electorate, certificate: Certificate): string | undefined {
  const { kind, position, statements } = certificate;
  if (kind === "genesis") return position.index === 0 ? undefined : "a genesis certificate of an entry";
  const voters = new Set(statements.map(({ voter }) => voter));
  const needed = quorumIn(electorate.voters.length);
  if (voters.size < needed) return `${voters.size} distinct signers where ${needed} are needed`;
  const bases = new Set<number>();
  for (const statement of statements) {
    const tag = kind === "quorum" ? "ack" : "vote";
    if (!isSigned(electorate, tag, statement)) return `node ${statement.voter} has not signed its statement`;
    const ack = kind === "quorum" ? decodeAck(statement.body) : undefined;
    const vote = kind === "election" ? decodeVote(statement.body) : undefined;
    const said = ack?.ok ? ack.value : vote?.ok ? vote.value : undefined;
    if (said === undefined || said.from !== statement.voter) return "a statement that is none";
    const point = "base" in said ? said.base : said.stored;
    if ("base" in said) bases.add(said.base.term);
    const isSame =
      said.term === position.term && point.index === position.index && equalBytes(point.hash, position.hash);
    if (!isSame) return `node ${statement.voter} said something else`;
  }
  if (bases.size > 1) return "votes for bases of several terms";
  return [...bases].some((term) => term >= position.term) ? "a base that is not of a lower term" : undefined;
}

/** What is wrong with the proof of a commit, or undefined: of its quorum, or of the chain it is to cover (S13). */
export function faultOfCommit(electorate: Electorate, proof: CommitProof): string | undefined {
  const { term, index, hash, headers, acks } = proof;
  const voters = new Set(acks.map(({ voter }) => voter));
  const needed = quorumIn(electorate.voters.length);
  if (voters.size < needed) return `${voters.size} distinct signers where ${needed} are needed`;
  const chain = [hash];
  for (const header of headers) {
    if (header.index !== index + chain.length) return "headers that do not follow one another";
    chain.push(entryHash(sha256, chain.at(-1)!, header));
  }
  for (const statement of acks) {
    if (!isSigned(electorate, "ack", statement))
      return `node ${statement.voter} has not signed its statement`;
    const ack = decodeAck(statement.body);
    if (!ack.ok || ack.value.from !== statement.voter) return "a statement that is none";
    const { certified } = ack.value;
    const covered = chain[certified.index - index];
    if (ack.value.term !== term) return `node ${statement.voter} said it in term ${ack.value.term}`;
    if (covered === undefined || !equalBytes(covered, certified.hash)) {
      return `what node ${statement.voter} has certified is not above it`;
    }
  }
  return undefined;
}
