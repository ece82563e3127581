// Whose keys sign what operators must sign: those of the policy in force (C28), which need not be the genesis's.

import type { RowPageJson } from "@juno/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operatorsInForce } from "../src/admin/desk.ts";
import { KeyRing } from "../src/network/key-ring.ts";
import { findNetwork } from "../src/network/network-folder.ts";
import { temporaryNetwork } from "./temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;

beforeAll(async () => {
  network = await temporaryNetwork();
});
afterAll(() => network.remove());

/** A node that tells these rows of any table. */
const telling = (rows: RowPageJson["rows"]) => ({
  rows: async () => ({ index: 3, root: "00".repeat(32), rows }),
});

it("takes as few of the operators' keys as the policy in force asks for", async () => {
  const { genesis } = findNetwork({ network: network.folder });
  const keys = new KeyRing(network.folder);
  const before = await operatorsInForce(telling([]), genesis);
  expect(before).toEqual(genesis.policies.operator);
  expect(keys.operators(before)).toHaveLength(2);
  const risk = [...keys.names()].find(([, name]) => name === "risk")![0];
  const value = { at: 3, act: "ab".repeat(32), policy: { key: risk } };
  const after = await operatorsInForce(telling([{ key: "operator", value }]), genesis);
  expect(keys.operators(after).map(({ name }) => name)).toEqual(["risk"]);
  const stranger = { kind: "key", key: "cd".repeat(32) } as const;
  expect(() => keys.operators(stranger)).toThrow("too few of their keys");
});
