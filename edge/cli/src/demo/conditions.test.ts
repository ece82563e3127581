// What the demo waits for: when it is met, and what it says is lacking.

import { describe, expect, it } from "vitest";
import { pretendStatus } from "../../test/pretend-status.ts";
import { Complaint } from "../complaint.ts";
import type { NodeReport } from "../view/status-view.ts";
import { agreement, oneLeader } from "./conditions.ts";
import { waitUntil, withLimit } from "./waiting.ts";

const report = (id: number, patch: Parameters<typeof pretendStatus>[1] = {}): NodeReport => ({
  id,
  url: `http://h:${id}`,
  status: pretendStatus(id, patch),
});
const down = (id: number): NodeReport => ({ id, url: `http://h:${id}`, problem: "does not answer" });
const all = [1, 2, 3, 4].map((id) => report(id));

describe("one leader", () => {
  it("is met when all that run follow it, also while one is down", () => {
    expect(oneLeader(all, { running: 4, after: 0 })).toEqual({ met: { node: 2, term: 1 } });
    expect(oneLeader([down(1), ...all.slice(1)], { running: 3, after: 0 })).toEqual({
      met: { node: 2, term: 1 },
    });
  });

  it.each([
    [[down(1), ...all.slice(1)], { running: 4, after: 0 }, /no answer from node 1/],
    [all, { running: 4, after: 1 }, /node 2 is leader in term 1/],
    [
      [...all.slice(0, 3), report(4, { term: 0 })],
      { running: 4, after: 0 },
      /but node 4 is follower in term 0/,
    ],
    [[...all.slice(0, 3), report(4, { leader: { node: 3 } })], { running: 4, after: 0 }, /but node 4/],
    [
      [...all.slice(0, 3), report(4, { ready: false, notReadyBecause: ["replaying"] })],
      { running: 4, after: 0 },
      /replaying/,
    ],
  ])("is not met otherwise %#", (reports, facts, lacking) => {
    expect(oneLeader(reports, facts)).toEqual({ lacking: expect.stringMatching(lacking) });
  });
});

describe("agreement", () => {
  it("is met when all show one commit index and one root, applied that far", () => {
    expect(agreement(all)).toEqual({ met: { committed: 7, root: "ab".repeat(32) } });
  });

  it.each([
    [[...all.slice(0, 3), down(4)], /no answer from node 4/],
    [[...all.slice(0, 3), report(4, { committed: 6 })], /node 4 committed 6/],
    [[...all.slice(0, 3), report(4, { applied: { index: 6, root: "ab".repeat(32) } })], /applied 6/],
    [[...all.slice(0, 3), report(4, { applied: { index: 7, root: "cd".repeat(32) } })], /root cdcdcdcdcdcd/],
  ])("is not met otherwise %#", (reports, lacking) => {
    expect(agreement(reports)).toEqual({ lacking: expect.stringMatching(lacking) });
  });
});

describe("waiting", () => {
  const signal = new AbortController().signal;

  it("asks until it is met", async () => {
    let asked = 0;
    const look = async () => {
      asked += 1;
      return asked < 3 ? { lacking: "more" } : { met: asked };
    };
    expect(await waitUntil("met", look, { timeoutMs: 60_000, everyMs: 0, signal })).toBe(3);
  });

  it("says what was lacking when time is up, and ends when told", async () => {
    const look = async () => ({ lacking: "a leader" });
    await expect(waitUntil("there is one", look, { timeoutMs: 0, everyMs: 0, signal })).rejects.toThrow(
      "still waiting until there is one: a leader",
    );
    const stopped = AbortSignal.abort(new Complaint("stop"));
    const options = { timeoutMs: 60_000, signal: stopped };
    await expect(waitUntil("there is one", look, options)).rejects.toThrow("stop");
  });

  it("for work that does not end: says what is lacking, or the reason why it was told to end", async () => {
    const never = new Promise<never>(() => undefined);
    const lacking = async () => "a quorum";
    const late = withLimit("an outcome", never, { timeoutMs: 0, signal, lacking });
    await expect(late).rejects.toThrow("still waiting for an outcome: a quorum");
    const stop = new AbortController();
    const stopped = withLimit("an outcome", never, { timeoutMs: 60_000, signal: stop.signal, lacking });
    stop.abort(new Complaint("stop"));
    await expect(stopped).rejects.toThrow("stop");
    const done = Promise.resolve(5);
    expect(await withLimit("an outcome", done, { timeoutMs: 60_000, signal, lacking })).toBe(5);
  });
});
