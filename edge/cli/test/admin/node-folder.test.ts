// The folder of a node that joins a network: what `juno node create` makes, and what others are shown of it.

import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex, NodeId } from "@juno/base";
import { loadNodeConfig, loadNodeKeys } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPublicKeys } from "../../src/admin/node-keys-file.ts";
import { runNodeCreate, runNodeKeys } from "../../src/command/node-folder-command.ts";
import { capturedOutput } from "../captured-output.ts";
import { temporaryNetwork } from "../temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
const options = (more: object = {}) => ({
  folder: join(network.folder, "node-5"),
  genesis: join(network.folder, "genesis.json"),
  id: 5,
  listen: "127.0.0.1:8105",
  api: "127.0.0.1:7105",
  ...more,
});

beforeAll(async () => {
  network = await temporaryNetwork();
});
afterAll(() => network.remove());

describe("juno node create", () => {
  it("makes keys, a configuration that knows the neighbours, and an empty log", async () => {
    const output = capturedOutput();
    await runNodeCreate(options({ peer: ["1=10.0.0.1:8101"], peerApi: ["1=http://10.0.0.1:7101"] }), output);
    const { folder } = options();
    expect(statSync(join(folder, "node.json")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, "log.db"))).toBe(true);
    const config = loadNodeConfig(join(folder, "config.json"));
    expect([...config.peers.keys()]).toEqual([1, 2, 3, 4]);
    expect(config.peers.get(NodeId(1))).toEqual({ host: "10.0.0.1", port: 8101 });
    expect(config.apiUrls.get(NodeId(1))).toBe("http://10.0.0.1:7101");
    expect(config.apiUrls.get(NodeId(2))).toBe(network.files.urls[1]);
    expect(existsSync(config.genesisPath)).toBe(true);
    const keys = loadNodeKeys(config.keysPath);
    const shown = { id: 5, signKey: hex(keys.signKey), transportKey: hex(keys.transportKey) };
    expect(output.json).toEqual([{ ...shown, address: "127.0.0.1:8105" }]);
    const again = capturedOutput();
    runNodeKeys({ folder }, again);
    expect(again.json).toEqual(output.json);
    const file = join(network.folder, "node-5.keys.json");
    writeFileSync(file, JSON.stringify(output.json[0]));
    expect(readPublicKeys(file)).toMatchObject({ id: 5, signKey: keys.signKey, address: "127.0.0.1:8105" });
  });

  it("replaces nothing", async () => {
    const refused = runNodeCreate(options(), capturedOutput());
    await expect(refused).rejects.toThrow("exists already");
    await expect(refused).rejects.toHaveProperty("code");
  });

  it("does not take the number of a node of the genesis", async () => {
    const folder = join(network.folder, "other");
    await expect(runNodeCreate(options({ id: 4, folder }), capturedOutput())).rejects.toThrow("has a node 4");
    expect(existsSync(folder)).toBe(false);
  });

  it.each([
    [{ listen: "8105" }, '"8105" is no address'],
    [{ api: "127.0.0.1:70000" }, "is no address"],
    [{ peer: ["10.0.0.1:8101"] }, "names no node"],
  ])("says what is wrong with %o", async (more, reason) => {
    const folder = join(network.folder, "other");
    await expect(runNodeCreate(options({ folder, ...more }), capturedOutput())).rejects.toThrow(reason);
  });

  it("tells no address at which nobody else could find it", async () => {
    const folder = join(network.folder, "everywhere");
    const output = capturedOutput();
    await runNodeCreate(options({ folder, id: 6, listen: "0.0.0.0:8106" }), output);
    expect(output.json[0]).not.toHaveProperty("address");
  });
});

describe("a file of a node's public keys", () => {
  it("is refused with the reason if it is none", () => {
    const file = join(network.folder, "wrong.json");
    writeFileSync(file, '{"id":5,"signKey":"00"}');
    expect(() => readPublicKeys(file)).toThrow(
      'is not what `juno node keys` prints: the member "transportKey"',
    );
  });
});
