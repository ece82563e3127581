// A31: what a node is, in one word.

import { Epoch, LogIndex, NodeId } from "@juno/base";
import type { State } from "@juno/consensus";
import { type EpochFacts, Epochs } from "@juno/proof";
import { beforeEach, expect, it } from "vitest";
import { context, first, firstState } from "../test/first-state.ts";
import { NODE_STATES, type NodeState, nodeStateOf, type Standing, withheld } from "./node-state.ts";

let state: State;
const now = { monotonicMs: 60_000, wallMs: 0 };

const word = (told: Partial<Standing> = {}): NodeState =>
  nodeStateOf({ context, state, now, isSettled: true, isDraining: false, ...told });

/** An epoch with other members: all but this node, unless it is one without a vote. */
function without({ isMember, epoch = 0 }: { isMember: boolean; epoch?: number }): EpochFacts {
  const others = new Map(first.electorate.keyOf);
  others.delete(context.self);
  const electorate = { ...first.electorate, epoch: Epoch(epoch), keyOf: others };
  return { ...first, electorate, keyOf: isMember ? first.keyOf : others };
}

beforeEach(async () => {
  state = await firstState();
});

it("is a voter, unless it takes no part yet, or is to stop", () => {
  expect([word(), word({ isSettled: false }), word({ isDraining: true, isSettled: false })]).toEqual([
    "voter",
    "starting",
    "draining",
  ]);
});

it("is what its mode says, whatever else it is", () => {
  state.mode = "observer";
  expect([word(), word({ isDraining: true })]).toEqual(["amnesiac", "draining"]);
  state.mode = "readOnly";
  expect(word({ isDraining: true })).toBe("read-only");
  state.mode = "halted";
  expect(word({ isDraining: true, isSettled: false })).toBe("halted");
});

it("is a standby without a vote while it has all that is committed, else an observer (V11)", () => {
  const facts = without({ isMember: true });
  state = { ...state, epochs: new Epochs(facts), electorate: facts.electorate, seat: undefined };
  expect(word()).toBe("observer");
  const asked = { peer: NodeId(2), askedMs: undefined, prunedThrough: undefined };
  const following = { ...asked, voter: undefined, voterMs: undefined, gaveMs: undefined };
  state.following = { ...following, upToDateMs: now.monotonicMs - 100 };
  expect(word()).toBe("standby");
  state.following = { ...following, upToDateMs: now.monotonicMs - 10_000 };
  expect(word()).toBe("observer");
  state.following = { ...following, upToDateMs: now.monotonicMs, prunedThrough: LogIndex(9) };
  expect(word()).toBe("observer");
});

it("is removed, or a newcomer, where the newest configuration does not name it", () => {
  const gone = without({ isMember: false });
  state = { ...state, epochs: new Epochs(gone), electorate: gone.electorate, seat: undefined };
  expect(word()).toBe("newcomer");
  state = { ...state, epochs: new Epochs(first) };
  state.epochs.add(without({ isMember: false, epoch: 1 }));
  expect(word({ isDraining: true })).toBe("removed");
});

it("says why it is not to be asked, but of members that follow; of one that waits its other parts say it", () => {
  expect(NODE_STATES.filter((state) => withheld(state) === undefined)).toEqual([
    "starting",
    "amnesiac",
    "voter",
    "standby",
    "observer",
  ]);
});
