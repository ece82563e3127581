// What is judged of a frame before anybody acts on it, and what is kept of it afterwards.

import { Hash, LogIndex, NodeId, Term } from "@juno/base";
import {
  ENTRIES_PER_APPEND_MAX,
  encodeAck,
  encodeAppendBody,
  encodeEvidence,
  encodeVote,
  type SignedStatement,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import {
  bulkFrom,
  context,
  endedAt,
  epoch,
  frameFrom,
  identity,
  judged,
  network,
  signedWord,
} from "../test/frames.ts";
import { describeEntry, encodeAppendAttachment, writeFetchReply } from "./bulk.ts";
import type { LogEntry } from "./log.ts";
import { attachmentBytesMax, decodeFrame, MESSAGE_KINDS, SIGNATURES_PER_FRAME_MAX } from "./message.ts";

const genesis = { index: LogIndex(0), hash: network };

/** Command entries above the genesis with these bodies. */
function entriesOf(bodies: readonly Uint8Array[]): LogEntry[] {
  let previous: { index: number; hash: typeof network } = genesis;
  return bodies.map((body) => {
    const index = LogIndex(previous.index + 1);
    const bare = { epoch, index, term: Term(1), time: 1000, kind: "command" as const, body };
    const entry = describeEntry(context, previous.hash, bare);
    if (!entry.ok) throw new Error(entry.error.detail);
    previous = entry.value;
    return entry.value;
  });
}

function appendOf(entries: readonly LogEntry[]): Uint8Array {
  const body = encodeAppendBody({ ...identity(2), term: Term(1), previous: genesis, last: entries.at(-1)! });
  return frameFrom(2, "append-entries", { body, attachment: encodeAppendAttachment(entries, undefined) });
}

const commandsOf = (bodies: readonly Uint8Array[]): Uint8Array =>
  bulkFrom(2, "commands", (w) => w.list(bodies, (item, body) => item.bytes(body)));

describe("a small part of a large frame", () => {
  const sizes = [100, ...Array<number>(20).fill(4000)];
  const bodies = sizes.map((length, i) => new Uint8Array(length).fill(i, 1));

  it("does not hold the whole in memory: a relayed command", () => {
    const verdict = judged(2, commandsOf(bodies));
    if (!verdict.ok || verdict.value.kind !== "commands") throw new Error("the frame is good");
    expect(verdict.value.commands.map(({ body }) => body.buffer.byteLength)).toEqual(sizes);
  });

  it("does not hold the whole in memory: an entry", () => {
    const entries = entriesOf(bodies);
    const body = encodeAppendBody({
      ...identity(2),
      term: Term(1),
      previous: genesis,
      last: entries.at(-1)!,
    });
    const attachment = encodeAppendAttachment(entries, undefined);
    const verdict = judged(2, frameFrom(2, "append-entries", { body, attachment }));
    if (!verdict.ok || verdict.value.kind !== "append-entries") throw new Error("the frame is good");
    expect(verdict.value.entries.map((entry) => entry.body.buffer.byteLength)).toEqual(sizes);
  });

  it("does not hold the whole in memory: a fetched entry", () => {
    const entries = entriesOf(bodies);
    const reply = { direction: "back" as const, certified: true, before: genesis, commitProof: undefined };
    const frame = bulkFrom(2, "fetch-reply", (w) => writeFetchReply(w, { ...reply, entries }));
    const verdict = judged(2, frame);
    if (!verdict.ok || verdict.value.kind !== "fetch-reply") throw new Error("the frame is good");
    expect(verdict.value.entries.map((entry) => entry.body.buffer.byteLength)).toEqual(sizes);
  });
});

describe("a message beyond what an honest node sends", () => {
  it.each(MESSAGE_KINDS)("is refused before its attachment is read (E23): %s", (kind) => {
    const most = attachmentBytesMax(kind, context.payloadBytesMax);
    const codeOf = (length: number) => {
      const attachment = new Uint8Array(length);
      const verdict = judged(2, frameFrom(2, kind, { body: new Uint8Array(0), attachment }));
      return verdict.ok ? undefined : verdict.error.code;
    };
    expect([codeOf(most), codeOf(most + 1)]).toEqual([
      kind === "fetch-reply" ? "too_large" : "malformed",
      "too_large",
    ]);
  });

  it("is refused for entries that take too long to hash", () => {
    const bodies = (count: number) =>
      Array.from({ length: count }, (_, i) => Uint8Array.of(0, i >> 8, i & 255));
    expect(judged(2, appendOf(entriesOf(bodies(ENTRIES_PER_APPEND_MAX)))).ok).toBe(true);
    const verdict = judged(2, appendOf(entriesOf(bodies(ENTRIES_PER_APPEND_MAX + 1))));
    expect(verdict).toMatchObject({ error: { code: "malformed" } });
  });

  it("is refused for commands that take too long to verify", () => {
    const each = 32;
    const bodies = (count: number) => Array.from({ length: count }, (_, i) => Uint8Array.of(each, i));
    const fits = SIGNATURES_PER_FRAME_MAX / each;
    for (const frameOf of [commandsOf, (all: Uint8Array[]) => appendOf(entriesOf(all))]) {
      expect(judged(2, frameOf(bodies(fits))).ok).toBe(true);
      expect(judged(2, frameOf(bodies(fits + 1)))).toMatchObject({ error: { code: "too_large" } });
    }
  });
});

describe("a commit proof beside fetched entries (S17)", () => {
  const entries = entriesOf([1, 2, 3].map((byte) => Uint8Array.of(0, byte)));
  const { term, index, hash } = entries[2]!;
  const acks = [1, 2, 3].map((id) => {
    const point = { index, hash };
    const applied = { index: LogIndex(0), root: network };
    const body = encodeAck({ ...identity(id), term, stored: point, certified: point, applied });
    return signedWord(id, "ack", body).statement;
  });
  const commitProof = { term, index, hash, headers: [], acks };
  const reply = { direction: "forward" as const, certified: true, before: genesis, commitProof };
  const frame = bulkFrom(2, "fetch-reply", (w) => writeFetchReply(w, { ...reply, entries }));

  it("holds up to the end of its epoch", () => {
    for (const epochs of [context.epochs, endedAt({ index, hash })])
      expect(judged(2, frame, epochs)).toMatchObject({ ok: true });
  });

  it("counts for nothing above: the keys of an epoch that has ended commit nothing any more", () => {
    const before = { index: LogIndex(index - 1), hash: entries[1]!.hash };
    expect(judged(2, frame, endedAt(before))).toMatchObject({ error: { code: "wrong_epoch" } });
  });
});

describe("evidence that another shows (E26, E36)", () => {
  const votesOf = (voter: number, signer: number, hashes: readonly [number, number]) => {
    const [first, second] = hashes.map((byte): SignedStatement => {
      const base = { term: Term(0), index: LogIndex(9), hash: Hash(new Uint8Array(32).fill(byte)) };
      const body = encodeVote({ ...identity(voter), term: Term(3), base });
      const frame = decodeFrame(frameFrom(signer, "vote", { body }));
      if (!frame.ok) throw new Error(frame.error.detail);
      return { voter: NodeId(voter), body, signature: frame.value.signature };
    });
    const bytes = encodeEvidence({ kind: "double-vote", first: first!, second: second! });
    return bulkFrom(2, "evidence", (w) => w.raw(bytes));
  };

  it("is taken with what it proves, whoever shows it", () => {
    const verdict = judged(2, votesOf(4, 4, [1, 2]));
    const claim = { kind: "double-vote", accused: 4, epoch, term: 3, index: undefined };
    expect(verdict).toMatchObject({ ok: true, value: { kind: "evidence", from: 2, claim } });
  });

  it("is refused if the accused never signed it, or if it proves nothing", () => {
    expect(judged(2, votesOf(4, 2, [1, 2]))).toMatchObject({ error: { code: "bad_signature" } });
    expect(judged(2, votesOf(4, 4, [1, 1]))).toMatchObject({ error: { code: "bad_evidence" } });
    const nothing = bulkFrom(2, "evidence", (w) => w.u8(2));
    expect(judged(2, nothing)).toMatchObject({ error: { code: "malformed" } });
  });
});
