// What a replay that began with a snapshot says of what it rests on, and of a leader whose entries are not all there.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import type { ElectionAccount, ReplayFacts } from "@juno/node";
import { expect, it } from "vitest";
import { electionLines, factLines } from "./replay-view.ts";

const facts: ReplayFacts = {
  ...{ source: "cluster", last: LogIndex(60), prunedThrough: LogIndex(48), vouchers: [NodeId(1), NodeId(3)] },
  ...{ entries: 12, commands: 11, signatures: 20, certificates: 2, compared: 12 },
  ...{ proved: LogIndex(55), attested: LogIndex(54) },
  ...{ misbehaviour: [], remarks: [], durationMs: 1 },
};

it("names the snapshot and its signers, and measures commit by the entry (P36)", () => {
  const text = factLines(facts).join("\n");
  expect(text).toContain(
    "Entries up to 48 are pruned at the nodes; the rest was verified from the snapshot at 48",
  );
  expect(text).toContain("which nodes 1, 3 signed");
  expect(text).toContain("commit is proved up to entry 55, and the word of the source above it");
  expect(factLines({ ...facts, proved: LogIndex(60) }).join()).toContain("commit is proved;");
});

it("does not say of a leader that it brought nothing where its entries are pruned", () => {
  const last = { index: LogIndex(48), time: 0 };
  const account = (isCut: boolean): ElectionAccount => ({
    ...{ term: Term(3), leader: NodeId(3), voters: [NodeId(1)], quorum: 3, electorate: 4 },
    base: { index: LogIndex(48), hash: Hash(new Uint8Array(32)) },
    before: { epoch: Epoch(0), term: Term(2), leader: NodeId(2), last, lastCommand: undefined, isCut },
    ...{ emptyTerms: 0, termCertificates: [], evidence: [] },
  });
  expect(electionLines(account(true)).join()).toContain("none of its commands is here");
  expect(electionLines(account(false)).join()).toContain("it committed no command");
});
