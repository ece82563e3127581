// A node that cannot run says why, as a code in its last log line, and ends with that code's exit code.
// Every case starts the real program on real files.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT_CODES } from "@juno/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NodeProcess } from "../../src/network/node-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { juno, lastLogLine } from "./juno-process.ts";

type Network = Awaited<ReturnType<typeof temporaryNetwork>>;

let made: Network;
let other: Network;
/** A copy of `made`, for one case to spoil. */
let network: { readonly folder: string };
let node: string;

beforeAll(async () => {
  made = await temporaryNetwork();
  other = await temporaryNetwork();
});

afterAll(() => {
  made.remove();
  other.remove();
});

beforeEach(() => {
  network = { folder: mkdtempSync(join(tmpdir(), "juno-cli-")) };
  cpSync(made.folder, network.folder, { recursive: true });
  node = join(network.folder, "node-1");
});

afterEach(() => rmSync(network.folder, { recursive: true }));

const configPath = () => join(node, "config.json");

function editConfig(edit: (config: Record<string, unknown>) => void): void {
  const config = JSON.parse(readFileSync(configPath(), "utf8")) as Record<string, unknown>;
  edit(config);
  writeFileSync(configPath(), JSON.stringify(config));
}

async function expectFailure(code: keyof typeof EXIT_CODES, path = node): Promise<void> {
  const ended = await juno(["node", path]);
  expect(lastLogLine(ended.stderr)).toMatchObject({ level: "fatal", code });
  expect(ended.code).toBe(EXIT_CODES[code]);
  expect(ended.stdout).toBe("");
}

describe("a configuration that cannot be used", () => {
  it.each<readonly [string, () => void]>([
    ["is not there", () => rmSync(configPath())],
    ["is not JSON", () => writeFileSync(configPath(), "{")],
    ["has a field nobody knows", () => editConfig((config) => Object.assign(config, { lisen: {} }))],
    ["lacks a field", () => editConfig((config) => delete config.api)],
    ["lacks a peer", () => editConfig((config) => Object.assign(config, { peers: {} }))],
    ["names a genesis that is not there", () => rmSync(join(network.folder, "genesis.json"))],
    ["names a genesis that is none", () => writeFileSync(join(network.folder, "genesis.json"), "{}")],
  ])("%s", async (_, damage) => {
    damage();
    await expectFailure("config_invalid");
  });

  it("is no folder at all", () => expectFailure("config_invalid", join(network.folder, "nowhere")));
});

describe("a port that another program has", () => {
  it.each(["listen", "api"])("%s", async (which) => {
    const config = JSON.parse(readFileSync(configPath(), "utf8")) as Record<
      string,
      { host: string; port: number }
    >;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(config[which], resolve));
    try {
      await expectFailure("address_in_use");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("keys that cannot be used", () => {
  const keys = () => join(node, "node.json");

  it.each<readonly [string, () => void]>([
    ["are not there", () => rmSync(keys())],
    ["are a client's", () => copyFileSync(join(network.folder, "clients", "client.json"), keys())],
    ["can be read by others", () => chmodSync(keys(), 0o644)],
    ["are not JSON", () => writeFileSync(keys(), "secret", { mode: 0o600 })],
  ])("%s", async (_, damage) => {
    damage();
    await expectFailure("key_unusable");
  });

  it("are another network's", async () => {
    copyFileSync(join(other.folder, "node-1", "node.json"), keys());
    await expectFailure("key_unusable");
  });

  it("are told of without telling a secret", async () => {
    const { secret } = JSON.parse(readFileSync(join(network.folder, "clients", "client.json"), "utf8")) as {
      secret: string;
    };
    writeFileSync(keys(), `{"secret":"${secret}"`, { mode: 0o600 });
    const { stderr } = await juno(["node", node]);
    expect(stderr).not.toContain(secret);
  });
});

describe("databases that cannot be used", () => {
  const log = () => join(node, "log.db");

  it("are missing: the node refuses to vote under a key that may have voted already", async () => {
    rmSync(log());
    await expectFailure("store_missing");
  });

  it("are damaged", async () => {
    const file = openSync(log(), "r+");
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 0);
    await expectFailure("store_damaged");
  });

  it("are cut short", async () => {
    writeFileSync(log(), readFileSync(log()).subarray(0, 5_000));
    await expectFailure("store_damaged");
  });

  it("are another node's", async () => {
    copyFileSync(join(network.folder, "node-2", "log.db"), log());
    await expectFailure("store_foreign");
  });

  it("are not those of the keys beside them", async () => {
    copyFileSync(join(network.folder, "node-2", "node.json"), join(node, "node.json"));
    await expectFailure("store_foreign");
  });

  it("are another network's", async () => {
    copyFileSync(join(other.folder, "node-1", "log.db"), log());
    await expectFailure("store_foreign");
  });

  it("are another process's already", async () => {
    const running = new NodeProcess({ id: 1, folder: node, url: made.files.urls[0]! });
    try {
      await untilStarted(running);
      await expectFailure("store_in_use");
    } finally {
      running.signal("SIGTERM");
      expect(await running.exited).toMatchObject({ code: 0 });
    }
  });
});

/** Resolves when the node's log says so. */
async function untilStarted(running: NodeProcess): Promise<void> {
  const path = join(node, "node.log");
  while (running.exit === undefined) {
    if (readFileSync(path, "utf8").includes('"code":"started"')) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`the node has ended: ${running.lastWords()}`);
}
