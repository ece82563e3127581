// How administrators bring what they decide to the ledger: as acts that they have approved, by any client and any node.

import { hex, utf8 } from "@juno/base";
import { actId } from "@juno/proof";
import { sha256 } from "../crypto.ts";
import { approvedBy, generationOf } from "../members.ts";
import { EPOCH_MS } from "../world/virtual-clock.ts";
import type { World } from "../world/world.ts";

export const LONG_MS = 12 * 3_600_000;

/** To whoever leads, and two others. */
export function submitAction(world: World, action: object): void {
  const { bank, prng, nodes, nowMs, leader } = world;
  const expiresMs = EPOCH_MS + Math.floor(nowMs) + LONG_MS;
  const signed = bank.governing({ action, expiresMs, nonce: world.nextNonce() });
  const asked = [leader, prng.pick(nodes), prng.pick(nodes)];
  for (const node of asked) node?.backend?.submit([signed]).catch(() => undefined);
}

type Approvals = ReturnType<typeof approvedBy>;

export const toldApprovals = (approvals: Approvals) =>
  approvals.map(({ key, signature }) => ({ key: hex(key), signature: hex(signature) }));

/** Approvals of an act by those who administer the network now. */
export function approve({ bank, epochs }: World, document: Uint8Array): Approvals {
  const generation = generationOf(epochs.last.configuration.admin);
  return approvedBy(bank.network, actId(sha256, document), { generation });
}

export function documentOf(world: World, kind: string, content: object): Uint8Array<ArrayBuffer> {
  const nonce = world.nextNonce().toString(16).padStart(32, "0");
  const expires = EPOCH_MS + Math.floor(world.nowMs) + LONG_MS;
  return utf8(JSON.stringify({ format: 1, kind, nonce, expires, reason: "a storm rages", content }));
}
