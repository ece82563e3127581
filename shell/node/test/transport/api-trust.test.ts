// Certificates of a network's own (A53), and nodes that fetch over TLS from whom they are told to trust (A54): over real sockets.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeId, ok } from "@juno/base";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ClusterSnapshots } from "../../src/audit/cluster-snapshots.ts";
import { initNetwork } from "../../src/init/init-network.ts";
import { initNode } from "../../src/init/init-node.ts";
import { loadGenesis } from "../../src/run/genesis-file.ts";
import { loadNodeConfig } from "../../src/run/node-config.ts";
import { type ApiTrust, trustAlso, trustOnly } from "../../src/transport/api-trust.ts";
import { askNode } from "../../src/transport/ask-node.ts";

const HOST = "127.0.0.1";
const PORTS = [
  { peer: 8101, api: 7101 },
  { peer: 8102, api: 7102 },
];
let folder: string;
const network = () => join(folder, "network");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-tls-"));
  await initNetwork({
    ...{ folder: network(), host: HOST, ports: PORTS, clients: [], startTime: 0, apiTls: {} },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (node: string) => loadNodeConfig(join(folder, node, "config.json"));

/** A server with the node's certificate, for as long as that work takes. */
async function serving<T>(
  node: string,
  work: (port: number) => Promise<T>,
  heard: (url: string | undefined) => void = () => undefined,
): Promise<T> {
  const { certificatePath, keyPath } = configOf(node).apiTls!;
  const identity = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
  const server = createServer(identity, ({ url }, response) => {
    heard(url);
    response.end('"heard"');
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What such a server answers to whoever trusts so; undefined: nothing. */
const ask = (node: string, trust: ApiTrust | undefined, host = HOST): Promise<unknown> =>
  serving(node, async (port) => {
    const signal = new AbortController().signal;
    const limits = { bytesMax: 100, partsMax: 100, timeoutMs: 10_000, signal, trust };
    const said = await askNode(`https://${host}:${port}`, (json) => ok(json), limits);
    const elsewhere = await new Promise<string>((resolve) => {
      get(`https://${host}:${port}`, () => resolve("answered")).on("error", () => resolve("refused"));
    });
    expect(elsewhere, "what asks anybody else trusts as before").toBe("refused");
    return said;
  });

it("are made with the network, one for each node, and stand in its configuration", () => {
  const config = configOf("network/node-2");
  expect(config.apiCaPath).toBe(join(network(), "ca.pem"));
  expect(config.apiUrls.get(NodeId(1))).toBe("https://127.0.0.1:7101");
  for (const secret of [config.apiTls!.keyPath, join(network(), "ca.key.pem")])
    expect(statSync(secret).mode & 0o777).toBe(0o600);
});

it("are trusted by whoever is told of their authority, for the host that they name", async () => {
  expect(await ask("network/node-1", undefined)).toBeUndefined();
  const trust = trustAlso(configOf("network/node-1").apiCaPath!);
  expect(await ask("network/node-1", trust)).toBe("heard");
  expect(await ask("network/node-2", trust)).toBe("heard");
  expect(await ask("network/node-2", trust, "localhost")).toBeUndefined();
});

it("are trusted by an audit that is told of their authority, which fetches snapshots from the nodes", async () => {
  const { genesisPath, apiCaPath } = configOf("network/node-1");
  const genesis = loadGenesis(genesisPath);
  const heard: unknown[] = [];
  const offered = async (ca: string | undefined) =>
    serving(
      "network/node-1",
      async (port) => {
        const snapshots = new ClusterSnapshots({ genesis, urls: [`https://${HOST}:${port}`], ca });
        await snapshots.offers();
        await snapshots.close();
      },
      (url) => heard.push(url),
    );
  await offered(undefined);
  expect(heard).toEqual([]);
  await offered(readFileSync(apiCaPath!, "utf8"));
  expect(heard).toEqual(["/api/v1/snapshots"]);
});

it("are made for a node that joins, as long as the authority's key is at hand", async () => {
  const peers = new Map([[1, { host: HOST, port: 8101 }]]);
  const join5 = (id: number) => ({
    ...{
      folder: join(folder, `new-${id}`),
      genesisPath: join(network(), "genesis.json"),
      id: NodeId(id),
      peers,
    },
    ...{ listen: { host: HOST, port: 8100 + id }, api: { host: HOST, port: 7100 + id }, apiUrls: new Map() },
  });
  const anywhere = { ...join5(4), api: { host: "0.0.0.0", port: 7104 } };
  await expect(initNode(anywhere)).rejects.toMatchObject({
    message: /A certificate for 0\.0\.0\.0 is good for/,
  });
  expect(existsSync(anywhere.folder)).toBe(false);
  await initNode(join5(5));
  expect(await ask("new-5", trustAlso(configOf("new-5").apiCaPath!))).toBe("heard");
  rmSync(join(network(), "ca.key.pem"));
  await initNode(join5(6));
  expect(configOf("new-6")).toMatchObject({ apiTls: undefined, apiCaPath: join(network(), "ca.pem") });
});

it("may be given instead; what cannot be used is refused before anything is written", async () => {
  const given = join(folder, "given");
  const other = { host: HOST, ports: PORTS, clients: [], startTime: 0, apiTls: { given } };
  await initNetwork({ ...other, folder: given, apiTls: {} });
  const fault = initNetwork({ ...other, folder: join(folder, "refused") });
  await expect(fault).rejects.toMatchObject({ code: "config_invalid", message: /node-1\.pem.*no such file/ });
  for (const id of [1, 2])
    for (const [from, to] of [
      ["api.pem", `node-${id}.pem`],
      ["api.key.pem", `node-${id}.key.pem`],
    ] as const)
      writeFileSync(join(given, to), readFileSync(join(given, `node-${id}`, from)));
  const authority = readFileSync(join(given, "ca.pem"), "utf8");
  const secret = readFileSync(join(given, "ca.key.pem"), "utf8");
  writeFileSync(join(given, "ca.pem"), secret + authority);
  await initNetwork({ ...other, folder: join(folder, "taken") });
  expect(readFileSync(join(folder, "taken", "ca.pem"), "utf8")).toBe(authority);
  const trust = trustOnly(readFileSync(configOf("taken/node-1").apiCaPath!, "utf8"));
  expect(await ask("taken/node-1", trust)).toBe("heard");
  const foreigner = trustOnly(readFileSync(join(network(), "ca.pem"), "utf8"));
  expect(await ask("taken/node-1", foreigner)).toBeUndefined();
  writeFileSync(join(given, "node-2.key.pem"), readFileSync(join(given, "node-1.key.pem")));
  const swapped = initNetwork({ ...other, folder: join(folder, "swapped") });
  await expect(swapped).rejects.toMatchObject({ message: /node-2\.key\.pem is not the key of/ });
  const elsewhere = initNetwork({ ...other, host: "127.0.0.2", folder: join(folder, "swapped") });
  await expect(elsewhere).rejects.toMatchObject({ message: /node-1\.pem is not for the host 127\.0\.0\.2/ });
  writeFileSync(join(given, "ca.pem"), readFileSync(join(network(), "ca.pem")));
  const foreign = initNetwork({ ...other, folder: join(folder, "swapped") });
  await expect(foreign).rejects.toMatchObject({
    message: /node-1\.pem is signed by no authority of ca\.pem/,
  });
  for (const name of ["refused", "swapped"]) expect(existsSync(join(folder, name))).toBe(false);
});

it("are said to be none where the file holds none", () => {
  const path = join(folder, "none.pem");
  writeFileSync(path, "no certificate");
  expect(() => trustAlso(path)).toThrow(`apiCa: ${path} is no file of certificates (PEM): it holds none`);
});
