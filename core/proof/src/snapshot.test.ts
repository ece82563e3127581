// What certifies a snapshot, and what does not (E45 to E47): f+1 voters of this epoch and network, each once, about exactly
// this one. And a manifest of unknown origin, whatever it claims to hold.

import { Epoch, Hash, LogIndex, NodeId, Term, Writer } from "@juno/base";
import { describe, expect, it } from "vitest";
import { digestOf, EPOCH, NETWORK, signWith, statementOf, verify, votersOf } from "../test/signing.ts";
import {
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  encodeManifest,
  encodeSnapshotCertificate,
  encodeSnapshotStatement,
  type SnapshotManifest,
  type SnapshotStatement,
} from "./snapshot.ts";
import type { SignedStatement } from "./statement.ts";

const electorate = votersOf(7);
const snapshot = { index: LogIndex(48), hash: digestOf("snapshot") };

const word = (voter: number, change: Partial<SnapshotStatement> = {}): SignedStatement => {
  const said = { epoch: EPOCH, from: NodeId(voter), index: snapshot.index, snapshot: snapshot.hash };
  return statementOf("snapshot", NodeId(voter), encodeSnapshotStatement({ ...said, ...change }));
};

/** Whether it is believed; if not, why, or that a signature is bad. */
function judged(certificate: readonly SignedStatement[]): string {
  const checks = checkSnapshotCertificate(electorate, snapshot, certificate);
  if (!checks.ok) return checks.error.code;
  return checks.value.every(verify) ? "believed" : "bad signature";
}

describe("a certificate", () => {
  it("is of f + 1 voters, or more", () => {
    expect(judged([word(1), word(4), word(7)])).toBe("believed");
    expect(judged([1, 2, 3, 4, 5, 6, 7].map((id) => word(id)))).toBe("believed");
    expect(judged([word(1), word(4)])).toBe("bad_certificate");
    expect(judged([])).toBe("bad_certificate");
  });

  const good = [word(1), word(2)];
  it.each<[string, readonly SignedStatement[]]>([
    ["one voter twice", [word(1), word(2), word(2)]],
    ["another order", [word(2), word(1), word(3)]],
    ["a stranger", [...good, word(8)]],
    ["a word about another entry", [...good, word(3, { index: LogIndex(96) })]],
    ["a word about another snapshot", [...good, word(3, { snapshot: digestOf("other") })]],
    ["another's word", [...good, { ...word(4), voter: NodeId(3) }]],
    ["a word of another epoch", [...good, word(3, { epoch: Epoch(4) })]],
    ["a word that goes on", [...good, { ...word(3), body: Uint8Array.from([...word(3).body, 0]) }]],
  ])("is none with %s", (_, certificate) => {
    expect(judged(certificate)).toMatch(/bad_certificate|malformed/);
  });

  it("is none with what was signed for something else, or somewhere else", () => {
    const { body } = word(3);
    const other = { voter: NodeId(3), body, signature: statementOf("ack", NodeId(3), body).signature };
    expect(judged([...good, other])).toBe("bad signature");
    const message = Uint8Array.from([...new TextEncoder().encode("juno/v1/snapshot\0"), ...NETWORK, ...body]);
    const signed = (bytes: Uint8Array) => signWith(digestOf("voter 3"), bytes);
    expect(judged([...good, { voter: NodeId(3), body, signature: signed(message) }])).toBe("believed");
    message[20]! ^= 1;
    expect(judged([...good, { voter: NodeId(3), body, signature: signed(message) }])).toBe("bad signature");
  });

  it("has no more statements than there can be voters", () => {
    const many = new Array<SignedStatement>(129).fill(word(1));
    expect(decodeSnapshotCertificate(encodeSnapshotCertificate(many)).ok).toBe(false);
    expect(decodeSnapshotCertificate(encodeSnapshotCertificate(many.slice(1))).ok).toBe(true);
    expect(decodeSnapshotCertificate(new Writer().u32(0xffff_ffff).finish()).ok).toBe(false);
  });
});

describe("a manifest", () => {
  const hash = Hash(new Uint8Array(32));
  const manifest: SnapshotManifest = {
    ...{ network: NETWORK, epoch: EPOCH, index: LogIndex(48), hash, term: Term(1), time: 5 },
    ...{ peaks: [hash, hash], stateRoot: hash, rows: 0, ids: 0, chunks: [] },
  };
  const bytes = encodeManifest(manifest);

  it("may be of an empty state", () => {
    expect(decodeManifest(bytes)).toEqual({ ok: true, value: manifest });
  });

  it("is none with more chunks, or peaks, than it holds", () => {
    for (const count of [1, 4_000_001, 0xffff_ffff]) {
      const chunks = Uint8Array.from([...bytes.subarray(0, -4), ...new Writer().u32(count).finish()]);
      expect(decodeManifest(chunks)).toMatchObject({ ok: false, error: { code: "malformed" } });
      const at = 1 + 32 + 8 + 8 + 32 + 8 + 8;
      const peaks = bytes.slice();
      peaks.set(new Writer().u32(Math.min(count + 2, 0xffff_ffff)).finish(), at);
      expect(decodeManifest(peaks)).toMatchObject({ ok: false, error: { code: "malformed" } });
    }
  });

  it("is none with a byte too many or too few, or of another version", () => {
    for (const wrong of [bytes.slice(0, -1), Uint8Array.from([...bytes, 0]), bytes.with(0, 2)])
      expect(decodeManifest(wrong).ok).toBe(false);
  });
});
