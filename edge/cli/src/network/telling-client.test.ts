// What people are told while the outcome of a command does not come, and that it is said once.

import { sha256, verifySignature } from "@juno/node/light";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { temporaryNetwork } from "../../test/temporary-network.ts";
import { KeyRing } from "./key-ring.ts";
import { findNetwork } from "./network-folder.ts";
import { TellingClient } from "./telling-client.ts";

const network = await temporaryNetwork();
const { genesis } = findNetwork({ network: network.folder });
const signers = [new KeyRing(network.folder).client(undefined)];
const call = { module: "demo.accounts", action: "create", args: {} };
let told: string[];

/** A client of nodes that answer nothing. */
const waiting = (folder: string | undefined) =>
  new TellingClient(
    {
      ...{
        genesis: genesis.bytes,
        nodes: ["http://one"],
        signers,
        crypto: { sha256, verify: verifySignature },
      },
      sender: {
        send: () => new Promise<never>(() => undefined),
        open: () => new Promise<never>(() => undefined),
        close: () => undefined,
      },
    },
    { remark: (text) => told.push(text), folder },
  );

beforeEach(() => {
  told = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => vi.useRealTimers());
afterAll(network.remove);

it("says after some seconds what is waited for, and who says why, once for all that waits", async () => {
  const client = waiting("net");
  const commands = [await client.prepare(call), await client.prepare(call)];
  for (const command of commands) void client.send(command);
  vi.advanceTimersByTime(4_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(300_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^Still waiting until 2 voters tell the outcome of command [0-9a-f]{64};/);
  expect(told[0]).toContain(commands[0]!.id);
  expect(told[0]).toContain("`juno doctor --network net`");
});

it("names no folder where there is none", async () => {
  const client = waiting(undefined);
  void client.send(await client.prepare(call));
  vi.advanceTimersByTime(5_000);
  expect(told[0]).toContain("`juno doctor`, with the same --genesis and --url,");
});
