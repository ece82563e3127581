// What a node that is to end knows of the others: whether they can do without it, and whether there is anything to wait for (V12).

import { Epoch, NodeId, Term } from "@juno/base";
import { type Input, type State, step } from "@juno/consensus";
import { beforeEach, describe, expect, it } from "vitest";
import { context, first, firstState } from "../test/first-state.ts";
import { Participation } from "./participation.ts";

let state: State;
let inputs: Input["kind"][];
let reached: readonly NodeId[];
let isSettled: boolean;

const under = () =>
  new Participation({
    ...{ context, state, now: () => ({ monotonicMs: 0, wallMs: 0 }), isSettled: () => isSettled },
    reached: () => reached,
    step: ({ kind }) => inputs.push(kind),
    input: ({ kind }) => {
      if (isSettled) inputs.push(kind);
    },
    changed: () => undefined,
  });

beforeEach(async () => {
  [state, inputs, isSettled] = [await firstState(), [], true];
  reached = first.electorate.voters.map(({ id }) => id).filter((id) => id !== context.self);
});

it("tells the core that it is to end, once it takes part, and that it is not after all", () => {
  isSettled = false;
  const node = under();
  node.drain();
  expect(inputs).toEqual([]);
  isSettled = true;
  node.began();
  node.drain();
  node.release();
  node.began();
  expect(inputs).toEqual(["hand-over", "hand-over", "lead-on"]);
});

it("gives up nothing more once it is released, though it was to end and was halted meanwhile", () => {
  const now = { monotonicMs: 0, wallMs: 0 };
  const input = (given: Input) => void step(context, state, given, now);
  const reachedNone = { reached: () => [], changed: () => undefined };
  const node = new Participation({
    ...{ context, state, now: () => now, isSettled: () => true, step: input, input },
    ...reachedNone,
  });
  node.drain();
  expect(state.handingOver).toBeDefined();
  node.hold();
  node.release();
  expect([state.isHeld, state.handingOver]).toEqual([false, undefined]);
});

// A35
describe("a node that may not know who votes by now", () => {
  const [one, two, ...rest] = [2, 3, 4].map(NodeId);

  it("is cut off until it reaches a quorum, itself counted, and knows what it has said", () => {
    reached = [];
    expect(under().isCutOff).toBe(true);
    // Whoever was away together with it knows no more than it does.
    reached = [one!, NodeId(77)];
    expect(under().isCutOff).toBe(true);
    reached = [one!, two!];
    expect(under().isCutOff).toBe(false);
    isSettled = false;
    reached = [one!, two!, ...rest];
    expect(under().isCutOff).toBe(true);
  });

  it("counts those that vote last, and itself only if it is one of them", () => {
    const voters = [2, 3, 4, 5].map((id) => ({ ...first.electorate.voters[0]!, id: NodeId(id) }));
    const electorate = { ...first.electorate, voters };
    state.epochs.add({ ...first, electorate: { ...electorate, epoch: Epoch(1) } });
    reached = [one!, two!];
    expect(under().isCutOff).toBe(true);
    reached = [one!, two!, NodeId(5)];
    expect(under().isCutOff).toBe(false);
  });
});

describe("a node that is to end", () => {
  it("is alone without a quorum, or if it takes no part", () => {
    expect(under().isAlone).toBe(false);
    const [one = NodeId(0), ...others] = reached;
    reached = others;
    expect(under().isAlone).toBe(first.electorate.quorum > reached.length + 1);
    reached = [one, NodeId(77)];
    expect(under().isAlone).toBe(true);
    reached = first.electorate.voters.map(({ id }) => id);
    isSettled = false;
    expect(under().isAlone).toBe(true);
    isSettled = true;
    state.isHeld = true;
    expect(under().isAlone).toBe(true);
    Object.assign(state, { isHeld: false, mode: "halted" });
    expect(under().isAlone).toBe(true);
  });

  it("is spared once a leader is installed, of a term that it does not give up", () => {
    expect(under().isSpared).toBe(false);
    const term = Term(3);
    const position = { ...state.certified.position, term };
    Object.assign(state, { currentTerm: term, certified: { ...state.certified, position } });
    expect(under().isSpared).toBe(true);
    state.handingOver = { term, sinceMs: 0 };
    expect(under().isSpared).toBe(false);
    state.handingOver = { term: Term(2), sinceMs: 0 };
    expect(under().isSpared).toBe(true);
    state.currentTerm = Term(4);
    expect(under().isSpared).toBe(false);
    state.seat = undefined;
    expect(under().isSpared).toBe(true);
  });
});
