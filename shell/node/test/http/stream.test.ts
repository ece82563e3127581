// GET /stream over real connections (A17, A19): in order, without gap or repetition, whoever comes
// and goes; signed event by event; and never kept waiting by a reader that does not read.

import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { EventReader, eventStatement, parseEntry, type ReceivedEvent, signatureCheck } from "@juno/api";
import { encodeCommand } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { sha256, verifySignature } from "../../src/crypto/sodium.ts";
import { createAccount, keyOf, type NetworkOptions, pretendNetwork } from "./pretend-network.ts";

const VOTER_KEYS = new Map([1, 2, 3, 4].map((id) => [id, keyOf(`voter ${id}`)]));

class Reading {
  readonly events: ReceivedEvent[] = [];
  readonly closed: Promise<void>;
  readonly response: IncomingMessage;
  readonly #request: ClientRequest;

  constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.response = response;
    const reader = new EventReader();
    response.setEncoding("utf8");
    response.on("data", (text: string) => this.events.push(...(reader.read(text) ?? [])));
    response.on("error", () => undefined);
    this.closed = new Promise((resolve) => response.once("close", () => resolve()));
  }

  get ids(): (number | undefined)[] {
    return this.events.map(({ id }) => id);
  }

  leave(): void {
    this.#request.destroy();
  }
}

const openStream = (port: number, query: string, headers: Record<string, string> = {}): Promise<Reading> =>
  new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: `/api/v1/stream${query}`, headers }, (response) =>
      resolve(new Reading(request, response)),
    );
    request.once("error", reject);
  });

async function streaming(options: NetworkOptions = {}) {
  const under = await pretendNetwork(options);
  const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
  let accounts = 0;
  const grow = async (count: number) => {
    const commands = Array.from({ length: count }, () => {
      accounts += 1;
      return under.command(["wjm"], [createAccount(`account${accounts}`)]).signed;
    });
    await under.backend.submit(commands);
    under.backend.commit();
  };
  return { under, port, grow };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the stream", () => {
  it("gives the log from an index on and then what comes, once each, in order (A19)", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    await grow(700);
    const reading = await openStream(port, "?from=1");
    await grow(10);
    await expect.poll(() => reading.events.length).toBe(711);
    expect(reading.ids).toEqual(range(1, 711));
    for (const { data } of reading.events.slice(0, 3)) {
      expect(parseEntry(sha256, JSON.parse(data))).toMatchObject({ ok: true });
    }
    reading.leave();
    await under.server.close();
  });

  it("tells no entry whose roles the node does not know yet, nor do pages of the log (A44)", async () => {
    const { under, port } = await streaming();
    const { backend } = under;
    const { index, root } = backend.chain;
    const first = await openStream(port, "");
    // Applied, and not told of: as where the reader's thread is ahead.
    const { signed } = under.command(["wjm"], [createAccount("ahead")]);
    backend.chain.append([{ kind: "command", body: encodeCommand(signed) }], backend.chain.time);
    backend.statusPatch = { applied: { index, root } };
    const second = await openStream(port, "?from=1");
    await expect.poll(() => second.ids).toEqual([1]);
    backend.announce({ what: "role", detail: "x", time: 5, term: 1 as never, leader: 1 as never });
    await expect.poll(() => second.events.at(-1)?.name).toBe("node");
    expect(second.ids).toEqual([1, undefined]);
    const told = async (path: string) =>
      (await under.server.app.inject({ url: `/api/v1/entries${path}` })).json();
    expect(await told("")).toMatchObject({ entries: [{ index: 1 }], applied: 1 });
    expect((await told("")).entries).toHaveLength(1);
    expect(await told("/2")).toMatchObject({ code: "entry_unknown" });
    backend.statusPatch = {};
    expect((await told("")).entries).toHaveLength(2);
    expect(await told("/2")).toMatchObject({ index: 2 });
    for (const reading of [first, second]) reading.leave();
    await under.server.close();
  });

  it("begins with what comes next when nothing is asked for", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    await grow(5);
    const reading = await openStream(port, "");
    await grow(2);
    await expect.poll(() => reading.ids).toEqual([7, 8]);
    reading.leave();
    await under.server.close();
  });

  it("begins at an index that is not there yet when the log has reached it", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    const reading = await openStream(port, "?from=5");
    for (let i = 0; i < 5; i++) await grow(1);
    await expect.poll(() => reading.ids).toEqual([5, 6]);
    reading.leave();
    await under.server.close();
  });

  it("resumes after Last-Event-ID without a gap while the log grows (A19)", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    const seen: (number | undefined)[] = [];
    for (let round = 0; round < 6; round++) {
      await grow(50);
      const headers: Record<string, string> = round === 0 ? {} : { "last-event-id": String(seen.at(-1)) };
      const reading = await openStream(port, "?from=1", headers);
      await grow(20);
      await expect.poll(() => reading.events.length).toBeGreaterThan(30);
      reading.leave();
      await reading.closed;
      seen.push(...reading.ids);
    }
    const last = await openStream(port, "", { "last-event-id": String(seen.at(-1)) });
    const missing = under.backend.chain.index - Number(seen.at(-1));
    await expect.poll(() => last.events.length).toBe(missing);
    expect([...seen, ...last.ids]).toEqual(range(1, under.backend.chain.index));
    last.leave();
    await under.server.close();
  });

  it("signs each event once, and all readers get the same bytes (A17)", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    const readings = await Promise.all([
      openStream(port, ""),
      openStream(port, ""),
      openStream(port, "?from=1"),
    ]);
    under.backend.announce({
      what: "role",
      detail: "Node 1 leads.",
      time: 5,
      term: 1 as never,
      leader: 1 as never,
    });
    await grow(3);
    await expect.poll(() => readings.map(({ events }) => events.length)).toEqual([4, 4, 5]);
    const [first, second, third] = readings.map(({ events }) => events.slice(-3));
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    for (const event of readings[0]!.events) {
      const statement = eventStatement({ network: under.network, sha256 }, event);
      const found = signatureCheck(event.signature, statement, VOTER_KEYS as never);
      expect(found !== undefined && verifySignature(found.check)).toBe(true);
    }
    expect(readings[0]!.events[0]).toMatchObject({ name: "node", id: undefined });
    for (const reading of readings) reading.leave();
    await under.server.close();
  });

  it("cuts off a reader that does not read, keeps nothing for it, and serves the others (A13)", async () => {
    const { under, port, grow } = await streaming({
      commitsAtOnce: false,
      http: { streamBacklogBytesMax: 64 * 1024 },
    });
    const [slow, quick] = [await openStream(port, ""), await openStream(port, "")];
    slow.response.pause();
    const cut = async () => {
      const { body } = await under.server.app.inject({ url: "/api/v1/metrics" });
      return /juno_http_streams_cut_total (\d+)/.exec(body)?.[1];
    };
    await expect
      .poll(
        async () => {
          await grow(500);
          return await cut();
        },
        { timeout: 50_000 },
      )
      .toBe("1");
    const index = under.backend.chain.index;
    await expect.poll(() => quick.ids.at(-1)).toBe(index);
    expect(quick.ids).toEqual(range(2, index));
    slow.response.resume();
    await slow.closed;
    expect(slow.ids).toEqual(range(2, slow.ids.length + 1));
    quick.leave();
    await under.server.close();
  });

  it("cuts off a reader that takes nothing while it catches up (A13)", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false, http: { streamStallMs: 30 } });
    await grow(9_000);
    const slow = await openStream(port, "?from=1");
    slow.response.pause();
    await expect
      .poll(async () => (await under.server.app.inject({ url: "/api/v1/metrics" })).body)
      .toContain("juno_http_streams_cut_total 1");
    slow.response.resume();
    await slow.closed;
    expect(slow.ids).toEqual(range(1, slow.ids.length));
    expect(slow.ids.length).toBeLessThan(9_001);
    await under.server.close();
  });

  it("listens to the node only while somebody reads, and forgets readers that left", async () => {
    const { under, port, grow } = await streaming({ commitsAtOnce: false });
    expect(under.backend.subscribers).toBe(0);
    const reading = await openStream(port, "");
    await expect.poll(() => under.backend.subscribers).toBe(1);
    reading.leave();
    await expect.poll(() => under.backend.subscribers).toBe(0);
    await grow(1);
    await under.server.close();
  });

  it("refuses more streams than it may have, pruned beginnings and bad ids", async () => {
    const { under, port } = await streaming({ http: { streamsMax: 1 } });
    const reading = await openStream(port, "");
    expect((await openStream(port, "")).response.statusCode).toBe(429);
    reading.leave();
    await expect.poll(() => under.backend.subscribers).toBe(0);
    expect((await openStream(port, "", { "last-event-id": "x" })).response.statusCode).toBe(400);
    under.backend.prunedBelow = 9 as never;
    expect((await openStream(port, "?from=1")).response.statusCode).toBe(410);
    await under.server.close();
  });

  it("keeps a quiet connection alive", async () => {
    const { under, port } = await streaming({ http: { streamHeartbeatMs: 10 } });
    const reading = await openStream(port, "");
    let text = "";
    reading.response.on("data", (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain(": alive\n\n: alive\n\n");
    expect(reading.events).toEqual([]);
    reading.leave();
    await under.server.close();
  });

  it("ends its streams when the node shuts down", async () => {
    const { under, port } = await streaming();
    const reading = await openStream(port, "");
    await under.server.close();
    await reading.closed;
    expect(reading.response.complete).toBe(true);
  });
});
