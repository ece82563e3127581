// What a node says of voters that it does not hear, from the state and the clock.

import { NodeId } from "@juno/base";
import { describe, expect, it } from "vitest";
import { type Listening, lostContact } from "./stall.ts";

const HOUR_MS = 3_600_000;

/** Node 1 of four, which heard the others last at these times. */
function listening(now: { nowMs: number; heardMs: readonly number[]; heartbeatMs?: number }): Listening {
  const { nowMs, heardMs, heartbeatMs = 100 } = now;
  const voters = [1, 2, 3, 4].map((id) => ({ id: NodeId(id), signKey: new Uint8Array(32) }));
  const lastHeardMs = new Map(heardMs.map((ms, i) => [NodeId(i + 2), ms]));
  const context = { self: NodeId(1), timing: { heartbeatMs } };
  const electorate = { voters, quorum: 3, keyOf: new Map() };
  return { nowMs, startedMs: 0, state: { lastHeardMs, electorate }, context };
}

describe("voters that are not heard", () => {
  it("are missed once too few are left", () => {
    expect(lostContact(listening({ nowMs: 10_000, heardMs: [9_900, 9_000, 0] }))).toBeUndefined();
    const lost = lostContact(listening({ nowMs: 10_000, heardMs: [9_900, 7_000, 0] }));
    expect(lost).toMatchObject({
      waitingFor: "contact",
      have: [1, 2],
      lacks: [3, 4],
      need: 3,
      sinceMs: 3_000,
    });
  });

  it("are not missed between two heartbeats, however rare these are", () => {
    const rare = { nowMs: 102_500, heardMs: [100_000, 100_050, 100_020], heartbeatMs: 3_000 };
    expect(lostContact(listening(rare))).toBeUndefined();
  });

  it("are missed since there was a quorum last, whoever is lost afterwards", () => {
    const nowMs = HOUR_MS + 2_500;
    expect(lostContact(listening({ nowMs, heardMs: [0, 0, HOUR_MS] }))?.sinceMs).toBe(nowMs);
  });

  it("are missed from the start of this process on, if they never spoke", () => {
    expect(lostContact(listening({ nowMs: 1_000, heardMs: [] }))).toBeUndefined();
    expect(lostContact(listening({ nowMs: 2_000, heardMs: [] }))?.lacks).toEqual([2, 3, 4]);
  });
});
