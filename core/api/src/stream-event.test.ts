import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_CHARS_MAX, EventReader, parseIndex, renderEvent, STREAM_HEARTBEAT } from "./stream-event.ts";

const signature = `1:${"ab".repeat(64)}`;

/** Everything a reader finds in the text when it comes in these pieces. */
function readIn(text: string, cuts: readonly number[]) {
  const reader = new EventReader();
  const at = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).flatMap((end, i) => reader.read(text.slice(at[i], end)) ?? []);
}

const eventArbitrary = fc.record({
  name: fc.constantFrom("entry", "node"),
  id: fc.option(fc.nat(), { nil: undefined }),
  data: fc.json().map((text) => text.replaceAll("\n", "")),
});

describe("the text of a stream", () => {
  it("is read alike in whatever pieces it arrives, comments left out (A19)", () => {
    fc.assert(
      fc.property(fc.array(eventArbitrary), fc.array(fc.nat()), (events, cuts) => {
        const text = events.map((event) => STREAM_HEARTBEAT + renderEvent(event, signature)).join("");
        expect(readIn(text, cuts)).toEqual(events.map((event) => ({ ...event, signature })));
      }),
    );
  });

  it("stays readable for those who do not know signatures (A17)", () => {
    const text = renderEvent({ name: "entry", id: 3, data: "{}" }, signature);
    expect(text).toBe(`event: entry\nid: 3\nsignature: ${signature}\ndata: {}\n\n`);
  });

  it("yields nothing for events that are unsigned or have an id that is no index", () => {
    const broken = [
      "event: entry\ndata: {}\n\n",
      `event: entry\nid: 03\nsignature: ${signature}\ndata: {}\n\n`,
    ];
    for (const text of broken) expect(readIn(text, [])).toEqual([]);
  });

  it("is given up when one event grows beyond all bounds (A13)", () => {
    const reader = new EventReader();
    const piece = "x".repeat(1024 * 1024);
    const answers = Array.from({ length: EVENT_CHARS_MAX / piece.length + 1 }, () => reader.read(piece));
    expect(answers.at(-1)).toBeUndefined();
    expect(answers.slice(0, -1).every((answer) => answer?.length === 0)).toBe(true);
  });
});

describe("a log index in text", () => {
  it("has one spelling", () => {
    expect(parseIndex("0")).toBe(0);
    expect(parseIndex("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ["", "01", "-1", "1.0", "1e3", " 1", "9007199254740992", "99999999999999999"]) {
      expect(parseIndex(text), text).toBeUndefined();
    }
  });
});
