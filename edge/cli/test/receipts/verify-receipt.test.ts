// Receipts that a ledger really made, under both verifiers (E35): they are believed however their JSON is
// laid out, and nothing else in them can be changed. Needs python3. With JUNO_RECEIPT_CHANGES=all every
// character of a receipt file is changed, not some of each value.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROOF_FILE_BYTES_MAX } from "@juno/api";
import { hex } from "@juno/base";
import type { Action } from "@juno/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { juno } from "../processes/juno-process.ts";
import { believedIn, bothVerdicts, GOOD } from "./both-verifiers.ts";
import { memoryNetwork } from "./memory-network.ts";
import { verifyInPython } from "./python-verifier.ts";
import { placeNames, spellingVariants, type Variant, valueVariants } from "./variants.ts";

/** Thousands of files, or large ones, on a machine that does other things besides. */
const LONG = { timeout: 300_000 };

const IS_EVERY_CHARACTER = process.env.JUNO_RECEIPT_CHANGES === "all";

let network: Awaited<ReturnType<typeof memoryNetwork>>;
/** The receipts' files by what they are of. */
const texts = new Map<string, string>();
let file: string;

const open = (name: string): Action => ({
  ...{ module: "demo.accounts", action: "create" },
  args: { name, owner: { key: hex(network.signer.key) } },
});
const documentOf = (name: string): Record<string, unknown> => JSON.parse(texts.get(name)!) as never;

beforeAll(async () => {
  network = await memoryNetwork();
  const ids = new Map<string, string>();
  for (const [name, actions] of [
    ["one action", [open("wjm")]],
    ["other characters", [open('Zoë 😀 "\\" \u2028')]],
    ["many actions", ["a", "b", "a"].map(open)],
    ["failed", [open("wjm")]],
    ["the newest", [open("stu")]],
  ] as const) {
    ids.set(name, (await network.submit(actions)).id);
  }
  // Now each is proved from a tree of six entries, by paths of different lengths.
  for (const [name, id] of ids) {
    const fetched = await network.client.receipt(id);
    if (fetched.state !== "proved") throw new Error("a ledger in memory proves what it has applied");
    texts.set(name, fetched.file);
  }
  file = join(network.folder, "receipt.json");
  writeFileSync(file, texts.get("one action")!);
});

afterAll(() => network.close());

const verify = (args: readonly string[], input?: string) =>
  juno(["verify-receipt", ...args, "--genesis", network.files.genesis], input === undefined ? {} : { input });

/** The same with its members the other way round, and characters escaped that need not be. */
function laidOutAnew(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(laidOutAnew);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, member]) => [name, laidOutAnew(member)]));
}

describe("a receipt that a ledger made (E35)", () => {
  it("is believed by both verifiers, of each kind of outcome", async () => {
    const variants = [...texts].map(([name, text]): Variant => ({ name, text }));
    const verdicts = await bothVerdicts(network, "kinds", variants);
    expect(verdicts).toEqual(variants.map(({ name }) => ({ name, juno: GOOD, python: GOOD })));
  });

  it("is believed however its JSON is laid out", async () => {
    const document = documentOf("other characters");
    const variants = [
      { name: "in one line", text: JSON.stringify(document) },
      { name: "with tabs", text: `\r\n\t${JSON.stringify(document, undefined, "\t")} \n` },
      { name: "the other way round", text: JSON.stringify(laidOutAnew(document)) },
      {
        name: "escaped",
        text: JSON.stringify(document)
          .replaceAll("command", "c\\u006Fmmand")
          .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
      },
    ];
    expect(new Set(variants.map(({ text }) => text)).size).toBe(4);
    const verdicts = await bothVerdicts(network, "layouts", variants);
    expect(verdicts).toEqual(variants.map(({ name }) => ({ name, juno: GOOD, python: GOOD })));
  });

  it("is refused by both with any one place changed in any way", LONG, async () => {
    const document = documentOf("one action");
    const variants = [...valueVariants(document, { characters: IS_EVERY_CHARACTER ? Infinity : 4 })];
    expect(believedIn(await bothVerdicts(network, "values", variants))).toEqual([]);
    expect(variants.length).toBeGreaterThan(IS_EVERY_CHARACTER ? 2_000 : 400);
    for (const place of placeNames(document)) {
      expect(
        variants.some(({ name }) => name.startsWith(`${place} `)),
        place,
      ).toBe(true);
    }
  });

  it("is refused by both when a careless reader would find the same in it", async () => {
    const variants = [...spellingVariants(documentOf("one action"))];
    expect(believedIn(await bothVerdicts(network, "spellings", variants))).toEqual([]);
    expect(variants.length).toBeGreaterThan(80);
  });

  it("is refused by both with a part of another receipt in it", async () => {
    const [one, other] = [documentOf("one action"), documentOf("the newest")];
    const variants = Object.keys(one)
      .filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
      .map((name): Variant => ({ name, text: JSON.stringify({ ...one, [name]: other[name] }) }));
    expect(variants.map(({ name }) => name)).toEqual(expect.arrayContaining(["receipt", "attestations"]));
    expect(believedIn(await bothVerdicts(network, "mixtures", variants))).toEqual([]);
  });

  it("is refused by both under any other genesis", async () => {
    const genesis = join(network.folder, "other-genesis.json");
    writeFileSync(genesis, `${readFileSync(network.files.genesis, "utf8")} `);
    const ours = await juno(["verify-receipt", file, "--genesis", genesis]);
    expect(ours).toMatchObject({ code: EXIT.refused, stdout: expect.stringContaining("REFUSED") });
    const theirs = await verifyInPython([file], genesis);
    expect(theirs).toMatchObject({ code: 1, stdout: expect.stringContaining("is not signed") });
  });
});

describe("a genesis that is none (E9, E35)", () => {
  it.each([
    ["has a member twice", (text: string) => text.replace('"format"', '"format":1,"format"')],
    ["is of another format", (text: string) => text.replace('"format": 1', '"format": 2')],
    ["has no voters", (text: string) => text.replace('"voters"', '"electors"')],
    ["has two voters of one id", (text: string) => text.replace('"id": 2', '"id": 1')],
    [
      "has a voter with half a key",
      (text: string) => text.replace(/("signKey": "[0-9a-f]{32})[0-9a-f]+/, "$1"),
    ],
    ["ends too early", (text: string) => text.slice(0, -3)],
  ])("%s: both end with 2", async (_, change) => {
    const text = readFileSync(network.files.genesis, "utf8");
    const genesis = join(network.folder, "no-genesis.json");
    writeFileSync(genesis, change(text));
    expect(change(text)).not.toBe(text);
    const [ours, theirs] = await Promise.all([
      juno(["verify-receipt", file, "--genesis", genesis]),
      verifyInPython([file], genesis),
    ]);
    expect([ours.code, ours.stdout, theirs.code, theirs.stdout]).toEqual([EXIT.usage, "", 2, ""]);
  });
});

describe("juno verify-receipt", () => {
  it("tells in plain words what is proved", async () => {
    const { code, stdout } = await verify([file]);
    expect(code).toBe(0);
    const { commandId, header } = documentOf("one action") as {
      commandId: string;
      header: { index: number; time: number };
    };
    expect(stdout).toContain(`${file}: good`);
    expect(stdout).toContain(commandId);
    expect(stdout).toContain(`entry ${header.index}, ${new Date(header.time).toISOString()}`);
    expect(stdout).toMatch(/attested by +voters 1 and 2 of 4/);
    expect(stdout).toMatch(/ok · entry 2 · gas [\d,]+/);
    expect(stdout).toMatch(/accounts wjm +funds +- +→ +0\.00 USD/);
  });

  it("tells programs the same, a line for each file, and reads standard input", async () => {
    const { code, stdout } = await verify(["-", file, "--json"], texts.get("failed")!);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { file: "-", ok: true, status: "failed", attestedBy: [1, 2], receipt: { status: "failed" } },
      { file, ok: true, status: "ok", index: 2 },
    ]);
  });

  it("ends with 1 if one of several is refused, and judges the others all the same", async () => {
    const bad = join(network.folder, "bad.json");
    writeFileSync(bad, "{}");
    const { code, stdout } = await verify([bad, file]);
    expect(code).toBe(EXIT.refused);
    expect(stdout).toMatch(/bad\.json: REFUSED: .+\n.*receipt\.json: good/);
  });

  it("refuses what is longer than a receipt file may be, and reads no further", LONG, async () => {
    const long = join(network.folder, "long.json");
    writeFileSync(long, texts.get("one action")!.padEnd(PROOF_FILE_BYTES_MAX + 1));
    const { genesis } = network.files;
    const [ours, theirs] = await Promise.all([
      verify([long, "/dev/zero", "--json"]),
      verifyInPython([long, "/dev/zero"], genesis),
    ]);
    expect([ours.code, theirs.code]).toEqual([EXIT.refused, 1]);
    const codes = ours.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { code: string }).code);
    expect(codes).toEqual(["too_large", "too_large"]);
    expect(theirs.stdout.match(/refused: the file is too long/g)).toHaveLength(2);
  });

  it("ends with 2 where it cannot be asked so", async () => {
    const none = join(network.folder, "none.json");
    const ended = await Promise.all([
      ...[[], ["-", "-"], [none], [network.folder]].map((args) => verify(args)),
      juno(["verify-receipt", file]),
      ...[none, file].map((genesis) => juno(["verify-receipt", file, "--genesis", genesis])),
    ]);
    expect(ended.map(({ code }) => code)).toEqual(ended.map(() => EXIT.usage));
    expect(ended.map(({ stdout }) => stdout)).toEqual(ended.map(() => ""));
  });

  it("says in its help what a receipt does not prove", async () => {
    const { stdout } = await juno(["verify-receipt", "--help"]);
    expect(stdout).toContain("What it does not prove");
  });
});

describe("the verifier in Python", () => {
  it("tells what is proved, and what was changed, in ASCII", async () => {
    const path = join(network.folder, "characters.json");
    writeFileSync(path, texts.get("other characters")!);
    const { code, stdout } = await verifyInPython([path], network.files.genesis);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /: good: command [0-9a-f]{64} ended ok as entry 3 .* attested by voters 1, 2 of 4\n/,
    );
    expect(stdout).toContain("  change: ");
    expect(stdout).toMatch(/^[\n -~]+$/);
  });

  it("ends with 2 where it cannot be asked so", async () => {
    const none = join(network.folder, "none.json");
    const { genesis } = network.files;
    const ended = await Promise.all([
      ...[[], [none]].map((files) => verifyInPython(files, genesis)),
      ...[none, file].map((other) => verifyInPython([file], other)),
    ]);
    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(ended.map(() => [2, ""]));
  });
});
