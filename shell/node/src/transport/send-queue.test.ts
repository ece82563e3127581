// The queue against a plain list: what was accepted comes out once, in order, within the bounds.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SendQueue } from "./send-queue.ts";

describe("a send queue", () => {
  it("behaves as a bounded list", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("push" as const), length: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ kind: fc.constant("take" as const), bytesMax: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant("clear" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new SendQueue({ queueBytesMax: 150, queueFramesMax: 6 });
        let model: Uint8Array[] = [];
        const sizeOf = (frames: readonly Uint8Array[]) =>
          frames.reduce((sum, frame) => sum + 4 + frame.length, 0);
        for (const [i, next] of steps.entries()) {
          if (next.kind === "push") {
            const frame = new Uint8Array(next.length).fill(i);
            const fits = model.length < 6 && sizeOf([...model, frame]) <= 150;
            expect(queue.push(frame)).toBe(fits);
            if (fits) model.push(frame);
          } else if (next.kind === "take") {
            let count = model.length === 0 ? 0 : 1;
            while (count < model.length && sizeOf(model.slice(0, count + 1)) <= next.bytesMax) count++;
            const { bytes, frames } = queue.take(next.bytesMax);
            expect(frames).toEqual(model.slice(0, count));
            expect(bytes.length).toBe(sizeOf(frames));
            model = model.slice(count);
          } else {
            expect(queue.clear()).toBe(model.length);
            model = [];
          }
          expect([queue.length, queue.bytes]).toEqual([model.length, sizeOf(model)]);
        }
      }),
    );
  });

  it("keeps order over thousands of frames taken piece by piece", () => {
    const queue = new SendQueue({ queueBytesMax: 1_000_000, queueFramesMax: 10_000 });
    const taken: number[] = [];
    for (let i = 0; i < 5000; i++) queue.push(Uint8Array.of(i >> 8, i & 255));
    expect(queue.push(new Uint8Array(1_000_000))).toBe(false);
    while (queue.length > 0) {
      for (const frame of queue.take(100).frames) taken.push(frame[0]! * 256 + frame[1]!);
    }
    expect(taken).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it("puts each frame's length before it, big-endian", () => {
    const queue = new SendQueue({ queueBytesMax: 1000, queueFramesMax: 10 });
    queue.push(Uint8Array.of(7));
    queue.push(new Uint8Array(0));
    queue.push(new Uint8Array(258));
    const { bytes } = queue.take(1000);
    expect([...bytes.subarray(0, 13)]).toEqual([0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 1, 2]);
  });
});
