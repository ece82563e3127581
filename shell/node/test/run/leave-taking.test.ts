// A node that is to end waits for what it owes, for a while, and only while there is somebody to do it with (V12).

import { expect, it } from "vitest";
import { takeLeave } from "../../src/run/leave-taking.ts";

type Node = Parameters<typeof takeLeave>[0];

/** Changes the node, step by step, each time it is looked at; returns what was looked at when it took its leave. */
async function leave(
  steps: readonly Partial<{ isStopped: boolean; isAlone: boolean; isSpared: boolean; promised: number }>[],
) {
  const now = { isStopped: false, isAlone: false, isSpared: false, promised: 1, drained: 0, looks: 0 };
  const node: Node = {
    replica: {
      get isStopped() {
        Object.assign(now, steps[now.looks]);
        now.looks += 1;
        return now.isStopped;
      },
      participation: {
        drain: () => {
          now.drained += 1;
        },
        get isAlone() {
          return now.isAlone;
        },
        get isSpared() {
          return now.isSpared;
        },
      },
    },
    waits: {
      get promised() {
        return now.promised;
      },
    },
    patienceMs: 1_000_000,
  };
  await takeLeave(node);
  expect(now.drained).toBe(1);
  return now.looks;
}

it("waits until another leads and all who wait are answered", async () => {
  expect(await leave([{}, { isSpared: true }, { promised: 0 }])).toBe(3);
  expect(await leave([{}, { promised: 0 }, {}, { isSpared: true }])).toBe(4);
});

it("waits for nothing without a quorum, or once it has stopped", async () => {
  expect(await leave([{ isAlone: true }])).toBe(1);
  expect(await leave([{}, { isStopped: true }])).toBe(2);
});

it("waits for a while", async () => {
  const participation = { drain: () => undefined, isAlone: false, isSpared: false };
  await takeLeave({ replica: { isStopped: false, participation }, waits: { promised: 1 }, patienceMs: 30 });
});
