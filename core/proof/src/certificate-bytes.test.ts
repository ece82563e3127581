// Certificates, term certificates and commit proofs as bytes (E15–E17): they come back, and no
// changed byte is believed.

import type { Refusal, Result } from "@juno/base";
import { describe, expect, it } from "vitest";
import { verify } from "../test/signing.ts";
import {
  ackOf,
  commitProofOf,
  context,
  electorate,
  headers,
  licence,
  pointAt,
  preVoteOf,
  quorum,
} from "../test/statements.ts";
import {
  checkCertificate,
  checkCommitProof,
  checkTermCertificate,
  decodeCertificate,
  decodeCommitProof,
  decodeTermCertificate,
  encodeCertificate,
  encodeCommitProof,
  encodeTermCertificate,
  verifyAll,
} from "./certificate.ts";

const refused = (code: string) => ({ ok: false, error: { code } });

describe("their bytes", () => {
  const certificate = quorum([ackOf(1), ackOf(2), ackOf(3)]);
  const term = licence([preVoteOf(1), preVoteOf(2), preVoteOf(3)]);
  const acks = [ackOf(1, { certified: pointAt(12) }), ackOf(2), ackOf(3)];
  const proof = commitProofOf({ acks, headers: [headers[1]!] });
  const believes = (result: Result<unknown, Refusal>) => result.ok;
  const codecs = [
    {
      name: "a certificate (E15)",
      value: certificate as object,
      bytes: encodeCertificate(certificate),
      decode: decodeCertificate,
      holds: (bytes: Uint8Array) => {
        const read = decodeCertificate(bytes);
        return read.ok && believes(verifyAll(verify, checkCertificate(electorate, read.value)));
      },
    },
    {
      name: "a term certificate (E16)",
      value: term as object,
      bytes: encodeTermCertificate(term),
      decode: decodeTermCertificate,
      holds: (bytes: Uint8Array) => {
        const read = decodeTermCertificate(bytes);
        return read.ok && believes(verifyAll(verify, checkTermCertificate(electorate, read.value)));
      },
    },
    {
      name: "a commit proof (E17)",
      value: proof as object,
      bytes: encodeCommitProof(proof),
      decode: decodeCommitProof,
      holds: (bytes: Uint8Array) => {
        const read = decodeCommitProof(bytes);
        return read.ok && believes(verifyAll(verify, checkCommitProof(context, read.value)));
      },
    },
  ];

  for (const { name, value, bytes, decode, holds } of codecs) {
    it(`of ${name} come back`, () => {
      expect(decode(bytes)).toEqual({ ok: true, value });
      expect(holds(bytes)).toBe(true);
    });

    it(`of ${name} are refused when cut or followed by more (E6)`, () => {
      for (let length = 0; length < bytes.length; length++)
        expect(decode(bytes.subarray(0, length)).ok).toBe(false);
      expect(decode(Uint8Array.of(...bytes, 0)).ok).toBe(false);
    });

    it(`of ${name} all matter: no changed byte is believed`, () => {
      for (let at = 0; at < bytes.length; at++) {
        for (const change of [1, 0x80]) {
          expect(holds(bytes.with(at, bytes[at]! ^ change)), `byte ${at}`).toBe(false);
        }
      }
    });
  }

  it("name a kind that exists", () => {
    const bytes = encodeCertificate(certificate);
    expect(decodeCertificate(bytes.with(0, 3))).toMatchObject(refused("malformed"));
  });
});
