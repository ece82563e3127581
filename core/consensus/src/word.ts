// A voter's word: a signed statement that counts for a quorum, with the tag it was signed under. Voters show
// each other their own words after a restart (S15). Invariant: a word is read whole, its body and all.

import {
  type NodeId,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type SignatureCheck,
  type Writer,
} from "@juno/base";
import {
  type Ack,
  compareRank,
  decodeAck,
  decodePreVote,
  decodeVote,
  type Epochs,
  type PreVote,
  readStatement,
  type SignedStatement,
  statementCheck,
  type Vote,
  writeStatement,
} from "@juno/proof";

export const WORD_TAGS = ["prevote", "vote", "ack"] as const;
export type WordTag = (typeof WORD_TAGS)[number];
export type Word = { readonly tag: WordTag; readonly statement: SignedStatement };

export type ReadWord =
  | { readonly tag: "prevote"; readonly body: PreVote }
  | { readonly tag: "vote"; readonly body: Vote }
  | { readonly tag: "ack"; readonly body: Ack };

/** Words in one recollection: the highest of each tag, and some to spare. */
const WORDS_MAX = 8;

/** What a word says; undefined if its body is not one of its tag. */
export function readWord({ tag, statement }: Word): ReadWord | undefined {
  if (tag === "prevote") {
    const body = decodePreVote(statement.body);
    return body.ok ? { tag, body: body.value } : undefined;
  }
  if (tag === "vote") {
    const body = decodeVote(statement.body);
    return body.ok ? { tag, body: body.value } : undefined;
  }
  const body = decodeAck(statement.body);
  return body.ok ? { tag, body: body.value } : undefined;
}

export const writeWord = (writer: Writer, { tag, statement }: Word): Writer =>
  writeStatement(writer.u8(WORD_TAGS.indexOf(tag) + 1), statement);

export const wordFrom = (reader: Reader): Word => ({
  tag: WORD_TAGS[reader.u8() - 1] ?? reader.fail("an unknown kind of statement"),
  statement: readStatement(reader),
});

/** E53 */
export const writeRecollection = (
  writer: Writer,
  { nonce, words }: { readonly nonce: number; readonly words: readonly Word[] },
): Writer => writer.u64(nonce).list(words, writeWord);

export const readRecollection = (reader: Reader) => ({
  nonce: reader.u64(),
  words: reader.list(WORDS_MAX, wordFrom),
});

/** The signature of a word of a known epoch whose body names its voter. */
export function checkOfWord(epochs: Epochs, word: Word): Result<SignatureCheck, Refusal> {
  const read = readWord(word);
  if (read === undefined) return refuse("malformed", `a statement that is no ${word.tag}`);
  const facts = epochs.of(read.body.epoch);
  if (facts === undefined) return refuse("unknown_epoch", "a statement of an epoch that is not known here");
  const check =
    read.body.from === word.statement.voter && statementCheck(facts.electorate, word.tag, word.statement);
  return check ? ok(check) : refuse("wrong_sender", "a statement that names another voter than its own");
}

/** Whether a word says more than another of the same tag and voter. */
export function saysMore(word: ReadWord, than: ReadWord): boolean {
  if (word.body.epoch !== than.body.epoch) return word.body.epoch > than.body.epoch;
  if (word.tag === "ack" && than.tag === "ack") {
    const [a, b] = [word.body, than.body];
    const rank = compareRank(certifiedOf(a), certifiedOf(b));
    return rank > 0 || (rank === 0 && a.stored.index > b.stored.index);
  }
  if (word.tag === "prevote" && than.tag === "prevote") {
    const [a, b] = [word.body, than.body];
    const rank = compareRank(a.certified, b.certified);
    return a.term > b.term || (a.term === b.term && (rank > 0 || (rank === 0 && a.entered && !b.entered)));
  }
  return word.body.term > than.body.term;
}

const certifiedOf = ({ term, certified }: Ack) => ({ term, index: certified.index });

/** Of some words the highest of each voter and tag. */
export function highestOf(words: Iterable<Word>): Word[] {
  const highest = new Map<string, { readonly word: Word; readonly read: ReadWord }>();
  for (const word of words) {
    const read = readWord(word);
    if (read === undefined) continue;
    const key = keyOf(word.tag, word.statement.voter);
    const known = highest.get(key);
    if (known === undefined || saysMore(read, known.read)) highest.set(key, { word, read });
  }
  return [...highest.values()].map(({ word }) => word);
}

const keyOf = (tag: WordTag, voter: NodeId): string => `${tag} ${voter}`;
