// A node that votes from its first epoch on, and comes so late that nobody has the beginning of that epoch any more: it
// starts from a snapshot above that, and goes on as a voter, by certificates (S17, V8, V11).

import { hex, utf8 } from "@juno/base";
import { actId } from "@juno/proof";
import { expect, it } from "vitest";
import { sha256 } from "../src/crypto.ts";
import { approvedBy } from "../src/members.ts";
import { Governor } from "../src/storm/governor.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

const NEWCOMER = 5;
const WITHIN_MS = 60_000;

/** Of an act that is unknown: refused, and an entry all the same. */
function submitOne(world: World): void {
  const expires = EPOCH_MS + 3_600_000;
  const content = { act: "ab".repeat(32) };
  const nonce = world.nextNonce().toString(16).padStart(32, "0");
  const act = JSON.stringify({ format: 1, kind: "withdraw", nonce, expires, reason: "a test", content });
  const approvals = approvedBy(world.bank.network, actId(sha256, utf8(act)), {}).map((approval) => {
    return { key: hex(approval.key), signature: hex(approval.signature) };
  });
  const action = { propose: { act, approvals } };
  const signed = world.bank.governing({ action, expiresMs: expires, nonce: world.nextNonce() });
  for (const { backend } of world.nodes) backend?.submit([signed]).catch(() => undefined);
}

/** Entries, one after the other, until it is so. */
async function works(world: World, isDone: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300 && !isDone(); tries += 1) {
    submitOne(world);
    await world.run(WITHIN_MS / 300, isDone);
  }
  return isDone();
}

it("a newcomer with a vote begins above a snapshot that lies in its epoch", async () => {
  const world = new World({ seed: 1, nodes: 4, strangers: 1, windowEntries: 64, slowness: 1 });
  const voters = world.nodes.filter(({ id }) => id !== NEWCOMER);
  for (const node of voters) {
    node.retention = { keepEntries: 0, stepEntries: 1_000 };
    node.start();
  }
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
