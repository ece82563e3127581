// The guide to curl as a reader follows it: its blocks, pasted one after another into bash, against four
// real nodes. Needs bash, curl and openssl. Reads are guarded (A41), so that what the guide says of signing them is tried.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { nodePlaces } from "../../src/network/network-folder.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

const GUIDE = fileURLToPath(new URL("../../../../docs/guides/curl.md", import.meta.url));
const BLOCKS = [...readFileSync(GUIDE, "utf8").matchAll(/^```bash\n(.*?)^```$/gms)].map(
  ([, block]) => block!,
);

const NO_QUOTA = { commandsPerMinute: undefined, gasPerMinute: undefined };

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;

beforeAll(async () => {
  network = await temporaryNetwork({
    roles: [
      { name: "default", submit: "*", read: [], ...NO_QUOTA },
      { name: "treasury", submit: "*", read: ["demo.accounts"], ...NO_QUOTA },
    ],
  });
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  await untilOneLeads(network, cluster);
});

afterAll(async () => {
  await cluster.stop();
  network.remove();
});

async function bash(script: string, environment: Readonly<Record<string, string>>) {
  const child = spawn("bash", ["-e", "-u", "-o", "pipefail"], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(script);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

describe("docs/guides/curl.md", () => {
  it("opens an account, reads its outcome and balance, and verifies the node's signature", async () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
    const { code, stdout, stderr } = await bash(BLOCKS.join("\n"), {
      GENESIS: join(network.folder, "genesis.json"),
      KEYS: join(network.folder, "operators", "treasury.json"),
      NODE: network.files.urls[1]!,
      ACCOUNT: "curled",
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("this is our network");
    expect(stdout).toContain('"state":"applied","status":"ok"');
    expect(stdout).toMatch(/^applied ok at index \d+$/m);
    expect(stdout).toContain('"result":"0.00 USD"');
    expect(stdout).toContain("Signature Verified Successfully");
  });
});
