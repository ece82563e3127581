// A node that is cut off learns who votes by now from the others' APIs (A35), over real HTTP, and believes only what proves itself.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Epoch, NodeId } from "@juno/base";
import { type EpochFacts, Epochs, firstEpoch } from "@juno/proof";
import { memoryVerifier } from "@juno/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256, verifySignature } from "../../src/crypto/sodium.ts";
import { LinkSeeker } from "../../src/transport/link-seeker.ts";
import { keyOf, type PretendNetwork, pretendNetwork, signOf } from "../http/pretend-network.ts";

const EPOCHS = 20;
const HOST = "127.0.0.1";

const memberOf = (id: number, transport: string) => ({
  ...{ id: NodeId(id), sign: signOf(`voter ${id}`), signKey: keyOf(`voter ${id}`) },
  transportKey: keyOf(`${transport} ${id}`),
});

let network: PretendNetwork;
let honest: string;
/** What it answers is up to the test. */
let liar: Server;
let liarUrl: string;
let lie: () => string;
let asked: string[];

beforeAll(async () => {
  network = await pretendNetwork();
  const admins = [{ key: keyOf("admin"), sign: signOf("admin") }];
  for (let i = 1; i <= EPOCHS; i++) {
    const members = [1, 2, 3, 4].map((id) => memberOf(id, `transport ${i}`));
    network.backend.configure({ members, admins, reason: `new transport keys ${i}` });
  }
  const { port } = await network.server.listen({ host: HOST, port: 0 });
  honest = `http://${HOST}:${port}`;
  liar = createServer((request, reply) => {
    asked.push(request.url!);
    reply.end(lie());
  });
  await new Promise<void>((resolve) => liar.listen(0, HOST, resolve));
  liarUrl = `http://${HOST}:${(liar.address() as AddressInfo).port}`;
});
afterAll(async () => {
  liar.close();
  await network.server.close();
});

type Note = { readonly code: string; readonly facts: object };
let epochs: Epochs;
let notes: Note[];
let isCutOff: boolean;
let nowMs: number;
/** A node that is halted takes nothing up. */
let isHalted: boolean;
let seeker: LinkSeeker;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  [epochs, notes, asked, isCutOff, nowMs] = [new Epochs(firstEpoch(network.genesis)), [], [], false, 0];
  isHalted = false;
});
afterEach(async () => {
  await seeker.close();
  vi.useRealTimers();
});

function seek(...urls: string[]): void {
  seeker = new LinkSeeker({
    ...{ urls, sha256, verifier: memoryVerifier(verifySignature) },
    epochs: () => epochs,
    isCutOff: () => isCutOff,
    learn: (learned: readonly EpochFacts[]) => {
      if (!isHalted) for (const facts of learned) epochs.add(facts);
    },
    note: (event) => notes.push(event),
    now: () => nowMs,
  });
  seeker.begin();
}

const newest = () => epochs.last.electorate.epoch;
const pageOf = async (query: string) => await (await fetch(`${honest}/api/v1/epochs${query}`)).text();

describe("a node that knows of no later epoch", () => {
  it("learns of all of them when it starts, page by page", async () => {
    seek(honest);
    await vi.waitFor(() => expect(newest()).toBe(EPOCHS));
    expect(notes).toEqual([
      { code: "links_learned", facts: { from: honest, epoch: 16 } },
      { code: "links_learned", facts: { from: honest, epoch: EPOCHS } },
    ]);
    const [member] = epochs.of(Epoch(EPOCHS))!.configuration.members;
    expect(member!.transportKey).toEqual(keyOf(`transport ${EPOCHS} 1`));
  });

  it("asks everybody, so that nobody keeps the newest from it, and believes no bad link", async () => {
    const page = JSON.parse(await pageOf("?from=1&limit=3")) as { epochs: { link: string }[] };
    const [first, second, third] = page.epochs.map(({ link }) => link) as [string, string, string];
    const spoiled = `${third.slice(0, -2)}${third.endsWith("00") ? "01" : "00"}`;
    const shown = page.epochs.map((epoch, i) => ({ ...epoch, link: [first, second, spoiled][i] }));
    lie = () => JSON.stringify({ ...page, epochs: shown });
    seek(liarUrl, honest);
    await vi.waitFor(() => expect(newest()).toBe(EPOCHS));
    expect(asked).toHaveLength(1);
    expect(notes.slice(0, 2)).toEqual([
      {
        code: "links_refused",
        facts: { from: liarUrl, reason: "a signature in a link does not verify" },
      },
      { code: "links_learned", facts: { from: liarUrl, epoch: 2 } },
    ]);
  });

  it.each([
    ["no JSON", () => "{"],
    ["another shape", () => '{"epochs":7}'],
    ["an epoch without a link", () => pageOf("?from=0&limit=1")],
    ["links of later epochs alone", () => pageOf("?from=3&limit=1")],
  ])("learns nothing from %s", async (_, shown) => {
    const text = await shown();
    lie = () => text;
    seek(liarUrl, honest);
    await vi.waitFor(() => expect(newest()).toBe(EPOCHS));
    expect(asked).toHaveLength(1);
    expect(notes.at(-1)).toEqual({ code: "links_learned", facts: { from: honest, epoch: EPOCHS } });
  });
});

describe("a node that knows all epochs", () => {
  const rounds = async (count: number) => {
    await vi.waitFor(() => expect(asked).toHaveLength(count));
    // The round is over when the next look may begin another.
    await new Promise((resolve) => setImmediate(resolve));
  };

  it("asks for no page twice where what it learns is not taken up", async () => {
    lie = () => "{}";
    isHalted = true;
    seek(honest, liarUrl);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(notes).toEqual([]);
  });

  it("asks again while it is cut off, after longer and longer pauses", async () => {
    lie = () => '{"epochs":[],"last":0}';
    seek(liarUrl);
    await rounds(1);
    isCutOff = true;
    const waitedMs: number[] = [];
    for (let round = 2; round <= 9; round++) {
      const beganMs = nowMs;
      while (asked.length < round) {
        nowMs += 1_000;
        await vi.advanceTimersByTimeAsync(1_000);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      waitedMs.push(nowMs - beganMs);
    }
    expect(waitedMs.at(-1)).toBeGreaterThanOrEqual(60_000);
    expect(waitedMs[0]).toBeLessThan(10_000);
    expect(notes).toEqual([]);
  });

  it("asks nobody any more while it is not", async () => {
    lie = () => '{"epochs":[],"last":0}';
    seek(liarUrl);
    await rounds(1);
    nowMs += 600_000;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(1);
  });
});
