// Programs of two versions in one network (C36, C37): the administrators activate what three of the four know. The fourth ends before
// that entry, and again at each start, the others go on, and with their program it goes on where it ended.

import { hex, utf8 } from "@juno/base";
import { KNOWN_VERSIONS } from "@juno/ledger";
import { actId } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import { expect, it } from "vitest";
import { sha256 } from "../src/crypto.ts";
import { approvedBy } from "../src/members.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

const FIRST = { ledger: 1, language: 1 };
const FAR_MS = EPOCH_MS + 3_600_000;
const LEFT = 4;
const WITHIN_MS = 30_000;

function submit(world: World, action: object): void {
  const signed = world.bank.governing({ action, expiresMs: FAR_MS, nonce: world.nextNonce() });
  void world.node(1).backend!.submit([signed]);
}

function actOf(kind: string, content: object, nonce: number): string {
  const head = { format: 1, kind, nonce: nonce.toString(16).padStart(32, "0"), expires: FAR_MS };
  return JSON.stringify({ ...head, reason: "a test", content });
}

const activation = (at: number, nonce: number) => actOf("activate", { at, ...KNOWN_VERSIONS }, nonce);

function bring(world: World, act: string, ready?: readonly object[]): void {
  const approvals = approvedBy(world.bank.network, actId(sha256, utf8(act)), {}).map(({ key, signature }) => {
    return { key: hex(key), signature: hex(signature) };
  });
  submit(world, { propose: { act, approvals, ...(ready === undefined ? {} : { ready }) } });
}

/** What each node's program says to an activation: its readiness, or why it is not. */
function answers(world: World, act: string) {
  return world.nodes.map(({ replica }) => readyAtOnce(replica!, utf8(act)));
}

const appliedBy = (world: World, id: number): number => world.node(id).ledger.applied.index;

/** Commands, one after the other, until these nodes have applied the entry. */
async function passes(world: World, ids: readonly number[], index: number): Promise<boolean> {
  const isThere = () => ids.every((id) => appliedBy(world, id) >= index);
  for (let tries = 0; tries < 60 && !isThere(); tries += 1) {
    // Refused by all versions: what counts is that there is an entry.
    bring(world, actOf("withdraw", { act: "ab".repeat(32) }, world.nextNonce()));
    await world.run(WITHIN_MS / 60, isThere);
  }
  return isThere();
}

it("the one that is too old ends before the entry, at each start; upgraded, it goes on", async () => {
  const world = new World({ seed: 1, nodes: 4, windowEntries: 64, slowness: 1, isFailureFatal: false });
  const [others, left] = [[1, 2, 3], world.node(LEFT)];
  left.install(FIRST);
  for (const node of world.nodes) node.start();
  await world.run(WITHIN_MS, () => world.leader !== undefined);
  expect(await passes(world, [...others, LEFT], 2)).toBe(true);

  const at = appliedBy(world, 1) + 6;
  const { voters } = world.bank.electorate;
  const act = activation(at, world.nextNonce());
  const said = answers(world, act);
  const lacks = "node 4 lacks ledger version 2 (it knows 1) and language version 2 (it knows 1)";
  expect(said[LEFT - 1]).toMatchObject({ ok: false, error: { detail: lacks } });
  const ready = said.flatMap((answer) => {
    if (!answer.ok) return [];
    const { node, signature } = answer.value;
    const { signKey } = voters.find(({ id }) => id === node)!;
    return [{ key: hex(signKey), node, signature: hex(signature) }];
  });
  expect(ready.map(({ node }) => node)).toEqual(others);
  bring(world, act, ready);

  for (let start = 1; start <= 2; start += 1) {
    expect(await passes(world, others, at + 2 * start)).toBe(true);
    await world.run(WITHIN_MS, () => left.ending !== undefined);
    expect(left.ending).toMatchObject({
      code: "too_old",
      message: expect.stringContaining(`this program stops before entry ${at}.`),
    });
    expect(appliedBy(world, LEFT)).toBe(at - 1);
    if (start === 1) left.start();
  }
  expect(world.node(1).backend!.status().versions).toMatchObject({ inForce: KNOWN_VERSIONS });

  left.install(KNOWN_VERSIONS);
  left.start();
  expect(await passes(world, [...others, LEFT], at + 8)).toBe(true);
  const index = Math.min(...world.nodes.map(({ id }) => appliedBy(world, id)));
  await world.run(WITHIN_MS, () => world.nodes.every(({ id }) => appliedBy(world, id) > index));
  expect(world.checker.findings.violation).toBeUndefined();
});
