// The command line: what it takes, what it refuses and with which exit code, where no network runs.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadGenesis } from "@juno/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { juno } from "./juno-process.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-cli-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (args: readonly string[], input?: string) =>
  juno(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

describe("help", () => {
  it("is printed on standard output, with examples, for the whole and for each command", async () => {
    const whole = await juno(["--help"]);
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    const commands = [...whole.stdout.matchAll(/^ {2}([a-z]+)[ [<]/gm)].map(([, name]) => name!);
    expect(commands).toEqual(expect.arrayContaining(["init", "node", "dev", "client", "status", "verify"]));
    for (const command of ["init", "client", "submit", "verify"]) {
      const { code, stdout } = await juno([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain(`juno ${command} `);
    }
  });

  it("has no colours where there are no eyes", async () => {
    const { stdout, stderr } = await juno(["status", "--network", folder]);
    expect(stdout + stderr).not.toContain("\u001b");
  });
});

describe("what cannot be understood", () => {
  it.each([
    [[]],
    [["frobnicate"]],
    [["init", "net", "--nodes", "many"]],
    [["init", "net", "--nodes", "3"]],
    [["init", "net", "--base-port", "70000"]],
    [["init", "net", "--client", "a b"]],
    [["init", "net", "--client", "a", "a"]],
    [["init", "net", "--client", "treasury"]],
    [["init"]],
    [["node"]],
    [["node", "a", "b"]],
    [["verify", "net"]],
    [["verify-evidence", "evidence.json"]],
    [["status"]],
    [["client", "--network", "nowhere"]],
    [["query", "balance", "--network", "net"]],
    [["keys"]],
  ])("%j", async (args) => {
    const { code, stdout, stderr } = await inFolder(args);
    expect(code).toBe(EXIT.usage);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("explains why three nodes are too few", async () => {
    const { stderr } = await inFolder(["init", "net", "--nodes", "3"]);
    expect(stderr).toContain("n = 3f + 1");
  });
});

describe("juno init", () => {
  it("makes files that their owner alone can read where they hold secrets", async () => {
    const { code, stdout } = await inFolder([
      "init",
      "net",
      "--nodes",
      "7",
      "--client",
      "alice",
      "bob",
      "--json",
    ]);
    expect(code).toBe(0);
    const made = JSON.parse(stdout) as {
      nodeConfigs: string[];
      clientKeys: string[];
      operatorKeys: string[];
    };
    expect(made.nodeConfigs).toHaveLength(7);
    const net = join(folder, "net");
    const secrets = [1, 2, 3, 4, 5, 6, 7].map((id) => join(net, `node-${id}`, "node.json"));
    for (const place of ["clients", "operators", "admins"]) {
      for (const name of readdirSync(join(net, place))) secrets.push(join(net, place, name));
    }
    expect(secrets).toHaveLength(7 + 2 + 3 + 3);
    for (const path of secrets) expect(statSync(path).mode & 0o777).toBe(0o600);
    const genesis = loadGenesis(join(net, "genesis.json"));
    expect(genesis.voters).toHaveLength(7);
    expect(genesis.clients.map(({ name, roles }) => [name, ...roles])).toEqual([
      ["alice"],
      ["bob"],
      ["treasury", "treasury"],
      ["risk", "risk"],
      ["cfo", "cfo"],
    ]);
    const ports = made.nodeConfigs.map((path) => {
      const config = JSON.parse(readFileSync(join(folder, path), "utf8")) as { api: { port: number } };
      return config.api.port;
    });
    expect(ports).toEqual([7101, 7102, 7103, 7104, 7105, 7106, 7107]);
  });

  it("never replaces a network, and touches no folder that holds other things", async () => {
    expect((await inFolder(["init", "net"])).code).toBe(0);
    const before = readFileSync(join(folder, "net", "genesis.json"), "utf8");
    expect((await inFolder(["init", "net"])).code).toBe(18);
    expect(readFileSync(join(folder, "net", "genesis.json"), "utf8")).toBe(before);
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "other", "letter.txt"), "dear");
    expect((await inFolder(["init", "other"])).code).toBe(EXIT.usage);
    expect(readdirSync(join(folder, "other"))).toEqual(["letter.txt"]);
  });
});

describe("juno keys", () => {
  it("makes a private key file once, and shows its public key alone", async () => {
    const made = await inFolder(["keys", "new", "alice.json", "--name", "alice", "--json"]);
    expect(made.code).toBe(0);
    const { key } = JSON.parse(made.stdout) as { key: string };
    expect(statSync(join(folder, "alice.json")).mode & 0o777).toBe(0o600);
    const shown = await inFolder(["keys", "show", "alice.json"]);
    expect(shown.stdout).toBe(`${key}  alice\n`);
    const { secret } = JSON.parse(readFileSync(join(folder, "alice.json"), "utf8")) as { secret: string };
    expect(made.stdout + shown.stdout).not.toContain(secret);
    expect((await inFolder(["keys", "new", "alice.json"])).code).toBe(12);
    expect((await inFolder(["keys", "show", "nobody.json"])).code).toBe(12);
  });
});

describe("a network that does not run", () => {
  it("ends with the exit code for unreachable, and says which node does not answer", async () => {
    await inFolder(["init", "net"]);
    const status = await inFolder(["status", "--network", "net", "--json"]);
    expect(status.code).toBe(EXIT.unreachable);
    expect((JSON.parse(status.stdout) as { nodes: unknown[] }).nodes).toHaveLength(4);
    expect((await inFolder(["log", "--network", "net"])).code).toBe(EXIT.unreachable);
    const query = await inFolder(["query", "demo.accounts.list", "--network", "net"]);
    expect(query.code).toBe(EXIT.unreachable);
  });

  it("is found in the environment, in the working folder, and by nobody's guess", async () => {
    await inFolder(["init", "net"]);
    const environment = { JUNO_NETWORK: join(folder, "net") };
    expect((await juno(["status"], { environment })).code).toBe(EXIT.unreachable);
    expect((await juno(["status"], { cwd: join(folder, "net") })).code).toBe(EXIT.unreachable);
    expect((await inFolder(["status"])).code).toBe(EXIT.usage);
  });

  it("is not verified where there are no databases or no genesis", async () => {
    await inFolder(["init", "net"]);
    const genesis = join("net", "genesis.json");
    expect((await inFolder(["verify", "net", "--genesis", genesis])).code).toBe(EXIT.refused);
    expect((await inFolder(["verify", join("net", "node-1"), "--genesis", "none"])).code).toBe(EXIT.usage);
  });
});

describe("the launcher", () => {
  const LAUNCHER = fileURLToPath(new URL("../../bin/juno.cjs", import.meta.url));

  /** A file that makes Node claim to be another version. */
  function claim(version: string): string {
    const path = join(folder, "claim.cjs");
    const versions = `{ ...process.versions, node: "${version}" }`;
    writeFileSync(path, `Object.defineProperty(process, "versions", { value: ${versions} });`);
    return path;
  }

  it("runs as it is under a new Node", async () => {
    const { code, stdout } = await juno(["--version"], { program: LAUNCHER });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "0.1.0\n" });
  });

  it("starts the project's own Node in place of an old one, and ends as it ends", async () => {
    const node = [process.execPath, "--require", claim("20.20.2")];
    expect(await juno(["--version"], { program: LAUNCHER, node })).toMatchObject({
      code: 0,
      stdout: "0.1.0\n",
    });
    const refused = await juno(["init", "--nodes", "3", "net"], { program: LAUNCHER, node, cwd: folder });
    expect(refused.code).toBe(EXIT.usage);
  });

  it("says what is needed where there is no other Node", async () => {
    const alone = join(folder, "juno.cjs");
    for (const name of ["juno.cjs", "launch.cjs"]) {
      writeFileSync(join(folder, name), readFileSync(join(dirname(LAUNCHER), name)));
    }
    const node = [process.execPath, "--require", claim("18.0.0")];
    const { code, stderr } = await juno(["--version"], { program: alone, node });
    expect(code).toBe(1);
    expect(stderr).toContain("Juno needs Node 24 or newer");
  });

  it("is a program that a shell can start", () => {
    const stdout = execFileSync(LAUNCHER, ["--version"], { encoding: "utf8" });
    expect(stdout).toBe("0.1.0\n");
  });
});
