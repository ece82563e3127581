// demo/start.sh: four servers and a client in tmux, as a person would find them. Where there is no tmux
// (the gate installs it), that it says so.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { portsFrom } from "../../src/command/init-command.ts";
import { EXIT } from "../../src/complaint.ts";
import { type Finding, waitUntil } from "../../src/demo/waiting.ts";
import { areFree } from "../../src/network/free-ports.ts";
import { juno } from "../processes/juno-process.ts";

const START = fileURLToPath(new URL("../../../../demo/start.sh", import.meta.url));
const CLIENT_PANE = "juno-demo:demo.0";
const BASE_PORTS = [21_100, 23_100, 25_100, 27_100, 29_100];

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-tmux-"));
  const { TMUX: _, JUNO_NETWORK: __, ...rest } = process.env;
  environment = { ...rest, TMUX_TMPDIR: folder, JUNO_DEMO_FOLDER: join(folder, "net"), TERM: "xterm" };
});

afterEach(() => {
  spawnSync("tmux", ["kill-server"], { env: environment });
  rmSync(folder, { recursive: true, force: true });
});

const tmux = (...args: readonly string[]): string =>
  execFileSync("tmux", args, { env: environment, encoding: "utf8" });

const screen = (pane: string): string => tmux("capture-pane", "-p", "-t", pane);

const until = (what: string, look: () => Promise<Finding<true>>): Promise<true> =>
  waitUntil(what, look, { timeoutMs: 120_000, everyMs: 200, signal: new AbortController().signal });

const untilShown = (pane: string, text: string): Promise<true> =>
  until(`${pane} shows ${text}`, async () => {
    const shown = screen(pane);
    return shown.includes(text) ? { met: true } : { lacking: `it shows ${shown.trim()}` };
  });

async function freeBasePort(): Promise<number> {
  for (const base of BASE_PORTS) if (await areFree("127.0.0.1", portsFrom(base, 4))) return base;
  throw new Error("no range of ports is free");
}

async function story(): Promise<void> {
  const base = await freeBasePort();
  execFileSync(START, ["--detached", "--base-port", String(base)], { env: environment });
  await untilShown(CLIENT_PANE, "hopper>>");
  for (const pane of [1, 2, 3, 4]) await untilShown(`juno-demo:demo.${pane}`, "started");
  tmux("send-keys", "-t", CLIENT_PANE, "CreateAccount wjm", "Enter");
  await untilShown(CLIENT_PANE, 'Created Account: "wjm"');
  tmux("send-keys", "-t", CLIENT_PANE, "ObserveA", "Tab", "s", "Enter");
  await untilShown(CLIENT_PANE, "0.00 USD");
  tmux("send-keys", "-t", "juno-demo:demo.3", "C-c");
  await untilShown("juno-demo:demo.3", "stopped");
  tmux("kill-server");
  await until("the servers have ended", async () => {
    const { code } = await juno(["status", "--network", join(folder, "net")]);
    return code === EXIT.unreachable ? { met: true } : { lacking: `juno status ends with ${code}` };
  });
}

function withoutTmux(): void {
  const { status, stderr } = spawnSync("/bin/bash", [START], {
    env: { ...environment, PATH: "" },
    encoding: "utf8",
  });
  expect(status).not.toBe(0);
  expect(stderr).not.toBe("");
}

const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

it(hasTmux ? "lays out a network to play with" : "says that it needs tmux", async () => {
  if (hasTmux) await story();
  else withoutTmux();
});

it("refuses what it does not know", () => {
  const { status } = spawnSync(START, ["--frobnicate"], { env: environment });
  expect(status).toBe(2);
});
