// Snapshots from addresses of which nobody has said whose they are, where reads are guarded: for whom they are signed.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { READER_HEADER, requestDigest, SIGNATURE_HEADER } from "@juno/api";
import { hex, NodeId } from "@juno/base";
import { parseSignedRead, signedReadBytes } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { ClusterSnapshots } from "../../src/audit/cluster-snapshots.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import { ask, type Question } from "../http/asking.ts";
import { keyOf, pretendNetwork, signOf } from "../http/pretend-network.ts";

describe("whoever fetches snapshots from addresses", () => {
  it("signs for the member that shows it is there, and for nobody else (A42)", async () => {
    const roles = [
      { name: "default", submit: "*", read: [] },
      { name: "treasury", submit: "*", read: "*" },
    ];
    const under = await pretendNetwork({ genesis: { roles } });
    const readers: (string | undefined)[] = [];
    let spoil = (signature: string): string => signature;
    // Passes on, as whoever has taken over an address would.
    const between = createServer(async ({ url, headers }, reply) => {
      if (url === "/api/v1/snapshots") readers.push(headers[READER_HEADER] as string | undefined);
      const said = await ask(under, { url: url!, headers: headers as Question["headers"] & object });
      reply.setHeader(SIGNATURE_HEADER, spoil(String(said.headers[SIGNATURE_HEADER])));
      reply.writeHead(said.status).end(said.text);
    });
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    const { port } = between.address() as AddressInfo;
    const reader = { key: keyOf("treasury"), sign: signOf("treasury") };
    const urls = [`http://127.0.0.1:${port}`];
    const snapshots = new ClusterSnapshots({ genesis: under.genesis, urls, reader });
    await snapshots.offers();
    expect(readers).toEqual([undefined, expect.stringContaining(hex(reader.key))]);
    const { time, signature } = parseSignedRead(readers[1]!)!;
    const parts = { method: "GET", target: "/api/v1/snapshots", nonce: "", body: new Uint8Array(0) };
    const asked = { node: NodeId(1), time, requestDigest: requestDigest(sha256, parts) };
    expect(signature).toEqual(new Uint8Array(reader.sign(signedReadBytes(under.network, asked))));
    readers.length = 0;
    spoil = (text) => text.replace(/^1:/, "2:");
    await snapshots.offers();
    expect(readers).toEqual([undefined]);
    await snapshots.close();
    between.close();
  });
});
