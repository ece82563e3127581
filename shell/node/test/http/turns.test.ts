// However many large requests are there at once, the node takes them one a turn: between two of them the
// main thread is free for what keeps the cluster going.

import { describe, expect, it } from "vitest";
import { createAccount, pretendNetwork } from "./pretend-network.ts";

/** Counts the turns of the event loop until `work` is done. */
async function countingTurns<T>(work: (turn: () => number) => Promise<T>): Promise<T> {
  let turn = 0;
  let isDone = false;
  const next = () => {
    turn += 1;
    if (!isDone) setImmediate(next);
  };
  setImmediate(next);
  try {
    return await work(() => turn);
  } finally {
    isDone = true;
  }
}

describe("large requests that come together", () => {
  it("are read one a turn", async () => {
    const under = await pretendNetwork();
    const padding = "x".repeat(900_000);
    const bodies = Array.from({ length: 6 }, () =>
      under.command(["wjm"], [createAccount("wjm")], { padding }),
    );
    const turns = await countingTurns(async (turn) => {
      const seen: number[] = [];
      const { submit } = under.backend;
      under.backend.submit = (commands) => {
        seen.push(turn());
        return submit.call(under.backend, commands);
      };
      const posts = bodies.map(({ json: payload }) =>
        under.server.app.inject({ method: "POST", url: "/api/v1/commands", payload }),
      );
      await Promise.all(posts);
      return seen;
    });
    expect(turns).toHaveLength(6);
    expect(new Set(turns).size).toBe(6);
  });

  it("are answered one page a turn", async () => {
    const under = await pretendNetwork();
    const turns = await countingTurns(async (turn) => {
      const seen: number[] = [];
      const { entries } = under.backend;
      under.backend.entries = (range) => {
        seen.push(turn());
        return entries.call(under.backend, range);
      };
      const gets = Array.from({ length: 6 }, () =>
        under.server.app.inject({ url: "/api/v1/entries?from=1" }),
      );
      await Promise.all(gets);
      return seen;
    });
    expect(turns).toHaveLength(6);
    expect(new Set(turns).size).toBe(6);
  });
});
