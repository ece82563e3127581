// Keys at rest under a passphrase, by the command line: made so, opened by a node and by who signs, never by a wrong passphrase.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex, utf8 } from "@juno/base";
import { EXIT_CODES, loadClientKeys, nextKeysPath, peekNodeKeys, verifySignature } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { freePorts } from "../../src/network/free-ports.ts";
import { loadSigner } from "../../src/network/key-ring.ts";
import { PASSPHRASE_FILE } from "../../src/passphrase-variable.ts";
import { juno, lastLogLine } from "./juno-process.ts";

const FOLDERS = ["node-1", "node-2", "node-3", "node-4", "clients", "operators", "admins"];

let folder: string;
let net: string;
let right: string;
let wrong: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-cli-"));
  net = join(folder, "net");
  [right, wrong] = ["right", "wrong"].map((name) => {
    const path = join(folder, name);
    writeFileSync(path, `${name} horse battery\n`, { mode: 0o600 });
    return path;
  }) as [string, string];
  const made = await juno(["init", net, "--encrypt"], {
    environment: { [PASSPHRASE_FILE]: right },
  });
  expect(made).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const keyFiles = () =>
  FOLDERS.flatMap((place) => readdirSync(join(net, place)).map((name) => join(net, place, name))).filter(
    (path) => path.endsWith(".json") && !path.endsWith("config.json"),
  );

async function useFreePorts(path: string): Promise<void> {
  const host = "127.0.0.1";
  const [ports] = await freePorts(host, 1);
  const config = JSON.parse(readFileSync(path, "utf8")) as object;
  const places = { listen: { host, port: ports!.peer }, api: { host, port: ports!.api } };
  writeFileSync(path, JSON.stringify({ ...config, ...places }));
}

describe("encrypted keys", () => {
  it("are all that `juno init --encrypt` makes", () => {
    const files = keyFiles();
    expect(files).toHaveLength(4 * 2 + 1 + 3 + 3);
    for (const path of files) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("sealed");
      expect(readFileSync(path, "utf8")).not.toMatch(/secret/i);
    }
  });

  it("run a node for whoever has the passphrase, and for nobody else", async () => {
    const node = join(net, "node-1");
    await useFreePorts(join(node, "config.json"));
    const run = (...more: string[]) => juno(["node", node, "--until-stdin-ends", ...more]);
    const closed = await run();
    expect(closed).toMatchObject({ code: EXIT_CODES.key_unusable });
    expect(closed.stderr).toContain("node.json is encrypted: give its passphrase in --passphrase-file FILE");
    const refused = await run("--passphrase-file", wrong);
    expect(refused).toMatchObject({ code: EXIT_CODES.key_unusable });
    expect(lastLogLine(refused.stderr)).toMatchObject({
      ...{ level: "fatal", code: "key_unusable" },
      message: `${join(node, "node.json")}: the passphrase is wrong`,
    });
    const opened = await run("--passphrase-file", right);
    expect(opened.stderr).toContain('"code":"started"');
    expect(opened).toMatchObject({ code: 0 });
    expect(`${opened.stdout}${opened.stderr}`).not.toContain("horse battery");
  });

  it("are followed by encrypted keys", async () => {
    const node = join(net, "node-2");
    const made = await juno(["node", "new-keys", "--folder", node, "--passphrase-file", right]);
    expect(made).toMatchObject({ code: 0 });
    const next = peekNodeKeys(nextKeysPath(join(node, "node.json")));
    expect(next.isEncrypted).toBe(true);
    expect(JSON.parse(made.stdout)).toMatchObject({ id: 2, signKey: hex(next.signKey) });
  });

  it("are shown without a passphrase, and sign with it", async () => {
    const path = join(net, "clients", "client.json");
    const shown = await juno(["keys", "show", path, "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: "client", encrypted: true });
    const signer = loadSigner(path);
    expect(JSON.parse(shown.stdout)).toMatchObject({ key: hex(signer.key) });
    const message = utf8("what is signed");
    await expect(Promise.resolve(signer.sign(message))).rejects.toThrow("Nobody can be asked");
    process.env[PASSPHRASE_FILE] = right;
    try {
      const signature = await signer.sign(message);
      expect(verifySignature({ key: signer.key, message, signature })).toBe(true);
    } finally {
      delete process.env[PASSPHRASE_FILE];
    }
  });

  it("are decrypted and encrypted in their place", async () => {
    const path = join(net, "admins", "admin-1.json");
    const keys = (...args: string[]) => juno(["keys", ...args]);
    const refused = await keys("decrypt", path, "--passphrase-file", wrong);
    expect(refused).toMatchObject({ code: EXIT_CODES.key_unusable, stdout: "" });
    const change = ["passphrase", path, "--passphrase-file", right, "--new-passphrase-file", wrong];
    expect(await keys(...change)).toMatchObject({ code: 0 });
    expect(await keys("decrypt", path, "--passphrase-file", wrong)).toMatchObject({ code: 0 });
    const { name, key } = loadClientKeys(path);
    expect(name).toBe("admin-1");
    writeFileSync(join(folder, "short"), "too short\n", { mode: 0o600 });
    const short = await keys("encrypt", path, "--passphrase-file", join(folder, "short"));
    expect(short.stderr).toContain("is guessed too easily");
    expect(await keys("encrypt", path)).toMatchObject({ code: EXIT.usage });
    expect(loadClientKeys(path).key).toEqual(key);
    expect(await keys("encrypt", path, "--passphrase-file", right)).toMatchObject({ code: 0 });
    expect(() => loadClientKeys(path)).toThrow("is encrypted");
  });
});
