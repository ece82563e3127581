// What a thread executes ahead of the audit is what the audit would execute itself: from the genesis, from
// any checkpoint, and up to the first entry that it cannot go on from, after which it says nothing.

import { DatabaseSync } from "node:sqlite";
import { LogIndex } from "@juno/base";
import { type Entry, encodeRedactedBody, redactedParts } from "@juno/proof";
import {
  bodyOf,
  CHECKPOINT_ENTRIES,
  chainOf,
  genesis,
  genesisBytes,
  opening,
  people,
  transferring,
  transfers,
} from "@juno/runtime/suites";
import { expect, it } from "vitest";
import { rowOf } from "../../src/audit/archive-source.ts";
import { auditContext } from "../../src/audit/audit-context.ts";
import { ExecutionAhead, startsAhead } from "../../src/audit/execution-ahead.ts";
import { ExpectedState } from "../../src/audit/expected-state.ts";
import type { Row } from "../../src/audit/readable.ts";
import { sha256 } from "../../src/crypto/sodium.ts";

const CHUNK = 7;
const again = bodyOf([transferring("wjm", "stu", "1.00 USD")], { signers: [people.wjm], mark: "twice" });
const entries = chainOf([
  ...opening,
  ...transfers(3 * CHECKPOINT_ENTRIES),
  ...[again, again].map((body) => ({ body })),
]);
const rowsOf = (some: readonly Entry[]): Row[] =>
  some.map((entry) => rowOf({ entry, receipt: new Uint8Array(), previousHash: entry.hash }));

/** A state that has executed entries up to an index, and what came out of the others. */
function executed(last: number) {
  const state = new ExpectedState(auditContext(genesis), new DatabaseSync(""));
  for (const entry of entries.slice(0, last)) state.execute(entry, undefined);
  return state;
}

/** The receipts that come out ahead, chunk by chunk. */
async function receiptsAhead(some: readonly Entry[], last: number): Promise<Uint8Array[][]> {
  const { view } = executed(last);
  const ahead = await ExecutionAhead.start({ genesisBytes, view, last: LogIndex(last) });
  const rows = rowsOf(some);
  const asked: ReturnType<ExecutionAhead["execute"]>[] = [];
  for (let at = 0; at < rows.length; at += CHUNK) asked.push(ahead.execute(rows.slice(at, at + CHUNK)));
  const answers = await Promise.all(asked);
  await ahead.close();
  expect(await ahead.execute(rows)).toEqual([]);
  return answers.map((answer) => answer.map(({ receipt }) => receipt));
}

it.each([0, CHECKPOINT_ENTRIES, 2 * CHECKPOINT_ENTRIES])(
  "comes out the same above entry %i",
  async (last) => {
    const known = await receiptsAhead(entries.slice(last), last);
    const state = executed(last);
    const receipts = entries.slice(last).map((entry) => state.execute(entry, undefined));
    expect(known.flat()).toEqual(receipts);
  },
);

it("is taken over by the state in place of executing", async () => {
  const ahead = await ExecutionAhead.start({ genesisBytes, view: executed(0).view, last: LogIndex(0) });
  const outcomes = await ahead.execute(rowsOf(entries));
  await ahead.close();
  const state = executed(0);
  for (const [at, entry] of entries.entries()) state.execute(entry, undefined, outcomes[at]);
  const own = executed(entries.length);
  expect(state.root).toEqual(own.root);
  expect(state.applied).toEqual(own.applied);
  expect([...state.view.dump(10)]).toEqual([...own.view.dump(10)]);
});

function redacted(entry: Entry): Entry {
  const parts = redactedParts(sha256, entry.body);
  if (!parts.ok) throw new Error(parts.error.detail);
  return { ...entry, body: encodeRedactedBody(parts.value) };
}

it.each<[string, (entry: Entry) => Entry]>([
  ["that is not the next", (entry) => ({ ...entry, index: LogIndex(entry.index + 1) })],
  ["whose payload is redacted", redacted],
  ["that cannot be read", (entry) => ({ ...entry, kind: "other" as Entry["kind"] })],
])("ends before an entry %s", async (_, alter) => {
  const at = opening.length + 10;
  const altered = entries.map((entry, position) => (position === at ? alter(entry) : entry));
  const known = await receiptsAhead(altered, 0);
  expect(known.flat()).toHaveLength(at);
});

it("is begun where there is enough to do, and a core for it", async () => {
  const { view } = executed(0);
  const span = { view, last: LogIndex(0), through: LogIndex(100) };
  expect(await startsAhead(genesisBytes, { workers: 1, aheadFrom: 100 })(span)).toBeUndefined();
  expect(await startsAhead(genesisBytes, { workers: 2, aheadFrom: 101 })(span)).toBeUndefined();
  const ahead = await startsAhead(genesisBytes, { workers: 2, aheadFrom: 100 })(span);
  expect(ahead).toBeDefined();
  await ahead?.close();
});
