// The pace of pruning (V9): it keeps up with what comes, never does much at once, and comes to its end.

import { Hash, LogIndex, Term } from "@juno/base";
import { describe, expect, it } from "vitest";
import { Pruning } from "./pruning.ts";

const floor = { index: LogIndex(1_000), hash: Hash(new Uint8Array(32)), term: Term(1), time: 0 };

/** A node whose log begins above a floor, below which some entries are still to be removed. */
async function pruningOf(left: number) {
  const limits: number[] = [];
  const notices: string[] = [];
  let inLog = left;
  const pruning = new Pruning({
    log: {
      floor: async () => floor,
      prune: async (_, entriesMax) => {
        limits.push(entriesMax);
        inLog -= entriesMax;
        return inLog > 0;
      },
    },
    executor: { prune: async () => false },
    snapshots: { list: async () => [], sweep: async () => undefined } as never,
    ...{ retention: undefined, archive: undefined },
    notice: (code) => notices.push(code),
    failed: (cause) => {
      throw cause;
    },
  });
  await pruning.review();
  const beat = async (applied: number) => {
    pruning.beat(LogIndex(applied));
    await new Promise(setImmediate);
  };
  return { beat, limits, notices };
}

describe("rows below the floor", () => {
  it("go twice as fast as entries come, and a little faster, but few at once", async () => {
    const { beat, limits } = await pruningOf(10_000);
    await beat(0);
    await beat(30);
    await beat(30);
    await beat(5_000);
    expect(limits).toEqual([16, 76, 16, 256]);
  });

  it("are gone in the end, also when nothing comes", async () => {
    const { beat, limits, notices } = await pruningOf(100);
    for (let beats = 0; beats < 20; beats++) await beat(2_000);
    expect(limits).toEqual([256]);
    const idle = await pruningOf(100);
    await idle.beat(0);
    for (let beats = 0; beats < 20; beats++) await idle.beat(0);
    expect(idle.limits).toHaveLength(7);
    expect([...notices, ...idle.notices]).toEqual(["pruned", "pruned"]);
  });
});
