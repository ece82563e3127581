// Whatever a peer asks for, it is answered within bounds, and nobody can stop a node or keep it busy by
// asking.

import { decodeWith, type LogIndex, NodeId } from "@juno/base";
import { decodeFrame, type FetchBody, readFetchReply } from "@juno/consensus";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  appending,
  committing,
  entriesAbove,
  epoch,
  genesisPoint,
  network,
  sha256,
} from "../test/log-fixture.ts";
import { redactedAt } from "../test/log-redaction-suite.ts";
import type { LogStore } from "./ports/log-store.ts";
import { MemoryLog, MemoryLogStore } from "./ports/memory/memory-log-store.ts";
import { Serving } from "./serving.ts";

const ENTRIES = 30;
const peer = NodeId(2);
const identity = {
  self: NodeId(1),
  network,
  sha256,
  voice: () => ({ epoch, sign: () => new Uint8Array(64) }),
};

let store: MemoryLogStore;
let sent: NodeId[];

const ask = (index: number, fields: Partial<FetchBody> = {}): FetchBody => ({
  epoch,
  from: peer,
  direction: "back",
  certified: true,
  point: { index: index as LogIndex, hash: network },
  entriesMax: 2 ** 32 - 1,
  bytesMax: 4 * 1024 * 1024,
  ...fields,
});

const servingOf = (log: LogStore): Serving =>
  new Serving(identity, log, (to, frame) => {
    const decoded = decodeFrame(frame);
    expect(decoded).toMatchObject({ ok: true, value: { kind: "fetch-reply", from: 1 } });
    sent.push(to);
  });

beforeEach(async () => {
  sent = [];
  store = new MemoryLogStore(new MemoryLog(network));
  const entries = entriesAbove(genesisPoint, ENTRIES);
  await store.write([appending(entries), committing(entries[19]!)]);
});

/** What is served, as the indexes of the point before and of each entry. */
function telling(): { serving: Serving; told: number[][] } {
  const told: number[][] = [];
  const serving = new Serving(identity, store, (_to, frame) => {
    const decoded = decodeFrame(frame);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const reply = decodeWith(decoded.value.attachment, (reader) => readFetchReply(reader, 1 << 20));
    if (!reply.ok) throw new Error(reply.error.detail);
    told.push([reply.value.before.index, ...reply.value.bare.map(({ index }) => Number(index))]);
  });
  return { serving, told };
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe("fetches", () => {
  it("of any index and size are answered, in either direction", async () => {
    const serving = servingOf(store);
    const edges = [0, 1, 20, ENTRIES, ENTRIES + 1, 2 ** 32, 2 ** 53 - 600, 2 ** 53 - 2, 2 ** 53 - 1];
    const index = fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat());
    const size = fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1), fc.nat());
    await fc.assert(
      fc.asyncProperty(
        index,
        size,
        fc.constantFrom("back" as const, "forward" as const),
        async (at, size, direction) => {
          sent = [];
          await serving.serve(peer, ask(at, { entriesMax: size, bytesMax: size, direction }));
          expect(sent).toEqual([peer]);
        },
      ),
      { examples: [[2 ** 53 - 1, 1, "forward"]] },
    );
  });

  it("are answered backwards with what is of use, and no more (E27)", async () => {
    const entries = entriesAbove(genesisPoint, ENTRIES);
    const { serving, told } = telling();
    for (const entriesMax of [0, 1, 5, 13, 15, 400]) {
      await serving.serve(peer, ask(15, { point: entries[14]!, entriesMax }));
    }
    expect(told).toEqual([upTo(14, 15), upTo(14, 15), upTo(10, 15), upTo(2, 15), upTo(0, 15), upTo(0, 15)]);
  });

  it("are answered forwards up to the next proof where little is of use (E27)", async () => {
    const before = entriesAbove(genesisPoint, ENTRIES);
    const entries = [...before, ...entriesAbove(before[ENTRIES - 1]!, 700)];
    await store.write([appending(entries.slice(ENTRIES)), committing(entries[499]!)]);
    await store.write([committing(entries[699]!)]);
    const { serving, told } = telling();
    await serving.serve(peer, ask(30, { direction: "forward", entriesMax: 512 }));
    await serving.serve(peer, ask(30, { direction: "forward", entriesMax: 513 }));
    expect(told).toEqual([upTo(30, 500), upTo(30, 700)]);
  });

  it("are never answered with an entry whose payload is redacted (C22)", async () => {
    const entries = entriesAbove(genesisPoint, ENTRIES);
    await store.write([committing(entries[ENTRIES - 1]!)]);
    await store.redact([7, 12].map((index) => redactedAt(entries[index - 1]!)));
    const { serving, told } = telling();
    const backTo = (index: number) => ask(index, { point: entries[index - 1]! });
    await serving.serve(peer, backTo(6));
    await serving.serve(peer, backTo(7));
    await serving.serve(peer, backTo(14));
    await serving.serve(peer, ask(3, { direction: "forward" }));
    await serving.serve(peer, ask(12, { direction: "forward" }));
    expect(told).toEqual([upTo(0, 6), [7], [12, 13, 14], [12], upTo(12, 20)]);
  });

  it("tell up to where entries are not whole, not that there are no more (V11)", async () => {
    const entries = entriesAbove(genesisPoint, ENTRIES);
    await store.write([committing(entries[ENTRIES - 1]!)]);
    const { serving, told } = telling();
    const redact = (index: number) => store.redact([redactedAt(entries[index - 1]!)]);
    const forward = (index: number) => serving.serve(peer, ask(index, { direction: "forward" }));
    await redact(15);
    await forward(14);
    await redact(25);
    await forward(20);
    await forward(ENTRIES);
    expect(told).toEqual([[15], [25], [ENTRIES]]);
  });

  it("of one peer are served one by one: of those that come meanwhile, the last waits", async () => {
    let reads = 0;
    let readsAtOnce = 0;
    const counting: LogStore = {
      load: () => store.load(),
      write: (changes) => store.write(changes),
      floor: () => store.floor(),
      prune: (...asked) => store.prune(...asked),
      commitProof: (range) => store.commitProof(range),
      evidence: (range) => store.evidence(range),
      redact: (bodies) => store.redact(bodies),
      close: () => store.close(),
      read: async (range) => {
        readsAtOnce = Math.max(readsAtOnce, ++reads);
        const entries = await store.read(range);
        reads -= 1;
        return entries;
      },
    };
    const serving = servingOf(counting);
    await Promise.all(Array.from({ length: 50 }, () => serving.serve(peer, ask(ENTRIES))));
    expect(readsAtOnce).toBe(1);
    expect(sent.length).toBe(2);
    await Promise.all([serving.serve(peer, ask(ENTRIES)), serving.serve(NodeId(3), ask(ENTRIES))]);
    expect(sent).toEqual([2, 2, 2, 3]);
  });
});
