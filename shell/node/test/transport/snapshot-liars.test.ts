// Snapshots fetched over HTTP from whoever answers: what is too long, never ends, breaks off, or is no answer is as good
// as not there, nothing of it rejects, and nothing is held in memory beyond what an answer may have.

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { READER_HEADER } from "@juno/api";
import { Hash, LogIndex, NodeId } from "@juno/base";
import { encodeSnapshotCertificate } from "@juno/proof";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HttpSnapshotSource } from "../../src/transport/http-snapshot-source.ts";

const peer = NodeId(2);
const index = LogIndex(48);
const hash = "ab".repeat(32);
const certificate = Buffer.from(encodeSnapshotCertificate([])).toString("hex");
const summary = { index: 48, hash, time: 1, chunks: 1, bytes: 1, certificate };
const MIB = 1024 * 1024;

let server: Server | undefined;
let source: HttpSnapshotSource;

type DropFirst<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : [];

/** What a peer answers to everything. */
async function told(
  answer: RequestListener,
  ...reading: DropFirst<ConstructorParameters<typeof HttpSnapshotSource>>
): Promise<void> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  source = new HttpSnapshotSource(new Map([[peer, `http://127.0.0.1:${port}`]]), ...reading);
}

const json = (body: unknown) =>
  told((_, reply) => reply.end(typeof body === "string" ? body : JSON.stringify(body)));

/** Everything that may be asked. */
const asked = async () => ({
  list: await source.list(peer),
  manifest: await source.manifest(peer, index),
  chunk: await source.chunk(peer, { index, chunk: 0, bytesMax: 100 }),
});
const NOTHING = { list: [], manifest: undefined, chunk: undefined };

afterEach(async () => {
  vi.restoreAllMocks();
  await source.close();
  server?.closeAllConnections();
  server?.close();
});

describe("a peer that answers as it should", () => {
  it("is heard", async () => {
    await json({ snapshots: [summary, { ...summary, index: 96, certificate: null }] });
    expect(await source.list(peer)).toEqual([
      { index, hash: Hash(Uint8Array.from(Buffer.from(hash, "hex"))), certificate: [] },
    ]);
    expect(await source.list(NodeId(3))).toEqual([]);
  });

  it("hands out long texts", async () => {
    const manifest = "0f".repeat(2 * MIB);
    await json({ index: 48, manifest, commitProof: null });
    const given = await source.manifest(peer, index);
    expect(given?.manifest.length).toBe(2 * MIB);
    expect(given?.commitProof).toBeUndefined();
  });
});

describe("a peer whose reads are guarded (A41)", () => {
  it("is told who asks once it wants to know, and nobody is told without", async () => {
    const heads: (string | undefined)[] = [];
    const guarded: RequestListener = ({ headers, url }, reply) => {
      const reader = headers[READER_HEADER] as string | undefined;
      heads.push(reader);
      if (reader === undefined) reply.statusCode = 401;
      reply.end(
        reader === `node 3 asks ${peer} for ${url}` ? JSON.stringify({ snapshots: [summary] }) : "{}",
      );
    };
    await told(guarded, { readerFor: async (node, target) => `node 3 asks ${node} for ${target}` });
    expect(await source.list(peer)).toHaveLength(1);
    expect(heads).toEqual([undefined, `node 3 asks ${peer} for /api/v1/snapshots`]);
    await source.close();
    server?.close();
    await told(guarded);
    expect(await source.list(peer)).toEqual([]);
    await source.close();
    server?.close();
    heads.length = 0;
    await told(guarded, { readerFor: async () => undefined });
    expect(await source.list(peer)).toEqual([]);
    expect(heads).toEqual([undefined]);
  });
});

describe("a peer that does not", () => {
  it.each<[string, unknown]>([
    ["text that is no JSON", "nonsense"],
    ["a value of another form", []],
    ["an index that is none", { snapshots: [{ ...summary, index: 2 ** 53 }] }],
    ["a negative index", { snapshots: [{ ...summary, index: -1 }] }],
    ["a hash that is too short", { snapshots: [{ ...summary, hash: "ab" }] }],
    ["half a byte", { index: 48, manifest: "abc", commitProof: null, chunk: 0, bytes: "abc" }],
    ["upper-case digits", { index: 48, manifest: "AB", commitProof: null }],
    ["a certificate that is too long", { snapshots: [{ ...summary, certificate: "00".repeat(64 * 1024) }] }],
    ["more snapshots than anybody keeps", { snapshots: new Array(1_001).fill(summary) }],
  ])("says nothing by %s", async (_, body) => {
    await json(body);
    expect(await asked()).toEqual(NOTHING);
  });

  it("says nothing by a certificate that cannot be read", async () => {
    await json({ snapshots: [{ ...summary, certificate: "ffffffff" }] });
    expect(await source.list(peer)).toEqual([]);
  });

  it("says nothing by an error, or by sending on", async () => {
    await told((_, reply) => reply.writeHead(503).end("x".repeat(MIB)));
    expect(await asked()).toEqual(NOTHING);
    server!.removeAllListeners("request");
    server!.on("request", (_, reply) => reply.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await asked()).toEqual(NOTHING);
  });

  it("says nothing by fewer bytes than it announced", async () => {
    await told((_, reply) => {
      reply.writeHead(200, { "content-length": "1000" });
      reply.write("{");
      reply.destroy();
    });
    expect(await asked()).toEqual(NOTHING);
  });

  it("is not listened to for ever", async () => {
    const stream = Buffer.alloc(MIB, 0x20);
    let sent = 0;
    await told((_, reply) => {
      const push = () => {
        while (!reply.destroyed && reply.write(stream)) sent += 1;
      };
      reply.on("drain", push);
      push();
    });
    expect(await source.list(peer)).toEqual([]);
    expect(await source.chunk(peer, { index, chunk: 0, bytesMax: MIB })).toBeUndefined();
    expect(sent).toBeLessThan(64);
  });

  it("does not make much of little by compressing it", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, 0x20));
    await told((_, reply) => reply.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    expect(await source.list(peer)).toEqual([]);
  });

  it("does not make much of little by brackets and commas", async () => {
    const parse = vi.spyOn(JSON, "parse");
    for (const part of ["[", "{},", '"a":1,']) {
      await json(`{"index":48,"manifest":"","commitProof":null,"more":${part.repeat(MIB)}}`);
      expect(await source.manifest(peer, index)).toBeUndefined();
      server?.close();
      await source.close();
    }
    expect(parse.mock.calls.filter(([text]) => text.length > MIB)).toEqual([]);
  });
});
