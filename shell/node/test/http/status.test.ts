// What a node says of itself to whoever is on call.

import { checkShape, StatusSchema } from "@juno/api";
import { hex } from "@juno/base";
import { expect, it } from "vitest";
import { ask } from "./asking.ts";
import { haltLedger, keyOf, NOW, pretendNetwork } from "./pretend-network.ts";

it("tells that the ledger is halted: by which keys, since when, by which act and why; and nothing where it is not (A30)", async () => {
  const under = await pretendNetwork();
  expect((await ask(under, { url: "/api/v1/status" })).json).not.toHaveProperty("ledgerHalt");
  const act = haltLedger(under, "a theft");
  const { json } = await ask(under, { url: "/api/v1/status" });
  expect(checkShape(StatusSchema, json)).toMatchObject({
    ok: true,
    value: {
      ledgerHalt: { since: NOW, index: 2, act, by: [{ key: hex(keyOf("operator")) }], reason: "a theft" },
    },
  });
});
