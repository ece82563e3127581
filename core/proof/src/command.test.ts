// A signed command as bytes (E13) and its identity (E12).

import { concatBytes, hex, utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../test/signing.ts";
import { commandId, decodeCommand, encodeCommand, type SignedCommand } from "./command.ts";

const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const command: fc.Arbitrary<SignedCommand> = fc.record({
  payload: fc.uint8Array({ maxLength: 80 }),
  signatures: fc.array(fc.record({ key: sized(32), signature: sized(64) }), { maxLength: 4 }),
});

describe("a command's body (E13)", () => {
  it("comes back", () => {
    fc.assert(
      fc.property(command, (value) => {
        expect(decodeCommand(encodeCommand(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it("is the payload behind its length, then the pairs behind their count", () => {
    const [key, half] = [digestOf("key"), digestOf("half")];
    const signatures = [{ key, signature: concatBytes(half, half) }];
    const expected = `000000027b7d00000001${hex(key)}${hex(half)}${hex(half)}`;
    expect(hex(encodeCommand({ payload: utf8("{}"), signatures }))).toBe(expected);
  });

  it("refuses every truncation and every byte too many (E6)", () => {
    fc.assert(
      fc.property(command, (value) => {
        const bytes = encodeCommand(value);
        for (let length = 0; length < bytes.length; length++) {
          expect(decodeCommand(bytes.subarray(0, length)).ok).toBe(false);
        }
        expect(decodeCommand(Uint8Array.of(...bytes, 0)).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it("has one spelling: changed bytes are refused or mean something else", () => {
    fc.assert(
      fc.property(command, fc.nat(), fc.nat({ max: 254 }), (value, at, change) => {
        const bytes = encodeCommand(value);
        const place = at % bytes.length;
        const changed = bytes.with(place, bytes[place]! ^ (change + 1));
        const decoded = decodeCommand(changed);
        if (decoded.ok) expect(hex(encodeCommand(decoded.value))).toBe(hex(changed));
      }),
    );
  });

  it("holds 256 signatures and no more", () => {
    const one = { key: new Uint8Array(32), signature: new Uint8Array(64) };
    const of = (count: number) =>
      decodeCommand(encodeCommand({ payload: utf8("{}"), signatures: Array(count).fill(one) }));
    expect(of(256).ok).toBe(true);
    expect(of(257).ok).toBe(false);
  });
});

it("a command's id is the hash of its payload and of nothing else (E12)", () => {
  expect(hex(commandId(sha256, utf8("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
