// What a node that leaves puts into its folder for people (V16): whole or not at all, once, of use to `juno diff`.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseEntry } from "@juno/api";
import { LogIndex } from "@juno/base";
import { chainOf, genesis, opening, transfers } from "@juno/runtime/suites";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/sodium.ts";
import { diff, openDiffSide } from "../../src/diff/diff.ts";
import { EVIDENCE_FILE, readEvidenceFile } from "../../src/divergence/evidence-file.ts";
import {
  type KeepRequest,
  keepDivergence,
  keptFor,
  markReadmitted,
} from "../../src/divergence/keep-divergence.ts";
import { NodeDivergenceKeeper } from "../../src/divergence/node-divergence-keeper.ts";
import { stateFile } from "../../src/store/folder.ts";
import { storedNode } from "../diff/stored-node.ts";
import { alter, removeFolders } from "../store/folder.ts";

const entries = chainOf([...opening, ...transfers(40)]);
const AT = LogIndex(20);
const departure: KeepRequest["departure"] = {
  mode: "readOnly",
  reason: "f+1 voters report another outcome at index 20",
  index: AT,
  found: {
    of: "outcome",
    index: AT,
    own: entries[0]!.hash,
    theirs: entries[1]!.hash,
    words: [{ voter: genesis.voters[0]!.id, body: Uint8Array.of(1, 2), signature: new Uint8Array(64) }],
  },
};

let folder = "";
const request = (more: Partial<KeepRequest> = {}): KeepRequest => ({
  ...{ folder, genesis, node: 3, departure, now: Date.UTC(2026, 0, 31) },
  ...more,
});

beforeEach(async () => {
  folder = await storedNode(entries);
});
afterAll(removeFolders);

describe("a node that leaves", () => {
  it("keeps its evidence, the entries around, and its rows, which can be compared", async () => {
    const whole = await storedNode(entries);
    alter(stateFile(folder), "UPDATE rows SET value = CAST('{}' AS BLOB) WHERE key = CAST('stu' AS BLOB)");
    const place = (await keepDivergence(request()))!;
    expect(place).toBe(join(folder, "divergence-20"));
    expect(readEvidenceFile(join(place, EVIDENCE_FILE))).toEqual({
      ...{ reason: departure.reason, of: "outcome", index: AT, words: departure.found!.words },
    });
    const lines = readFileSync(join(place, "entries.jsonl"), "utf8").trimEnd().split("\n");
    const read = lines.map((line) => parseEntry(sha256, JSON.parse(line)));
    expect(read.map((entry) => entry.ok && entry.value.entry.index)).toEqual(
      Array.from({ length: 33 }, (_, at) => AT - 16 + at),
    );
    const sides = { a: openDiffSide(place), b: openDiffSide(whole) };
    const { rows } = await diff(sides);
    for (const side of [sides.a, sides.b]) await side.close();
    expect(rows).toMatchObject({ differing: 1, named: [{ key: "stu", a: "{}" }] });
    const readme = readFileSync(join(place, "README.txt"), "utf8");
    expect(readme).toContain(departure.reason);
    expect(readme).toContain(`juno node resync ${folder}`);
  });

  it("does so once, for each time that it leaves", async () => {
    await keepDivergence(request());
    expect(await keepDivergence(request())).toBeUndefined();
    // After a restart it knows the reason alone.
    const later = { ...departure, index: LogIndex(30), found: undefined };
    expect(await keepDivergence(request({ departure: later }))).toBeUndefined();
    const again = { ...later, reason: "f+1 voters report another outcome at index 30" };
    expect(await keepDivergence(request({ departure: again }))).toBe(join(folder, "divergence-30"));
  });

  it("keeps each of several at one entry, also one for the same reason after a re-admission (V16)", async () => {
    const first = (await keepDivergence(request()))!;
    const other = { ...departure, reason: "f+1 voters have signed for another snapshot at index 20" };
    expect(await keepDivergence(request({ departure: other }))).toBe(join(folder, "divergence-20-2"));
    markReadmitted(first, "made anew and confirmed");
    expect(await keepDivergence(request())).toBe(join(folder, "divergence-20-3"));
    expect(await keepDivergence(request())).toBeUndefined();
    expect(keptFor(folder, departure.reason)?.place).toBe(join(folder, "divergence-20-3"));
  });

  it("leaves a large state where it is, and says so", async () => {
    const place = (await keepDivergence(request({ stateBytesMax: 0 })))!;
    expect(existsSync(join(place, "state.db"))).toBe(false);
    expect(readFileSync(join(place, "README.txt"), "utf8")).toContain("too large");
  });

  it("leaves nothing behind where it cannot be written", async () => {
    rmSync(stateFile(folder));
    await expect(keepDivergence(request())).rejects.toMatchObject({ code: "store_missing" });
    expect(readdirSync(folder).filter((name) => name.includes("divergence"))).toEqual([]);
  });

  it("says of one that halted that no resync helps", async () => {
    const halted = { ...departure, mode: "halted" } as const;
    const place = (await keepDivergence(request({ departure: halted })))!;
    const readme = readFileSync(join(place, "README.txt"), "utf8");
    expect(readme).toContain("replace-node");
    expect(readme).not.toContain("juno node resync");
  });
});

describe("the thread that does it", () => {
  const keeper = () =>
    new NodeDivergenceKeeper({ folder, node: genesis.voters[2]!.id, genesis: genesis.bytes });

  it("tells where, or why not", async () => {
    expect(await keeper().keep(departure)).toBe(join(folder, "divergence-20"));
    rmSync(stateFile(folder));
    await expect(keeper().keep({ ...departure, reason: "another", index: LogIndex(21) })).rejects.toThrow(
      "state.db is missing",
    );
  });
});
