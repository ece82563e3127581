// How `juno doctor` looks (A38): at nodes of a network in memory, with a stranger and one that hangs in the places of two.

import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atDesk } from "../src/admin/desk.ts";
import { EXIT } from "../src/complaint.ts";
import { diagnose } from "../src/doctor/diagnosis.ts";
import { examine, TIMING } from "../src/doctor/examine.ts";
import { capturedOutput } from "./captured-output.ts";
import { juno } from "./processes/juno-process.ts";
import { memoryNetwork } from "./receipts/memory-network.ts";

type Network = Awaited<ReturnType<typeof memoryNetwork>>;

let network: Network;
let other: Network;
let deaf: Server;
let deafUrl: string;

beforeAll(async () => {
  [network, other] = await Promise.all([memoryNetwork(), memoryNetwork()]);
  deaf = createServer(() => undefined);
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  const address = deaf.address();
  deafUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});

afterAll(async () => {
  await Promise.all([network.close(), other.close()]);
  deaf.close();
});

const timing = { ...TIMING, gapMs: 0 };

it("asks all nodes twice, and believes only what a member has signed, in bounded time", async () => {
  const url = [network.files.urls[0]!, other.files.urls[1]!, deafUrl, "http://127.0.0.1:1"];
  const options = { url, genesis: network.files.genesis };
  const seen = await atDesk(options, capturedOutput(), (desk) => examine(desk, timing));
  expect(seen).toMatchObject({ epoch: 0, voters: [1, 2, 3, 4], quorum: 3, driftMs: 5_000, acts: [] });
  expect(seen.nodes).toMatchObject([
    { first: { status: { node: 1 } }, second: { status: { node: 1 } }, certified: [] },
    { second: { problem: { kind: "unsigned" } } },
    { second: { problem: { kind: "timeout" } } },
    { second: { problem: { kind: "refused" } } },
  ]);
  expect(diagnose(seen).findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["not-believed", "no-answer"]),
  );
});

it("ends with 2 where it could not look, and says so for people and for programs", async () => {
  const args = ["doctor", "--url", "http://127.0.0.1:1", "--genesis", network.files.genesis];
  const shown = await juno(args);
  expect(shown.code).toBe(EXIT.usage);
  expect(shown.stdout).toMatch(/^Nothing can be said of the cluster/);
  expect(JSON.parse((await juno([...args, "--json"])).stdout)).toMatchObject({ state: "unknown" });
});
