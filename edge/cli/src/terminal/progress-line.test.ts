// The line that tells how far work is: what it says, when, and that it stays away from files.

import { expect, it } from "vitest";
import { ProgressLine, type ProgressStream, paceText } from "./progress-line.ts";

const pace = { label: "entries", done: 2_500, total: 10_000, perSecond: 50 };

it("tells the share, the pace and what is left", () => {
  expect(paceText(pace)).toBe("entries: 2,500 of 10,000 (25%), 50/s, 3 min left");
  expect(paceText({ ...pace, perSecond: 0 })).toBe("entries: 2,500 of 10,000 (25%), 0/s");
  expect(paceText({ ...pace, done: 10_000 })).toBe("entries: 10,000 of 10,000 (100%), 50/s");
  expect(paceText({ ...pace, perSecond: 1 })).toContain("2.1 h left");
  expect(paceText({ ...pace, done: 0, total: 0 })).toContain("(100%)");
});

it("is written a few times a second, at once when the work changes, and erased at the end", () => {
  const written: string[] = [];
  let now = 0;
  const stream: ProgressStream = { isTTY: true, write: (text: string) => written.push(text) > 0 };
  const line = new ProgressLine(stream, () => now);
  line.show(pace);
  line.show({ ...pace, done: 2_501 });
  expect(written).toHaveLength(1);
  now = 1_000;
  line.show({ ...pace, done: 2_502 });
  line.show({ ...pace, label: "certificates" });
  expect(written).toHaveLength(3);
  line.close();
  expect(written.at(-1)).toBe("\r\u001b[K");
});

it("is not written where nobody looks", () => {
  const stream: ProgressStream = {
    isTTY: false,
    write: (): boolean => {
      throw new Error("written");
    },
  };
  const line = new ProgressLine(stream);
  line.show(pace);
  line.close();
  expect(stream.isTTY).toBe(false);
});
