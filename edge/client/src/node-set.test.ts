import { describe, expect, it } from "vitest";
import { NodeSet } from "./node-set.ts";

function setOf(...urls: string[]) {
  const clock = { ms: 0 };
  return { clock, nodes: new NodeSet(urls, () => clock.ms) };
}

describe("choosing a node", () => {
  it("takes the one with the fewest requests, then the quickest", () => {
    const { clock, nodes } = setOf("a", "b/");
    const first = nodes.pick();
    const endFirst = nodes.begin(first);
    const second = nodes.pick();
    expect([first.url, second.url]).toEqual(["a", "b"]);
    const endSecond = nodes.begin(second);
    clock.ms = 10;
    endSecond("good");
    clock.ms = 20;
    endFirst("good");
    expect(nodes.pick().url).toBe("b");
    expect(nodes.pick(new Set(["b"])).url).toBe("a");
    expect(nodes.pick(new Set(["a", "b"])).url).toBe("b");
  });

  it("lets a node rest after a failure, longer each time, but never for good (A11)", () => {
    const { clock, nodes } = setOf("a", "b");
    const failing = nodes.pick();
    const fail = () => nodes.begin(failing)("bad");
    fail();
    expect(nodes.pick().url).toBe("b");
    clock.ms = 101;
    expect(nodes.pick().url).toBe("a");
    for (let i = 0; i < 30; i++) fail();
    clock.ms += 9_999;
    expect(nodes.pick().url).toBe("b");
    clock.ms += 2;
    expect(nodes.pick().url).toBe("a");
  });

  it("asks a resting node when all of them rest", () => {
    const { nodes } = setOf("a");
    nodes.begin(nodes.pick())("bad");
    expect(nodes.pick().url).toBe("a");
  });
});
