// A node that votes from its first epoch on, and comes so late that nobody has the beginning of that epoch any more: it
// starts from a snapshot above that, and goes on as a voter, by certificates (S17, V8, V11).

import { expect, it } from "vitest";
import { Governor } from "../src/storm/governor.ts";
import { pruningWorld, WITHIN_MS, works } from "./governed-world.ts";

const NEWCOMER = 5;

it("a newcomer with a vote begins above a snapshot that lies in its epoch", async () => {
  const world = pruningWorld();
  const voters = world.nodes.filter(({ id }) => id !== NEWCOMER);
  for (const node of voters) node.start();
  new Governor(world, 1).wish(["replace"]);
  expect(await world.run(WITHIN_MS, () => world.epochs.last.electorate.epoch === 1)).toBe(true);
  const { start } = world.epochs.last.electorate;
  const members = voters.filter((node) => world.isMember(node));
  // It holds the log up to there.
  for (const node of voters) if (!world.isMember(node)) node.crash();
  const isPruned = () => members.every(({ disk }) => (disk.log.floor?.index ?? 0) > start.index);
  expect(await works(world, isPruned)).toBe(true);

  const newcomer = world.node(NEWCOMER);
  newcomer.start();
  const votes = () => newcomer.state?.seat !== undefined && newcomer.state.electorate.epoch === 1;
  expect(await works(world, votes)).toBe(true);
  expect(newcomer.disk.log.firstIndex).toBeGreaterThan(start.index + 1);
  const all = [newcomer, ...members];
  const top = Math.max(...all.map(({ ledger }) => ledger.applied.index));
  expect(await works(world, () => all.every(({ ledger }) => ledger.applied.index > top))).toBe(true);
});
