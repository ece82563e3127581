// The log suffix against a model that keeps every entry: appending, cutting, trimming, starting over.

import { Epoch, Hash, LogIndex, Term } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Floor, Log, type LogEntry } from "./log.ts";

/** An entry whose hash is told by its index and branch. */
function entryOf(index: number, branch = 0, bytes = 1): LogEntry {
  return {
    epoch: Epoch(0),
    index: LogIndex(index),
    term: Term(branch + 1),
    time: index,
    kind: "command",
    body: new Uint8Array(bytes),
    bodyDigest: Hash(new Uint8Array(32)),
    hash: hashOf(index, branch),
    command: undefined,
  };
}

function hashOf(index: number, branch = 0): Hash {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, index);
  bytes[4] = branch;
  return Hash(bytes);
}

const floorOf = (index: number, branch = 0): Floor => entryOf(index, branch);
const indexesOf = (entries: readonly LogEntry[]): number[] => entries.map(({ index }) => index);

describe("the log suffix", () => {
  it("holds its floor and what is above, and judges nothing below", () => {
    const log = new Log(floorOf(5), [entryOf(6), entryOf(7)]);
    expect(log.holds({ index: LogIndex(5), hash: hashOf(5) })).toBe(true);
    expect(log.holds({ index: LogIndex(7), hash: hashOf(7) })).toBe(true);
    expect(log.holds({ index: LogIndex(7), hash: hashOf(7, 1) })).toBe(false);
    expect(log.holds({ index: LogIndex(4), hash: hashOf(4) })).toBe(false);
    expect(log.holds({ index: LogIndex(8), hash: hashOf(8) })).toBe(false);
    expect(log.hashAt(LogIndex(Number.MAX_SAFE_INTEGER))).toBeUndefined();
  });

  it("takes consecutive entries only", () => {
    const log = new Log(floorOf(5), []);
    expect(() => log.append([entryOf(7)])).toThrow(/consecutive/);
    log.append([entryOf(6)]);
    expect(() => log.append([entryOf(6)])).toThrow(/consecutive/);
  });

  it("cuts nothing at or below its floor", () => {
    const log = new Log(floorOf(5), [entryOf(6)]);
    expect(() => log.truncate(LogIndex(4))).toThrow(/committed floor/);
    expect(indexesOf(log.truncate(LogIndex(5)))).toEqual([6]);
    expect(log.last.index).toBe(5);
  });

  it("agrees with a model that keeps everything", () => {
    const deed = fc.oneof(
      fc.record({
        kind: fc.constant("append" as const),
        count: fc.integer({ min: 1, max: 40 }),
        bytes: fc.nat(9),
      }),
      fc.record({ kind: fc.constant("truncate" as const), back: fc.nat(50) }),
      fc.record({ kind: fc.constant("trim" as const), forth: fc.nat(60) }),
      fc.record({ kind: fc.constant("reset" as const), forth: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
        const log = new Log(floorOf(0), []);
        let floor: Floor = floorOf(0);
        let kept: LogEntry[] = [];
        let branch = 0;
        for (const each of deeds) {
          const last = kept.at(-1) ?? floor;
          if (each.kind === "append") {
            const fresh = Array.from({ length: each.count }, (_, i) =>
              entryOf(last.index + 1 + i, branch, each.bytes),
            );
            log.append(fresh);
            kept.push(...fresh);
          } else if (each.kind === "truncate") {
            const above = LogIndex(Math.max(floor.index, last.index - each.back));
            expect(log.truncate(above)).toEqual(kept.filter(({ index }) => index > above));
            kept = kept.filter(({ index }) => index <= above);
            branch = (branch + 1) % 200;
          } else if (each.kind === "trim") {
            const upTo = LogIndex(floor.index + each.forth);
            log.trim(upTo);
            floor = kept.find(({ index }) => index === upTo) ?? floor;
            kept = kept.filter(({ index }) => index > floor.index);
          } else {
            floor = floorOf(last.index + each.forth, branch);
            log.reset(floor);
            kept = [];
          }
          check(log, floor, kept);
        }
      }),
    );
  });

  it("lets go of what is trimmed", () => {
    const log = new Log(floorOf(0), []);
    for (let index = 1; index <= 20_000; index++) {
      log.append([entryOf(index)]);
      if (index > 10) log.trim(LogIndex(index - 10));
    }
    expect(log.length).toBe(10);
    expect(log.bytesAbove(log.floor.index)).toBe(10);
    expect(log.entryAt(LogIndex(19_990))).toBeUndefined();
    expect(log.entryAt(LogIndex(19_991))?.index).toBe(19_991);
  });
});

function check(log: Log, floor: Floor, kept: readonly LogEntry[]): void {
  const last = kept.at(-1) ?? floor;
  expect([log.floor.index, log.last.index, log.length]).toEqual([floor.index, last.index, kept.length]);
  expect(log.floor.hash).toEqual(floor.hash);
  for (const offset of [-2, -1, 0, 1, 2, kept.length >> 1, kept.length, kept.length + 1]) {
    const index = floor.index + offset;
    if (index < 0) continue;
    const at = LogIndex(index);
    expect(log.entryAt(at)).toBe(kept.find((entry) => entry.index === index));
    const bytes = kept.reduce((sum, entry) => sum + (entry.index > index ? entry.body.length : 0), 0);
    expect(log.bytesAbove(at)).toBe(bytes);
    const range = { from: at, to: LogIndex(index + 5) };
    expect(log.slice(range)).toEqual(kept.filter((e) => e.index >= range.from && e.index <= range.to));
  }
}
