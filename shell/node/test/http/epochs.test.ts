// GET /epochs (A28): who votes when, in pages, each epoch in words and with the link that proves it.

import { type EpochPageJson, linkOfEpoch } from "@juno/api";
import { Epoch, hex, NodeId } from "@juno/base";
import { Epochs, firstEpoch, nextEpoch } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256, verifySignature } from "../../src/crypto/sodium.ts";
import { ask, expectShape } from "./asking.ts";
import { keyOf, type PretendNetwork, pretendNetwork, signOf } from "./pretend-network.ts";

const memberOf = (id: number, key = `voter ${id}`) => ({
  ...{ id: NodeId(id), sign: signOf(key), signKey: keyOf(key), transportKey: keyOf(`transport ${id}`) },
});
const admins = [{ key: keyOf("admin"), sign: signOf("admin") }];

let under: PretendNetwork;

beforeAll(async () => {
  under = await pretendNetwork();
  const watching = { ...memberOf(5), role: "observer" as const, address: "five:8101" };
  under.backend.configure({
    members: [...[1, 2, 3, 4].map((id) => memberOf(id)), watching],
    admins,
    reason: "five",
  });
  const rotated = [...[2, 3].map((id) => memberOf(id)), memberOf(4, "voter 4 anew"), memberOf(5)];
  under.backend.configure({ members: rotated, admins, reason: "six" });
});

afterAll(() => under.server.close());

async function page(query: string): Promise<EpochPageJson> {
  const reply = await ask(under, { url: `/api/v1/epochs${query}` });
  expect(reply.status).toBe(200);
  expectShape("epochs", reply);
  return reply.json as EpochPageJson;
}

describe("GET /epochs", () => {
  it("tells of each epoch where it begins, who belongs to it and why it began", async () => {
    const { epochs, last, next } = await page("");
    expect({ last, next }).toEqual({ last: 2, next: undefined });
    expect(epochs.map(({ epoch, start, reason }) => [epoch, start.index, reason])).toEqual([
      [0, 0, undefined],
      [1, 2, "five"],
      [2, 4, "six"],
    ]);
    expect(epochs[1]!.nodes.at(-1)).toEqual({
      ...{ id: 5, role: "observer", address: "five:8101", signKey: hex(keyOf("voter 5")) },
    });
  });

  it("goes on page by page, and is empty where it knows nothing", async () => {
    expect(await page("?from=1&limit=1")).toMatchObject({ epochs: [{ epoch: 1 }], last: 2, next: 2 });
    expect(await page("?from=3")).toEqual({ epochs: [], last: 2 });
  });

  it("shows links that prove it all from the genesis on", async () => {
    const epochs = new Epochs(firstEpoch(under.genesis));
    for (const json of (await page("?from=1")).epochs) {
      const link = linkOfEpoch(json);
      if (!link.ok || link.value === undefined) throw new Error("no link");
      const next = nextEpoch(sha256, epochs, link.value);
      if (!next.ok) throw new Error(next.error.detail);
      expect(next.value.checks.every(verifySignature)).toBe(true);
      epochs.add(next.value.facts);
    }
    expect(epochs.of(Epoch(2))!.electorate.voters.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
    expect(hex(epochs.last.keyOf.get(4)!)).toBe(hex(keyOf("voter 4 anew")));
  });
});
