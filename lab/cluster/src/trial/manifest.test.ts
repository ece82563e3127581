// The little language of manifests: every word of it, and what is refused with which sentence.

import { describe, expect, it } from "vitest";
import { faultText, needsStrace, parseManifest } from "./manifest.ts";

const parse = (body: string) => parseManifest("some", `Prose\nof two lines.\n\n${body}`);

describe("a manifest", () => {
  it("has prose, sizes, faults at their times, and an end", () => {
    const manifest = parse("nodes 7\nwriters 2\nreaders 1\n\n1.5s kill leader\n2s heal\n\n3000ms end\n");
    expect(manifest).toEqual({
      ...{ name: "some", about: "Prose of two lines.", nodes: 7, writers: 2, readers: 1, endMs: 3000 },
      steps: [
        { atMs: 1500, fault: { verb: "kill", who: { kind: "leader" } } },
        { atMs: 2000, fault: { verb: "heal" } },
      ],
    });
    expect(parse("1s end")).toMatchObject({ nodes: 4, writers: 8, readers: 4, steps: [] });
  });

  it.each([
    ...["kill leader", "pause follower", "isolate node 2", "mute all", "deafen node 4"],
    ...["delay leader 150ms", "slow-disk follower 60ms", "clock node 3 -86400000ms"],
    ...["halves", "restart", "resume", "heal", "fast-disks", "settle"],
  ])("knows the fault: %s", (text) => {
    expect(parse(`0s ${text}\n1s end`).steps.map(({ fault }) => faultText(fault))).toEqual([text]);
  });

  it("says whether it needs strace", () => {
    expect(needsStrace(parse("1s slow-disk all 5ms\n2s end"))).toBe(true);
    expect(needsStrace(parse("1s delay all 5ms\n2s end"))).toBe(false);
  });

  it.each([
    ["1s kill leader", "its end is missing"],
    ["2s heal\n1s heal\n3s end", "times do not go back"],
    ["1s end\n2s heal", "nothing stands behind the end"],
    ["1s explode leader\n2s end", "this is no fault"],
    ["1s kill\n2s end", "this is no fault"],
    ["1s kill leader now\n2s end", "this is no fault"],
    ["1s delay leader\n2s end", "this is no fault"],
    ["1s delay leader -5ms\n2s end", "this is no fault"],
    ["1s heal leader\n2s end", "this is no fault"],
    ["soon heal\n2s end", "a size, or a time such as 2s"],
    ["nodes many\n2s end", "a number up to 99"],
    ["nodes 3\n2s end", "at least 4 nodes"],
    ["1s kill node 5\n2s end", "kill node 5: there are 4 nodes"],
  ])("is refused with a sentence: %j", (body, sentence) => {
    expect(() => parse(body)).toThrow(sentence);
  });
});
