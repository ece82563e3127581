// Nodes whose part changed while they were away, and that come back when nobody has the entries any more that led there: they
// go on from a snapshot that lies beyond the epoch that they knew (V8, V11).

import { expect, it } from "vitest";
import type { Letter } from "../src/byzantine/liar.ts";
import { memberOf } from "../src/members.ts";
import type { World } from "../src/world/world.ts";
import { change, pruningWorld, WITHIN_MS, works } from "./governed-world.ts";

const FOUR = [1, 2, 3, 4];
const members = (role: "voter" | "observer") => [...FOUR.map((id) => memberOf(id)), memberOf(5, role)];

async function begun(): Promise<World> {
  const world = pruningWorld();
  for (const node of world.nodes) node.start();
  expect(await world.run(WITHIN_MS, () => world.leader !== undefined)).toBe(true);
  expect(await change(world, members("observer"))).toBe(true);
  expect(await works(world, () => world.node(5).state?.electorate.epoch === 1)).toBe(true);
  return world;
}

const arePruned = (world: World) => {
  const { start } = world.epochs.last.electorate;
  return works(world, () => FOUR.every((id) => (world.node(id).disk.log.floor?.index ?? 0) > start.index));
};

async function comesBack(world: World): Promise<void> {
  const five = world.node(5);
  const { epoch } = world.epochs.last.electorate;
  five.start();
  const top = world.node(1).ledger.applied.index;
  expect(await works(world, () => five.ledger.applied.index > top)).toBe(true);
  expect(five.state!.electorate.epoch).toBe(epoch);
}

it.each([
  ["near", 0],
  ["far", 120],
])("a voter that lost its vote meanwhile follows, %s", async (_, entries) => {
  const world = await begun();
  const five = world.node(5);
  expect(await change(world, members("voter"))).toBe(true);
  expect(await works(world, () => five.state?.seat !== undefined && five.state.electorate.epoch === 2)).toBe(
    true,
  );
  const then = five.state!.committed.index;
  five.crash();
  expect(await works(world, () => world.node(1).ledger.applied.index > then + entries)).toBe(true);
  expect(await change(world, members("observer"))).toBe(true);
  expect(await arePruned(world)).toBe(true);
  await comesBack(world);
});

it("a voter that lost its vote meanwhile asks for what stands above its snapshot until somebody has it", async () => {
  const world = await begun();
  const five = world.node(5);
  expect(await change(world, members("voter"))).toBe(true);
  expect(await works(world, () => five.state?.seat !== undefined && five.state.electorate.epoch === 2)).toBe(
    true,
  );
  five.crash();
  expect(await change(world, members("observer"))).toBe(true);
  expect(await arePruned(world)).toBe(true);
  const outgoing = (letter: Letter) =>
    letter.to === five.id && letter.frame.kind === "fetch-reply" ? [] : [letter];
  for (const id of FOUR) world.node(id).strategy = { outgoing };
  five.start();
  expect(await world.run(WITHIN_MS, () => five.state?.staged !== undefined)).toBe(true);
  // So long that everybody was asked more than once.
  await world.run(20_000);
  for (const id of FOUR) world.node(id).strategy = undefined;
  await comesBack(world);
});

it("an observer that had a vote for a while begins amid that while, and follows", async () => {
  const world = await begun();
  world.node(5).crash();
  expect(await change(world, members("voter"))).toBe(true);
  expect(await arePruned(world)).toBe(true);
  expect(await change(world, members("observer"))).toBe(true);
  world.node(5).start();
  // Nothing is ordered meanwhile: no chunk leads on from the snapshot beyond that while.
  const top = world.node(1).ledger.applied.index;
  expect(await world.run(WITHIN_MS, () => (world.node(5).state?.committed.index ?? 0) >= top)).toBe(true);
  await comesBack(world);
});
