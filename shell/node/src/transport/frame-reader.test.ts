// Frames come out as they went in, wherever the stream is cut, and an oversized one is never read.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "./frame-reader.ts";
import { SendQueue } from "./send-queue.ts";

const unlimited = { queueBytesMax: 1_000_000, queueFramesMax: 1000 };

function encode(frames: readonly Uint8Array[]): Uint8Array {
  const queue = new SendQueue(unlimited);
  for (const frame of frames) queue.push(frame);
  return queue.take(1_000_000).bytes;
}

describe("a frame reader", () => {
  it("delivers every frame whole, in order, in bytes of its own", () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        const received: Uint8Array[] = [];
        const reader = new FrameReader(20, (frame) => received.push(frame));
        const stream = encode(sent);
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length]!;
          expect(reader.push(stream.subarray(at, at + size))).toBe(true);
          at += size;
        }
        stream.fill(0);
        expect(received).toEqual(sent);
      }),
    );
  });

  it("takes the largest frame and stops at one byte more, before reading it", () => {
    const received: Uint8Array[] = [];
    const reader = new FrameReader(300, (frame) => received.push(frame));
    expect(reader.push(encode([new Uint8Array(300)]))).toBe(true);
    expect(reader.push(encode([Uint8Array.of(1), new Uint8Array(301)]).subarray(0, 9))).toBe(false);
    expect(received.map(({ length }) => length)).toEqual([300, 1]);
  });

  it("refuses the largest length there is", () => {
    const reader = new FrameReader(16 * 1024 * 1024, () => undefined);
    expect(reader.push(Uint8Array.of(255, 255, 255))).toBe(true);
    expect(reader.push(Uint8Array.of(255))).toBe(false);
  });
});
