// The quotas of waiting commands, against what they are for: what one honest node takes in and relays,
// every other has room for, whatever clients and liars send where.

import { Hash, NodeId } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pending, type PendingCommand } from "./pending.ts";

const LIMITS = {
  pendingCommandsMax: 40,
  pendingActionsMax: 80,
  pendingBytesMax: 4000,
  pendingGasMax: 400,
  commandsPerClientMax: 4,
};
const VOTERS = 4;
const newPending = () => new Pending(LIMITS, VOTERS);

function command(fields: { name: string; client: string; origin: number; actions?: number }): PendingCommand {
  const { name: id, client, origin, actions = 1 } = fields;
  const digest = Hash(new Uint8Array(32));
  const facts = { id, digest, expires: 0, client, actions, gasLimit: 10, checks: [] };
  return { body: new Uint8Array(50), facts, origin: NodeId(origin), arrivedMs: 0, relayedMs: undefined };
}

describe("waiting commands", () => {
  it("give every node's clients the same room, though one client sends to all nodes", () => {
    const pending = newPending();
    const taken = [1, 2, 3, 4].map((origin) => {
      const answers = [1, 2, 3, 4, 5].map((n) =>
        pending.add(command({ name: `${origin}/${n}`, client: "greedy", origin })),
      );
      return answers.map(({ ok }) => ok);
    });
    expect(taken).toEqual(Array(4).fill([true, true, true, true, false]));
  });

  it("are refused beyond any part of a node's share", () => {
    const pending = newPending();
    const add = (name: string, actions: number) =>
      pending.add(command({ name, client: name, origin: 1, actions })).ok;
    expect([add("a", 20), add("b", 1)]).toEqual([true, false]);
    expect(pending.remove("a")?.facts.id).toBe("a");
    expect(Array.from({ length: 11 }, (_, i) => add(`c${i}`, 1))).toEqual([...Array(10).fill(true), false]);
  });

  it("count against whoever relays them again, as far as there is room", () => {
    const pending = newPending();
    const foreign = Array.from({ length: 10 }, (_, i) =>
      command({ name: `f${i}`, client: `${i}`, origin: 4 }),
    );
    const own = Array.from({ length: 8 }, (_, i) => command({ name: `o${i}`, client: `${i}`, origin: 1 }));
    for (const each of [...foreign, ...own]) expect(pending.add(each).ok).toBe(true);
    expect(foreign.map((each) => pending.answerFor(each, NodeId(1)))).toEqual([
      true,
      true,
      ...Array(8).fill(false),
    ]);
    expect(pending.add(command({ name: "more", client: "x", origin: 1 })).ok).toBe(false);
    expect(pending.add(command({ name: "more", client: "x", origin: 4 })).ok).toBe(true);
    pending.remove("o0");
    expect(pending.answerFor(foreign[2]!, NodeId(1))).toBe(true);
    expect(pending.answerFor(foreign[2]!, NodeId(1))).toBe(true);
  });

  it("come back from the log beyond a share, but not beyond the whole", () => {
    const pending = newPending();
    for (let i = 0; i < 60; i++) pending.putBack(command({ name: `b${i}`, client: `${i}`, origin: 2 }));
    expect(pending.size).toBe(LIMITS.pendingCommandsMax);
    expect(pending.add(command({ name: "own", client: "x", origin: 1 })).ok).toBe(true);
    expect(pending.add(command({ name: "theirs", client: "x", origin: 2 })).ok).toBe(false);
    while (pending.takeNext() !== undefined);
    const large = command({ name: "large", client: "x", origin: 2 });
    pending.putBack({ ...large, body: new Uint8Array(LIMITS.pendingBytesMax + 1) });
    expect(pending.size).toBe(0);
  });

  it("which a node took and relayed find room at every other", () => {
    // Node 1 takes from clients, and relays again what node 4 sent to it alone; node 2 hears all of it.
    const step = fc.record({
      what: fc.constantFrom("take" as const, "foreign" as const, "again" as const, "commit" as const),
      client: fc.constantFrom("a", "b", "c"),
      actions: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const one = newPending();
        const two = newPending();
        for (const [n, { what, client, actions }] of steps.entries()) {
          const fields = { name: `${n}`, client, actions };
          if (what === "take" && one.add(command({ ...fields, origin: 1 })).ok) {
            expect(two.add(command({ ...fields, origin: 1 })).ok).toBe(true);
          } else if (what === "foreign") {
            one.add(command({ ...fields, origin: 4 }));
          } else if (what === "again") {
            const late = [...one.all()].find(({ origin }) => origin === 4);
            if (late === undefined || !one.answerFor(late, NodeId(1))) continue;
            expect(two.add({ ...late, origin: NodeId(1) }).ok).toBe(true);
          } else if (what === "commit") {
            const next = two.takeNext();
            if (next !== undefined) one.remove(next.facts.id);
          }
        }
      }),
    );
  });
});
