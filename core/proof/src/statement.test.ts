// The bodies of PreVote, Vote and Ack (E20–E22), and statements beside their signatures (E14).

import {
  decodeWith,
  Epoch,
  hex,
  LogIndex,
  NodeId,
  Reader,
  type Result,
  signedBytes,
  Term,
  Writer,
} from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, EPOCH, NETWORK, statementOf, verify, votersOf } from "../test/signing.ts";
import {
  type Ack,
  compareRank,
  decodeAck,
  decodePreVote,
  decodeVote,
  encodeAck,
  encodePreVote,
  encodeVote,
  type PreVote,
  readStatement,
  STATEMENT_BYTES_MAX,
  statementCheck,
  type Vote,
  writeStatement,
} from "./statement.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestOf(hex(bytes)));
const number = fc.maxSafeNat();
const index = number.map(LogIndex);
const common = {
  epoch: number.map(Epoch),
  from: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(NodeId),
  term: number.map(Term),
};
const point = fc.record({ index, hash });
const position = fc.record({ term: number.map(Term), index, hash });
const preVote: fc.Arbitrary<PreVote> = fc.record({ ...common, entered: fc.boolean(), certified: position });
const vote: fc.Arbitrary<Vote> = fc.record({ ...common, base: position });
const ack: fc.Arbitrary<Ack> = fc.record({
  ...common,
  stored: point,
  certified: point,
  applied: fc.record({ index, root: hash }),
});

const u = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, "0");

function behavesAsCodec<T>(codec: {
  arbitrary: fc.Arbitrary<T>;
  bytes: number;
  encode: (value: T) => Uint8Array;
  decode: (bytes: Uint8Array) => Result<T>;
}) {
  const { arbitrary, bytes, encode, decode } = codec;
  it("comes back from bytes of one fixed length", () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const encoded = encode(value);
        expect(encoded.length).toBe(bytes);
        expect(encoded.length).toBeLessThanOrEqual(STATEMENT_BYTES_MAX);
        expect(decode(encoded)).toEqual({ ok: true, value });
      }),
    );
  });

  it("refuses every truncation and every byte too many (E6)", () => {
    fc.assert(
      fc.property(arbitrary, fc.nat({ max: 255 }), (value, extra) => {
        const encoded = encode(value);
        for (let length = 0; length < bytes; length++) {
          expect(decode(encoded.subarray(0, length)).ok).toBe(false);
        }
        expect(decode(Uint8Array.of(...encoded, extra)).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it("has one spelling: changed bytes are refused or mean something else", () => {
    fc.assert(
      fc.property(arbitrary, fc.nat({ max: bytes - 1 }), fc.nat({ max: 254 }), (value, at, change) => {
        const encoded = encode(value);
        const changed = encoded.with(at, encoded[at]! ^ (change + 1));
        const decoded = decode(changed);
        if (decoded.ok) expect(hex(encode(decoded.value))).toBe(hex(changed));
      }),
    );
  });
}

describe("PreVote (E20)", () => {
  behavesAsCodec({ arbitrary: preVote, bytes: 69, encode: encodePreVote, decode: decodePreVote });

  it("lays its fields out in order", () => {
    const certified = { term: Term(4), index: LogIndex(5), hash: digestOf("c") };
    const body = encodePreVote({ epoch: Epoch(1), from: NodeId(2), term: Term(3), entered: true, certified });
    expect(hex(body)).toBe([u(1, 8), u(2, 4), u(3, 8), "01", u(4, 8), u(5, 8), hex(digestOf("c"))].join(""));
  });
});

describe("Vote (E21)", () => {
  behavesAsCodec({ arbitrary: vote, bytes: 68, encode: encodeVote, decode: decodeVote });

  it("lays its fields out in order", () => {
    const base = { term: Term(4), index: LogIndex(5), hash: digestOf("b") };
    const body = encodeVote({ epoch: Epoch(1), from: NodeId(2), term: Term(3), base });
    expect(hex(body)).toBe([u(1, 8), u(2, 4), u(3, 8), u(4, 8), u(5, 8), hex(digestOf("b"))].join(""));
  });
});

describe("Ack (E22)", () => {
  behavesAsCodec({ arbitrary: ack, bytes: 140, encode: encodeAck, decode: decodeAck });

  it("lays its fields out in order", () => {
    const body = encodeAck({
      epoch: Epoch(1),
      from: NodeId(2),
      term: Term(3),
      stored: { index: LogIndex(6), hash: digestOf("s") },
      certified: { index: LogIndex(5), hash: digestOf("c") },
      applied: { index: LogIndex(4), root: digestOf("r") },
    });
    const fields = [u(1, 8), u(2, 4), u(3, 8), u(6, 8), digestOf("s"), u(5, 8), digestOf("c"), u(4, 8)];
    const text = fields.map((field) => (typeof field === "string" ? field : hex(field))).join("");
    expect(hex(body)).toBe(text + hex(digestOf("r")));
  });
});

describe("a signed statement (E14)", () => {
  const electorate = votersOf(4);
  const body = encodeVote({
    epoch: EPOCH,
    from: NodeId(2),
    term: Term(1),
    base: { term: Term(0), index: LogIndex(0), hash: NETWORK },
  });
  const statement = statementOf("vote", NodeId(2), body);

  it("travels with the body verbatim", () => {
    const bytes = writeStatement(new Writer(), statement).finish();
    expect(hex(bytes)).toBe(u(2, 4) + u(68, 4) + hex(body) + hex(statement.signature));
    expect(decodeWith(bytes, readStatement)).toEqual({ ok: true, value: statement });
  });

  it("is read into bytes of its own, so that keeping it keeps nothing else in memory", () => {
    const bytes = new Uint8Array(10_000);
    bytes.set(writeStatement(new Writer(), statement).finish());
    const read = readStatement(new Reader(bytes));
    expect(read).toEqual(statement);
    expect(read.body.buffer.byteLength + read.signature.buffer.byteLength).toBeLessThan(1000);
  });

  it("refuses a body that no statement can have", () => {
    const long = { ...statement, body: new Uint8Array(STATEMENT_BYTES_MAX + 1) };
    expect(decodeWith(writeStatement(new Writer(), long).finish(), readStatement).ok).toBe(false);
  });

  it("is checked under the key of its voter, its tag and its network (E7)", () => {
    const check = statementCheck(electorate, "vote", statement)!;
    expect(check.key).toEqual(digestOf("voter 2"));
    expect(check.message).toEqual(signedBytes({ tag: "vote", network: NETWORK, body }));
    expect(verify(check)).toBe(true);
    expect(verify(statementCheck(electorate, "ack", statement)!)).toBe(false);
    expect(verify(statementCheck(electorate, "vote", { ...statement, voter: NodeId(3) })!)).toBe(false);
    const elsewhere = { ...electorate, network: digestOf("another network") };
    expect(verify(statementCheck(elsewhere, "vote", statement)!)).toBe(false);
  });

  it("of an unknown voter has nothing to check", () => {
    expect(statementCheck(electorate, "vote", { ...statement, voter: NodeId(5) })).toBeUndefined();
  });
});

it("ranks by term first, then by index", () => {
  const rank = (term: number, at: number) => ({ term: Term(term), index: LogIndex(at) });
  const ascending = [rank(0, 9), rank(1, 0), rank(1, 7), rank(2, 1)];
  for (let i = 0; i < ascending.length; i++) {
    for (let j = 0; j < ascending.length; j++) {
      expect(Math.sign(compareRank(ascending[i]!, ascending[j]!))).toBe(Math.sign(i - j));
    }
  }
});
