// Whole sessions, as files to be read: what is typed stands behind `> `, what is answered beneath. Keys
// and times differ from run to run and are masked. `vitest -u` writes the files anew.

import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { JunoError } from "@juno/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeyRing } from "../src/network/key-ring.ts";
import { deployedNames } from "../src/repl/deployed-names.ts";
import { LineRunner } from "../src/repl/line-runner.ts";
import { answer } from "../src/repl/prompt.ts";
import { Session } from "../src/repl/session.ts";
import { plainPaint } from "../src/terminal/paint.ts";
import { PretendLedger } from "./pretend-ledger.ts";
import { temporaryNetwork } from "./temporary-network.ts";

const SESSIONS = fileURLToPath(new URL("sessions", import.meta.url));

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let ledger: PretendLedger;
let runner: LineRunner;

beforeEach(async () => {
  network = await temporaryNetwork();
  ledger = new PretendLedger(network.files.genesis);
  const keys = new KeyRing(network.folder);
  const nodes = network.files.urls.map((url, i) => ({ url, id: i + 1 }));
  const context = { client: ledger, nodes, self: keys.client(undefined), keys, paint: plainPaint };
  runner = new LineRunner(new Session(context), context);
});

afterEach(() => network.remove());

const masked = (text: string): string =>
  text
    .replaceAll(network.folder, "FOLDER")
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST:PORT")
    .replaceAll(/\bkey [0-9a-f]{8}\b/g, "key ********")
    // Ids of commands; the one that a session types stays.
    .replaceAll(/\b(?!(?:ab){32})[0-9a-f]{64}\b/g, "ID")
    .replaceAll(/\b\d+ ms\b/g, "N ms")
    .replaceAll(/[\d.]+sec \(\d+ per sec\)/g, "N sec (N per sec)");

/** The file's prose and typed lines, with every answer as it is now. */
async function replay(text: string): Promise<string> {
  const kept = text.split("\n\n").flatMap((block) => {
    const lines = block.split("\n").filter((line) => line !== "");
    return lines[0]?.startsWith(">") ? lines.filter((line) => line.startsWith("> ")) : [lines.join("\n")];
  });
  const blocks: string[] = [];
  for (const line of kept) {
    if (!line.startsWith("> ")) {
      if (line !== "") blocks.push(line);
      continue;
    }
    const reply = await runner.run(line.slice(2));
    const shown = reply === undefined || reply.lines.length === 0 ? [] : [answer(reply, plainPaint)];
    blocks.push([line, ...shown, ...(reply?.quits ? ["(the session ends)"] : [])].join("\n"));
  }
  return `${masked(blocks.join("\n\n"))}\n`;
}

describe("sessions", () => {
  it.each(readdirSync(SESSIONS))("%s", async (name) => {
    const path = join(SESSIONS, name);
    await expect(await replay(readFileSync(path, "utf8"))).toMatchFileSnapshot(path);
  });
});

describe("the keys of accounts", () => {
  it("are made when an account is opened, private, and never made twice", async () => {
    await runner.run("CreateAccount wjm");
    const path = join(network.folder, "keys", "wjm.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = readFileSync(path, "utf8");
    expect((await runner.run("CreateAccount wjm"))?.ok).toBe(false);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("may be of names that no file could have", async () => {
    expect((await runner.run("CreateAccount a/b:c@d"))?.ok).toBe(true);
    expect(readdirSync(join(network.folder, "keys"))).toEqual(["a%2Fb%3Ac%40d.json"]);
    await runner.run("AdjustAccount a/b:c@d 5");
    await runner.run("CreateAccount x");
    expect((await runner.run("transfer(a/b:c@d->x, 5)"))?.ok).toBe(true);
  });

  it("are removed again when the account turns out to be another's", async () => {
    const other = new KeyRing(network.folder);
    await runner.run("CreateAccount wjm");
    other.forget("wjm");
    expect((await runner.run("CreateAccount wjm"))?.ok).toBe(false);
    expect(readdirSync(join(network.folder, "keys"))).toEqual([]);
  });

  it("stay when nobody knows whether the account was opened", async () => {
    ledger.nextError = new JunoError("outcome_unknown", "The outcome is not known.", { outcome: "unknown" });
    const reply = await runner.run("CreateAccount wjm");
    expect(reply?.json).toMatchObject({ ok: false, code: "outcome_unknown" });
    expect(readdirSync(join(network.folder, "keys"))).toEqual(["wjm.json"]);
  });
});

describe("a key that is not here", () => {
  it("is named where the ledger asks for it", async () => {
    for (const line of ["CreateAccount wjm", "CreateAccount stu", "AdjustAccount wjm 5"])
      await runner.run(line);
    new KeyRing(network.folder).forget("wjm");
    const reply = await runner.run("transfer(wjm->stu, 5)");
    expect(reply?.ok).toBe(false);
    expect(reply?.lines.at(-1)).toContain(join(network.folder, "keys", "wjm.json"));
  });

  it("of too many operators leaves no money made, and says so", async () => {
    await runner.run("CreateAccount wjm");
    rmSync(join(network.folder, "operators", "cfo.json"));
    expect((await runner.run("AdjustAccount wjm 5"))?.ok).toBe(true);
    rmSync(join(network.folder, "operators", "risk.json"));
    expect((await runner.run("AdjustAccount wjm 5"))?.json).toMatchObject({ ok: false, code: "refused" });
    expect((await runner.run("ObserveAccount wjm"))?.json).toMatchObject({ amount: "5.00 USD" });
  });
});

describe("answers for programs", () => {
  it("carry the receipt", async () => {
    const reply = await runner.run("CreateAccount wjm");
    expect(reply?.json).toMatchObject({
      ok: true,
      status: "ok",
      index: 1,
      receipt: { actions: [{ status: "ok" }] },
    });
  });

  it("carry the place of a fault and the code of an error", async () => {
    expect((await runner.run("hello"))?.json).toMatchObject({ ok: false, code: "syntax", at: 0 });
    expect((await runner.run("ObserveAccount x"))?.json).toMatchObject({ ok: false, code: "query_failed" });
  });

  it("a bug is told whole, and the session goes on", async () => {
    ledger.nextError = new TypeError("a bug");
    const reply = await runner.run("CreateAccount wjm");
    expect(reply?.json.code).toBe("unexpected");
    expect((await runner.run("CreateAccount wjm"))?.ok).toBe(true);
  });
});

describe("what is deployed", () => {
  it("is known to completion by module, action and query, as far as it fits", async () => {
    expect(await deployedNames(ledger, "demo.acc")).toEqual({
      modules: ["demo.accounts"],
      actions: ["create", "adjust", "transfer"].map((name) => `demo.accounts.${name}`),
      queries: ["balance", "list"].map((name) => `demo.accounts.${name}`),
    });
    expect((await deployedNames(ledger, "demo.accounts.tr")).modules).toEqual(["demo.accounts"]);
    expect((await deployedNames(ledger, "other")).modules).toEqual([]);
  });

  it("is nothing to completion while no node answers", async () => {
    const silent = { module: () => Promise.reject(NO_NODE), modules: () => Promise.reject(NO_NODE) };
    expect(await deployedNames(silent, "")).toEqual({ modules: [], actions: [], queries: [] });
  });
});

const NO_NODE = new JunoError("unreachable", "No node answers.");
