// Entries, their headers and the hash chain (E9–E12).

import { concatBytes, decodeWith, Epoch, hex, LogIndex, type Result, Term, utf8, Writer } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, NETWORK, sha256 } from "../test/signing.ts";
import { commandDigest, commandId, encodeCommand, signaturesHash } from "./command.ts";
import {
  type BareEntry,
  bodyDigest,
  chainEntry,
  ENTRY_OVERHEAD_BYTES,
  type EntryHeader,
  type EntryKind,
  entryHash,
  readEntry,
  readEntryHeader,
  writeEntry,
  writeEntryHeader,
} from "./entry.ts";

const u = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, "0");
const KINDS: readonly EntryKind[] = ["election", "command", "config"];

const fields = {
  epoch: fc.maxSafeNat().map(Epoch),
  index: fc.maxSafeNat().map(LogIndex),
  term: fc.maxSafeNat().map(Term),
  time: fc.maxSafeNat(),
  kind: fc.constantFrom(...KINDS),
};
const header: fc.Arbitrary<EntryHeader> = fc.record({
  ...fields,
  bodyDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestOf(hex(bytes))),
});
const bare: fc.Arbitrary<BareEntry> = fc.record({ ...fields, body: fc.uint8Array({ maxLength: 60 }) });

const example: EntryHeader = {
  epoch: Epoch(1),
  index: LogIndex(2),
  term: Term(3),
  time: 4,
  kind: "command",
  bodyDigest: digestOf("body"),
};

const accepted = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};

describe("an entry's hash (E10)", () => {
  it("covers the tag, the hash before, and every field in order", () => {
    const text = [u(1, 8), u(2, 8), u(3, 8), u(4, 8), "02", hex(example.bodyDigest)].join("");
    const covered = concatBytes(utf8("juno/v1/entry\0"), NETWORK, Buffer.from(text, "hex"));
    expect(hex(entryHash(sha256, NETWORK, example))).toBe(hex(sha256(covered)));
  });

  it("changes with every one of them", () => {
    const changes: Partial<EntryHeader>[] = [
      { epoch: Epoch(9) },
      { index: LogIndex(9) },
      { term: Term(9) },
      { time: 9 },
      { kind: "config" },
      { bodyDigest: digestOf("other") },
    ];
    const hashes = [
      entryHash(sha256, NETWORK, example),
      entryHash(sha256, digestOf("other"), example),
      ...changes.map((change) => entryHash(sha256, NETWORK, { ...example, ...change })),
    ];
    expect(new Set(hashes.map(hex)).size).toBe(hashes.length);
    expect(changes.length).toBe(Object.keys(example).length);
  });
});

describe("a body's digest (E12)", () => {
  const signatures = [
    { key: digestOf("key"), signature: concatBytes(digestOf("s1"), digestOf("s2")) },
    { key: digestOf("other key"), signature: concatBytes(digestOf("s3"), digestOf("s4")) },
  ];
  const body = encodeCommand({ payload: utf8("{}"), signatures });

  it("of elections and configurations is the hash of the body", () => {
    for (const kind of ["election", "config"] as const) {
      expect(bodyDigest(sha256, kind, body)).toEqual({ ok: true, value: sha256(body) });
    }
  });

  it("of a command binds its id and its signatures, and needs no payload", () => {
    const parts = { id: commandId(sha256, utf8("{}")), signaturesHash: signaturesHash(sha256, signatures) };
    expect(bodyDigest(sha256, "command", body)).toEqual({ ok: true, value: commandDigest(sha256, parts) });
    const pairs = concatBytes(...signatures.flatMap(({ key, signature }) => [key, signature]));
    expect(hex(commandDigest(sha256, parts))).toBe(
      hex(sha256(concatBytes(sha256(utf8("{}")), sha256(pairs)))),
    );
  });

  it("changes with the payload, a key, a signature and their order", () => {
    const [first, second] = signatures as [(typeof signatures)[0], (typeof signatures)[0]];
    const bodies = [
      body,
      encodeCommand({ payload: utf8("[]"), signatures }),
      encodeCommand({ payload: utf8("{}"), signatures: [second, first] }),
      encodeCommand({ payload: utf8("{}"), signatures: [first] }),
      encodeCommand({ payload: utf8("{}"), signatures: [first, { ...second, key: first.key }] }),
      encodeCommand({ payload: utf8("{}"), signatures: [first, { ...second, signature: first.signature }] }),
    ];
    const digests = bodies.map((one) => hex(accepted(bodyDigest(sha256, "command", one))));
    expect(new Set(digests).size).toBe(bodies.length);
  });

  it("of a malformed command is refused", () => {
    expect(bodyDigest(sha256, "command", body.subarray(1))).toMatchObject({
      ok: false,
      error: { code: "malformed" },
    });
  });
});

describe("on the wire (E11)", () => {
  it("a header comes back from 65 bytes, whole or not at all", () => {
    fc.assert(
      fc.property(header, (value) => {
        const bytes = writeEntryHeader(new Writer(), value).finish();
        expect(bytes.length).toBe(65);
        expect(decodeWith(bytes, readEntryHeader)).toEqual({ ok: true, value });
        for (let length = 0; length < 65; length++) {
          expect(decodeWith(bytes.subarray(0, length), readEntryHeader).ok).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("an entry comes back from its body and a fixed overhead", () => {
    fc.assert(
      fc.property(bare, (value) => {
        const bytes = writeEntry(new Writer(), value).finish();
        expect(bytes.length).toBe(ENTRY_OVERHEAD_BYTES + value.body.length);
        const decoded = accepted(decodeWith(bytes, (r) => readEntry(r, 60)));
        expect({ ...decoded, body: Uint8Array.from(decoded.body) }).toEqual(value);
        expect(decodeWith(Uint8Array.of(...bytes, 0), (r) => readEntry(r, 60)).ok).toBe(false);
      }),
    );
  });

  it("refuses an unknown kind and a body over the limit", () => {
    const bytes = writeEntry(new Writer(), { ...example, body: new Uint8Array(5) }).finish();
    expect(decodeWith(bytes, (r) => readEntry(r, 4)).ok).toBe(false);
    for (const kind of [0, 4, 255]) {
      expect(decodeWith(bytes.with(32, kind), (r) => readEntry(r, 5)).ok, `${kind}`).toBe(false);
    }
  });
});

describe("the chain", () => {
  it("begins with the network id and hashes each entry onto the one before (E9, E10)", () => {
    let previous = NETWORK;
    for (let i = 1; i <= 5; i++) {
      const entry = { ...example, index: LogIndex(i), kind: "config" as const, body: utf8(`body ${i}`) };
      const chained = accepted(chainEntry(sha256, previous, entry));
      expect(hex(chained.bodyDigest)).toBe(hex(sha256(entry.body)));
      expect(hex(chained.hash)).toBe(hex(entryHash(sha256, previous, chained)));
      previous = chained.hash;
    }
  });

  it("takes no malformed command", () => {
    expect(chainEntry(sha256, NETWORK, { ...example, body: utf8("no command") }).ok).toBe(false);
  });
});
