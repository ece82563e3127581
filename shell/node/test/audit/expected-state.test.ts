// What re-execution expects is what the executor's own storage holds, also of commands that an honest
// leader never proposes: repeated, late, too early, of strangers, of other networks; however the entries
// fell into batches.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { utf8 } from "@juno/base";
import { apply } from "@juno/ledger";
import { type Entry, encodeCommand } from "@juno/proof";
import {
  activating,
  bodyOf,
  chainOf,
  context,
  creating,
  crediting,
  type Draft,
  genesis,
  opening,
  people,
  stranger,
  transferring,
  transfers,
} from "@juno/runtime/suites";
import { afterAll, expect, it } from "vitest";
import { auditContext } from "../../src/audit/audit-context.ts";
import { ExpectedState } from "../../src/audit/expected-state.ts";
import { Findings } from "../../src/audit/findings.ts";
import { STATE_TABLES } from "../../src/audit/state-audit.ts";
import { StateComparison } from "../../src/audit/state-comparison.ts";
import { StateDatabase } from "../../src/store/state/state-database.ts";
import { freshFolder, removeFolders } from "../store/folder.ts";

afterAll(removeFolders);

const HOUR_MS = 3_600_000;
const pay = transferring("wjm", "stu", "1.00 USD");
const paid = { signers: [people.wjm], mark: "once" };
const late = { signers: [people.wjm], mark: "late", expiresMs: 50 };
const early = { signers: [people.wjm], mark: "early", expiresMs: 30 * HOUR_MS };
const strange = { signers: [stranger], mark: "strange" };

/** Entries at these times, ms after the network's start. */
const drafts: readonly Draft[] = [
  ...opening.map((draft, at) => ({ ...draft, timeMs: at })),
  { body: bodyOf([pay], paid), timeMs: 100 },
  { body: bodyOf([pay], paid), timeMs: 110 },
  { body: bodyOf([pay], late), timeMs: 120 },
  { body: bodyOf([pay], late), timeMs: 130 },
  { body: bodyOf([pay], early), timeMs: 140 },
  { body: bodyOf([pay], early), timeMs: 150 },
  { body: bodyOf([creating("x", people.wjm)], strange), timeMs: 160 },
  { body: bodyOf([creating("x", people.wjm)], strange), timeMs: 170 },
  { body: bodyOf([crediting("wjm", "5.00 USD")], { signers: [people.wjm], mark: "no right" }), timeMs: 180 },
  { body: encodeCommand({ payload: utf8("no JSON"), signatures: [] }), timeMs: 190 },
  { body: encodeCommand({ payload: utf8("no JSON"), signatures: [] }), timeMs: 200 },
  { kind: "election", body: utf8("another certificate"), timeMs: 210 },
  ...transfers(20).map((draft) => ({ ...draft, timeMs: 300 })),
  // The expiry of nearly all of them has passed.
  {
    body: bodyOf([pay], { signers: [people.wjm], mark: "new", expiresMs: 3 * HOUR_MS }),
    timeMs: 2 * HOUR_MS,
  },
  { body: bodyOf([pay], paid), timeMs: 2 * HOUR_MS },
];

function stored(file: string, entries: readonly Entry[], batch: number): void {
  const state = StateDatabase.open(file, genesis.network);
  for (let at = 0; at < entries.length; at += batch) {
    state.transaction(() => {
      for (const entry of entries.slice(at, at + batch))
        state.store(entry, apply(context, state.view, entry));
    });
  }
  state.close();
}

function differences(file: string, entries: readonly Entry[]): Findings {
  const db = new DatabaseSync("");
  const findings = new Findings(10);
  db.prepare("ATTACH ? AS actual").run(file);
  const expected = new ExpectedState(auditContext(genesis), db);
  for (const entry of entries) expected.execute(entry, undefined);
  expected.seal();
  new StateComparison(db, STATE_TABLES).compare(findings);
  db.close();
  return findings;
}

it("agrees with the executor after every entry, in batches of any size", () => {
  const entries = chainOf(drafts);
  const folder = freshFolder();
  for (const [length, batch] of [1, 3, 100].flatMap((size) =>
    entries.map((_, at) => [at + 1, size] as const),
  )) {
    const file = join(folder, "state.db");
    stored(file, entries.slice(0, length), batch);
    expect(differences(file, entries.slice(0, length)).list, `${length} entries by ${batch}`).toEqual([]);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  }
});

it("remembers the roots of every size", () => {
  const entries = chainOf(drafts);
  const db = new DatabaseSync("");
  const expected = new ExpectedState(auditContext(genesis), db);
  const roots = entries.map((entry) => {
    expected.execute(entry, undefined);
    return expected.root;
  });
  expect(entries.map(({ index }) => expected.rootAt(index))).toEqual(roots);
  db.close();
});

it("executes nothing by versions that the program does not know, and says that it is too old (C37)", () => {
  const entries = chainOf([...opening, activating(7), ...transfers(2)]);
  const db = new DatabaseSync("");
  const expected = new ExpectedState(auditContext(genesis), db);
  for (const entry of entries.slice(0, 6)) expected.execute(entry, undefined);
  const tooOld = expect.objectContaining({
    code: "too_old",
    message: expect.stringContaining("before entry 7"),
  });
  expect(() => expected.execute(entries[6]!, undefined)).toThrow(tooOld);
  expect(expected.applied.index).toBe(6);
  db.close();
});
