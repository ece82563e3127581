import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadNodeConfig } from "./node-config.ts";

const folder = mkdtempSync(join(tmpdir(), "juno-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function load(fields: object) {
  const path = join(folder, "config.json");
  const [listen, api] = [8101, 7101].map((port) => ({ host: "127.0.0.1", port }));
  const document = { genesis: "../genesis.json", keys: "node.json", listen, api, peers: {}, ...fields };
  writeFileSync(path, JSON.stringify(document));
  return loadNodeConfig(path);
}

describe("under which certificate a node serves its API (A40)", () => {
  it("is told by two files, from the folder of config.json", () => {
    const files = { certificatePath: join(folder, "api.pem"), keyPath: "/etc/api.key" };
    expect(load({ apiTls: { certificate: "api.pem", key: "/etc/api.key" } }).apiTls).toEqual(files);
    expect(load({}).apiTls).toBeUndefined();
    expect(() => load({ apiTls: { certificate: "api.pem" } })).toThrow(/apiTls: the member "key"/);
  });
});

it("finds its files from the folder of config.json, or where an absolute path says", () => {
  expect(load({ genesis: "/etc/juno/genesis.json" })).toMatchObject({
    genesisPath: "/etc/juno/genesis.json",
    keysPath: join(folder, "node.json"),
  });
});

describe("whom a node without a vote follows", () => {
  it("is a list of nodes, and nobody in particular if nothing is said", () => {
    expect(load({ follow: [5, 6] }).follow).toEqual([5, 6]);
    expect(load({}).follow).toEqual([]);
  });

  it.each([[5], [["5"]], [[0]], [Array.from({ length: 17 }, (_, i) => i + 1)]])(
    "is refused with its place otherwise: %j",
    (follow) => {
      expect(() => load({ follow })).toThrow(/config\.json: .*follow/);
    },
  );
});
