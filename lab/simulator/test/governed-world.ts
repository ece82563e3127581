// Whole nodes in virtual time whose network a test changes, and that have entries whenever it wants some.

import { hex, parseUtf8 } from "@juno/base";
import { type Member, parseConfigurationAct, votersOf } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import { sha256 } from "../src/crypto.ts";
import { administrators, configurationDocument, generationOf } from "../src/members.ts";
import { approve, documentOf, LONG_MS, submitAction, toldApprovals } from "../src/storm/governing.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

export const WITHIN_MS = 60_000;

/** Four voters and another node, which let go of what they can. */
export function pruningWorld(): World {
  const world = new World({ seed: 1, nodes: 4, strangers: 1, windowEntries: 64, slowness: 1 });
  for (const node of world.nodes) node.retention = { keepEntries: 0, stepEntries: 1_000 };
  return world;
}

/** Of an act that is unknown: refused, and an entry all the same. */
function submitOne(world: World): void {
  const document = documentOf(world, "withdraw", { act: "ab".repeat(32) });
  const approvals = toldApprovals(approve(world, document));
  submitAction(world, { propose: { act: parseUtf8(document), approvals } });
}

/** Entries, one after the other, until it is so. */
export async function works(world: World, isDone: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300 && !isDone(); tries += 1) {
    submitOne(world);
    await world.run(WITHIN_MS / 300, isDone);
  }
  return isDone();
}

/** Administrators give the network these members, once all voters of them are ready; whether the new epoch begins. */
export async function change(world: World, members: readonly Member[]): Promise<boolean> {
  const { epochs } = world;
  const { configuration, electorate } = epochs.last;
  const admin = administrators(generationOf(configuration.admin));
  const content = { epoch: electorate.epoch + 1, members, admin };
  const expires = EPOCH_MS + Math.floor(world.nowMs) + LONG_MS;
  const document = configurationDocument({ ...content, expires, nonce: world.nextNonce() });
  const act = parseConfigurationAct(sha256, document);
  if (!act.ok) throw new Error(act.error.detail);
  const wanted = votersOf(act.value).filter(({ id }) => world.node(id).isUp);
  let ready: object[] = [];
  const areReady = () => {
    ready = wanted.flatMap(({ id }) => {
      const { replica } = world.node(id);
      const word = replica && readyAtOnce(replica, document);
      return word?.ok ? [{ node: Number(id), signature: hex(word.value.signature) }] : [];
    });
    return ready.length === wanted.length;
  };
  if (!(await world.run(WITHIN_MS, areReady))) return false;
  const approvals = toldApprovals(approve(world, document));
  submitAction(world, { propose: { act: parseUtf8(document), approvals, ready } });
  return world.run(WITHIN_MS, () => epochs.last.electorate.epoch > electorate.epoch);
}
