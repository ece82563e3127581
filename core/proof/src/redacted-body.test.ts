// Redacted bodies (E49): they hash as the whole ones did, and neither kind is ever taken for the other.

import { Epoch, hex, LogIndex, Term } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../test/signing.ts";
import { commandId, decodeCommand, encodeCommand, signaturesHash } from "./command.ts";
import { type BareEntry, bodyDigest, chainEntry } from "./entry.ts";
import {
  chainKeptEntry,
  decodeRedactedBody,
  encodeRedactedBody,
  isRedacted,
  keptBodyDigest,
  redactedParts,
} from "./redacted-body.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const signature = fc.record({ key: bytes(32), signature: bytes(64) });
const command = fc.record({
  payload: fc.uint8Array({ maxLength: 300 }),
  signatures: fc.array(signature, { maxLength: 3 }),
});

const bareOf = (body: Uint8Array): BareEntry => ({
  ...{ epoch: Epoch(0), index: LogIndex(7), term: Term(2), time: 5, kind: "command" },
  body,
});

describe("a redacted body (E49)", () => {
  it("is the mark, the id and the hash of the signatures", () => {
    const parts = { id: digestOf("id"), signaturesHash: digestOf("signatures") };
    const body = encodeRedactedBody(parts);
    expect(hex(body)).toBe(`ffffffff${hex(parts.id)}${hex(parts.signaturesHash)}`);
    expect(decodeRedactedBody(body)).toEqual({ ok: true, value: parts });
  });

  it("chains to the hash of the entry whose payload it is without", () => {
    fc.assert(
      fc.property(command, ({ payload, signatures }) => {
        const whole = encodeCommand({ payload, signatures });
        const parts = redactedParts(sha256, whole);
        if (!parts.ok) throw new Error(parts.error.detail);
        expect(parts.value).toEqual({
          id: commandId(sha256, payload),
          signaturesHash: signaturesHash(sha256, signatures),
        });
        const body = encodeRedactedBody(parts.value);
        expect(redactedParts(sha256, body)).toEqual(parts);
        const before = digestOf("before");
        const chained = chainEntry(sha256, before, bareOf(whole));
        const kept = chainKeptEntry(sha256, before, bareOf(body));
        if (!chained.ok || !kept.ok) throw new Error("both are entries");
        expect(kept.value.hash).toEqual(chained.value.hash);
        expect(keptBodyDigest(sha256, "command", whole)).toEqual(bodyDigest(sha256, "command", whole));
        expect([isRedacted(chained.value), isRedacted(kept.value)]).toEqual([false, true]);
      }),
    );
  });

  it("is no command, and never passes for a body that travels", () => {
    const body = encodeRedactedBody({ id: digestOf("id"), signaturesHash: digestOf("signatures") });
    expect(decodeCommand(body).ok).toBe(false);
    expect(chainEntry(sha256, digestOf("before"), bareOf(body))).toMatchObject({
      ok: false,
      error: { code: "malformed" },
    });
  });

  it("has exactly its bytes, and only commands have one", () => {
    const body = encodeRedactedBody({ id: digestOf("id"), signaturesHash: digestOf("signatures") });
    for (const wrong of [body.subarray(0, -1), Uint8Array.from([...body, 0])]) {
      expect(decodeRedactedBody(wrong)).toMatchObject({ ok: false, error: { code: "malformed" } });
      expect(keptBodyDigest(sha256, "command", wrong).ok).toBe(false);
      expect(isRedacted({ kind: "command", body: wrong })).toBe(false);
    }
    expect(isRedacted({ kind: "election", body })).toBe(false);
    expect(keptBodyDigest(sha256, "election", body)).toEqual({ ok: true, value: sha256(body) });
    expect(decodeRedactedBody(encodeCommand({ payload: new Uint8Array(64), signatures: [] })).ok).toBe(false);
  });
});
