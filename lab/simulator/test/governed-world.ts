// Whole nodes in virtual time whose network a test changes, and that have entries whenever it wants some.

import { hex, parseUtf8, utf8 } from "@juno/base";
import { actId, type Member, parseConfigurationAct, votersOf } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import { sha256 } from "../src/crypto.ts";
import { administrators, approvedBy, configurationDocument, generationOf } from "../src/members.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

export const WITHIN_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Four voters and another node, which let go of what they can. */
export function pruningWorld(): World {
  const world = new World({ seed: 1, nodes: 4, strangers: 1, windowEntries: 64, slowness: 1 });
  for (const node of world.nodes) node.retention = { keepEntries: 0, stepEntries: 1_000 };
  return world;
}

const told = (approvals: ReturnType<typeof approvedBy>) =>
  approvals.map(({ key, signature }) => ({ key: hex(key), signature: hex(signature) }));

/** Of an act that is unknown: refused, and an entry all the same. */
function submitOne(world: World): void {
  const expires = EPOCH_MS + HOUR_MS;
  const content = { act: "ab".repeat(32) };
  const nonce = world.nextNonce().toString(16).padStart(32, "0");
  const act = JSON.stringify({ format: 1, kind: "withdraw", nonce, expires, reason: "a test", content });
  const approvals = told(approvedBy(world.bank.network, actId(sha256, utf8(act)), {}));
  const action = { propose: { act, approvals } };
  const signed = world.bank.governing({ action, expiresMs: expires, nonce: world.nextNonce() });
  for (const { backend } of world.nodes) backend?.submit([signed]).catch(() => undefined);
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
  const { epochs, bank } = world;
  const { configuration, electorate } = epochs.last;
  const generation = generationOf(configuration.admin);
  const content = { epoch: electorate.epoch + 1, members, admin: administrators(generation) };
  const expires = EPOCH_MS + HOUR_MS;
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
  const approvals = told(approvedBy(bank.network, actId(sha256, document), { generation }));
  const action = { propose: { act: parseUtf8(document), approvals, ready } };
  const signed = bank.governing({ action, expiresMs: expires, nonce: world.nextNonce() });
  for (const { backend } of world.nodes) backend?.submit([signed]).catch(() => undefined);
  return world.run(WITHIN_MS, () => epochs.last.electorate.epoch > electorate.epoch);
}
