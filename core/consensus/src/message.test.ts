import { createHash } from "node:crypto";
import { decodeWith, Epoch, Hash, LogIndex, NodeId, Term, Writer } from "@juno/base";
import { decodeAppendBody, encodeAppendBody, genesisCertificate, networkStart } from "@juno/proof";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFetchReply, writeFetchReply } from "./bulk.ts";
import {
  bulk,
  decodeBulkBody,
  decodeFetchBody,
  decodeFrame,
  decodeProbeBody,
  decodeProbeReplyBody,
  decodeRequestVoteBody,
  encodeFetchBody,
  encodeFrame,
  encodeProbeBody,
  encodeProbeReplyBody,
  encodeRequestVoteBody,
  MESSAGE_KINDS,
  readProofs,
  writeProofs,
} from "./message.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));
const hash = (byte: number) => Hash(new Uint8Array(32).fill(byte));
const common = { epoch: Epoch(0), from: NodeId(3) };
const point = { index: LogIndex(7), hash: hash(1) };
const position = { term: Term(2), ...point };

/** A form decodes to itself, and neither a part of it nor anything longer decodes. */
function expectExact<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => { ok: boolean; value?: T },
  value: T,
) {
  expect(decode(bytes)).toEqual({ ok: true, value });
  for (let length = 0; length < bytes.length; length++) expect(decode(bytes.slice(0, length)).ok).toBe(false);
  expect(decode(new Uint8Array([...bytes, 0])).ok).toBe(false);
}

describe("bodies", () => {
  test("E24 RequestVote is 68 bytes", () => {
    const body = { ...common, term: Term(3), base: position };
    expect(encodeRequestVoteBody(body)).toHaveLength(12 + 8 + 48);
    expectExact(encodeRequestVoteBody(body), decodeRequestVoteBody, body);
  });

  test("E25 AppendEntries encloses its entries between two points", () => {
    const body = { ...common, term: Term(3), previous: point, last: { index: LogIndex(9), hash: hash(2) } };
    expectExact(encodeAppendBody(body), decodeAppendBody, body);
  });

  test("E26 a bulk message signs the digest of what is attached", () => {
    const { body, attachment } = bulk({ ...common, sha256 }, (w) => w.raw(new Uint8Array([1, 2, 3])));
    expect(attachment).toEqual(new Uint8Array([1, 2, 3]));
    expectExact(body, decodeBulkBody, { ...common, digest: sha256(attachment) });
  });

  test("E27 Fetch says which way, from where and how much", () => {
    for (const direction of ["back", "forward"] as const) {
      const body = {
        ...common,
        direction,
        certified: direction === "back",
        point,
        entriesMax: 100,
        bytesMax: 4096,
      };
      expectExact(encodeFetchBody(body), decodeFetchBody, body);
    }
  });

  test("E28, E29 a probe and its reply share a nonce", () => {
    const probe = { ...common, nonce: 2 ** 53 - 1 };
    expectExact(encodeProbeBody(probe), decodeProbeBody, probe);
    expectExact(encodeProbeReplyBody({ ...probe, certified: position }), decodeProbeReplyBody, {
      ...probe,
      certified: position,
    });
  });
});

describe("frames (E23)", () => {
  test("every kind has its place on the wire", () => {
    for (const [i, kind] of MESSAGE_KINDS.entries()) {
      const frame = {
        kind,
        from: NodeId(4),
        body: new Uint8Array([1]),
        signature: new Uint8Array(64).fill(9),
        attachment: new Uint8Array([5, 6]),
      };
      const bytes = encodeFrame(frame);
      expect(bytes[1]).toBe(i + 1);
      expect(decodeFrame(bytes)).toEqual({ ok: true, value: frame });
    }
  });

  test("another version, an unknown kind, a body over the limit are refused", () => {
    const bytes = encodeFrame({
      kind: "probe",
      from: NodeId(1),
      body: new Uint8Array(256),
      signature: new Uint8Array(64),
      attachment: new Uint8Array(0),
    });
    expect(decodeFrame(bytes).ok).toBe(true);
    const changed = (at: number, value: number) => decodeFrame(bytes.with(at, value)).ok;
    expect(changed(0, 2)).toBe(false);
    expect(changed(1, 0)).toBe(false);
    expect(changed(1, MESSAGE_KINDS.length + 1)).toBe(false);
    expect(changed(8, 2)).toBe(false);
  });

  test("arbitrary bytes are refused or decoded, never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(typeof decodeFrame(bytes).ok).toBe("boolean");
      }),
    );
  });
});

describe("attachments (E26)", () => {
  test("proofs may show any of three documents", () => {
    const certificate = genesisCertificate(networkStart(hash(3)));
    const termCertificate = { term: Term(4), statements: [] };
    for (const proofs of [
      { termCertificate: undefined, certificate: undefined, commitProof: undefined },
      { termCertificate, certificate, commitProof: undefined },
    ]) {
      const bytes = writeProofs(new Writer(), proofs).finish();
      expect(decodeWith(bytes, readProofs)).toEqual({ ok: true, value: proofs });
    }
  });

  test("a fetch reply carries entries without digests: the receiver computes them", () => {
    const entry = {
      epoch: Epoch(0),
      index: LogIndex(8),
      term: Term(2),
      time: 1000,
      kind: "config" as const,
      body: new Uint8Array([1, 2]),
    };
    const reply = { direction: "back" as const, certified: true, before: point, commitProof: undefined };
    const bytes = writeFetchReply(new Writer(), {
      ...reply,
      entries: [{ ...entry, bodyDigest: hash(0), hash: hash(0) }],
    }).finish();
    expect(decodeWith(bytes, (r) => readFetchReply(r, 100))).toEqual({
      ok: true,
      value: { ...reply, bare: [entry] },
    });
  });
});
