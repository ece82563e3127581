// What is concluded from what was seen: every rule by readings that it speaks of, and by readings that it must be silent about.

import type { StatusJson } from "@juno/api";
import { describe, expect, it } from "vitest";
import { examination, type NodePatch, node, peersWithout } from "../../test/pretend-examination.ts";
import { diagnose } from "./diagnosis.ts";
import type { Examination, Finding } from "./examination.ts";

const findingsOf = (patches: Readonly<Record<number, NodePatch>>, patch: Partial<Examination> = {}) =>
  diagnose(examination(patches, patch)).findings;

const only = (findings: readonly Finding[], code: string): Finding[] =>
  findings.filter((finding) => finding.code === code);

const all = (patch: NodePatch): Readonly<Record<number, NodePatch>> => ({
  1: patch,
  2: patch,
  3: patch,
  4: patch,
});

const contact = (lacks: number[]): NonNullable<StatusJson["stall"]> => ({
  ...{ waitingFor: "contact", sinceMs: 12_345, have: [1, 2], lacks, need: 3 },
  detail: "2 of the 3 voters needed for contact",
});

/** Nodes 3 and 4 are gone, and 1 and 2 know it. */
const HALF = {
  ...{ 3: { silent: "refused" }, 4: { silent: "timeout" } },
  1: { both: { stall: contact([3, 4]), peers: peersWithout(1, [3, 4]) } },
  2: { both: { stall: contact([3, 4]), peers: peersWithout(2, [3, 4]) } },
} as const satisfies Record<number, NodePatch>;

describe("the verdict (A38)", () => {
  it("is that all is well where it is, without a finding", () => {
    expect(diagnose(examination())).toEqual({
      state: "at-work",
      verdict:
        "The cluster is at work: 4 of 4 voters are at work, node 2 leads, all is committed up to entry 7.",
      findings: [],
    });
  });

  it("names whoever is down, while the others go on", () => {
    const gone = (self: number) => ({ both: { peers: peersWithout(self, [4]) } });
    const seen = examination({ 1: gone(1), 2: gone(2), 3: gone(3), 4: { silent: "refused" } });
    const { state, verdict, findings } = diagnose(seen);
    expect(state).toBe("impaired");
    expect(verdict).toContain("3 of 4 voters are at work");
    expect(verdict).toContain("Node 4 does not answer: nothing listens there (and 1 more finding)");
    expect(findings).toMatchObject([
      {
        ...{ code: "no-answer", severity: "warning", nodes: [4] },
        means: "The others go on, but none of them may fail now.",
        next: expect.stringContaining("juno node"),
        evidence: { url: "http://h:4" },
      },
      { code: "no-reserve", severity: "warning", nodes: [4] },
    ]);
  });

  it("is that the cluster is stalled, and whose signatures are lacking for which entry", () => {
    const { state, verdict, findings } = diagnose(examination(HALF));
    expect(state).toBe("stalled");
    expect(verdict).toBe(
      "The cluster is stalled: nothing is committed after entry 7, because 3 of 4 voters must sign and only nodes 1, 2 are at work; the signatures of nodes 3, 4 are lacking.",
    );
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "critical no-answer",
      "critical no-answer",
      "critical quorum-lacks",
    ]);
    expect(only(findings, "quorum-lacks")).toMatchObject([
      {
        nodes: [1, 2],
        what: "Nodes 1, 2 have waited 12 s for 3 signatures for entry 8 and all that follow: those of nodes 1, 2 are there, those of nodes 3, 4 are lacking",
        evidence: { lacks: "3, 4", need: 3 },
      },
    ]);
  });

  it("is that as soon as too few are left, before the others have missed them", () => {
    const at = (self: number) => ({ second: { peers: peersWithout(self, [3, 4]) } });
    const gone = { seen: { second: { problem: { kind: "refused", detail: "" } } } } as const;
    expect(diagnose(examination({ 1: at(1), 2: at(2), 3: gone, 4: gone })).state).toBe("stalled");
  });

  it("is the same from one node alone, by what it hears", () => {
    const nodes = [node(1, HALF[1])];
    const { state, verdict, findings } = diagnose(examination({}, { nodes }));
    expect(state).toBe("stalled");
    expect(verdict).toContain("only nodes 1, 2 are at work; the signatures of nodes 3, 4 are lacking");
    expect(only(findings, "not-asked")).toMatchObject([{ severity: "info", nodes: [2, 3, 4] }]);
    const well = diagnose(examination({}, { nodes: [node(1)] }));
    expect(well).toMatchObject({
      state: "at-work",
      verdict: expect.stringContaining("4 of 4 voters are at work"),
    });
  });

  it("is that nothing can be said where nobody answers", () => {
    const { state, verdict, findings } = diagnose(examination(all({ silent: "unsigned" })));
    expect(state).toBe("unknown");
    expect(verdict).toContain("none of 4 addresses");
    expect(findings).toHaveLength(4);
    expect(findings[0]).toMatchObject({
      code: "not-believed",
      means: "Whether the others are at work cannot be seen from here.",
    });
  });

  it("calls nothing stalled that moves, and no election a stall", () => {
    const waiting = { role: "waiting" } as const;
    const elected = diagnose(examination(all({ second: waiting })));
    expect(elected.state).toBe("impaired");
    expect(only(elected.findings, "no-leader")).toMatchObject([{ severity: "warning" }]);
    const lasting = diagnose(examination(all({ both: waiting })));
    expect(lasting.state).toBe("stalled");
    expect(lasting.verdict).toContain("its voters do not agree on a leader");
    expect(only(lasting.findings, "no-leader")).toMatchObject([{ severity: "critical" }]);
    const moving = diagnose(examination(all({ both: waiting, second: { committed: 9 } })));
    expect(moving.state).toBe("impaired");
  });

  it("says first that the ledger is halted, by whom, since when and why", () => {
    const by = [{ key: "aa".repeat(32), name: "risk" }, { key: "bb".repeat(32) }];
    const ledgerHalt = { since: 1_000, index: 6, act: "cd".repeat(32), by, reason: "a theft" };
    const { state, verdict, findings } = diagnose(examination(all({ both: { ledgerHalt } })));
    expect(state).toBe("halted");
    expect(verdict).toBe(
      "The cluster is at work, but the ledger is halted since 1970-01-01T00:00:01.000Z, by key bbbbbbbbbbbb, risk: a theft.",
    );
    expect(findings).toMatchObject([
      { code: "ledger-halted", severity: "critical", next: expect.stringContaining("juno admin resume") },
    ]);
    const behind = { 1: { both: { ledgerHalt, applied: { index: 6, root: "ab".repeat(32) } } } };
    expect(only(findingsOf(behind), "ledger-halted")).toEqual([]);
  });
});

describe("who answers", () => {
  it("says why a node does not, and whether the others still hear it", () => {
    const [heard] = only(findingsOf({ 4: { silent: "timeout" } }), "no-answer");
    expect(heard).toMatchObject({
      severity: "warning",
      what: "Node 4 does not answer: no answer came in time, though nodes 1, 2, 3 hear it",
      means: "It still votes. Clients that ask it must go to another node.",
    });
    const went = findingsOf({ 4: { seen: { second: { problem: { kind: "refused", detail: "" } } } } });
    expect(only(went, "no-answer")[0]?.what).toContain("and did a moment ago: nothing listens there");
    for (const kind of ["address", "tls", "connection", "reply"] as const)
      expect(only(findingsOf({ 3: { silent: kind } }), "no-answer")).toHaveLength(1);
    const noVote = findingsOf({ 4: { silent: "refused" } }, { voters: [1, 2, 3], quorum: 3 });
    expect(only(noVote, "no-answer")[0]?.means).toContain("It has no vote");
  });

  it("does not believe what no member signs", () => {
    expect(only(findingsOf({ 2: { silent: "unsigned" } }), "not-believed")).toMatchObject([
      { nodes: [2], next: expect.stringContaining("juno epochs") },
    ]);
  });

  it("tells an address that another node answers, nodes just started, and slow answers", () => {
    const swapped = findingsOf(
      { 3: { both: { node: 4 } } },
      { nodes: [node(1), node(2), node(3, { both: { node: 4 } })] },
    );
    expect(only(swapped, "other-node")).toMatchObject([
      { nodes: [3, 4], evidence: { expected: 3, found: 4 } },
    ]);
    const young = findingsOf({ 1: { both: { uptimeMs: 9_000 } }, 2: { both: { uptimeMs: 8_000 } } });
    expect(young).toMatchObject([{ code: "young", severity: "info", nodes: [1, 2] }]);
    const slow = node(3);
    const late = {
      ...slow,
      first: { ...slow.first, tookMs: 1_500 },
      second: { ...slow.second, tookMs: 1_200 },
    };
    const nodes = [node(1), node(2), late, node(4)] as Examination["nodes"];
    expect(only(findingsOf({}, { nodes }), "slow-answer")).toMatchObject([
      { nodes: [3], what: expect.stringContaining("took 1.2 s") },
    ]);
  });
});

describe("the quorum", () => {
  it("tells a node that alone lacks it from a cluster that does", () => {
    const stall = { ...contact([2, 3, 4]), waitingFor: "stored", have: [1] } as const;
    const alone = diagnose(
      examination({ 1: { both: { stall: { ...stall, have: [1], lacks: [2, 3, 4] } } } }),
    );
    expect(alone.state).toBe("impaired");
    expect(only(alone.findings, "quorum-lacks")).toMatchObject([
      { severity: "warning", nodes: [1], what: expect.stringContaining("3 signatures for entry 7") },
    ]);
  });

  it.each([
    ["recollections", "what the node had said"],
    ["prevotes", "leaving term 1"],
    ["votes", "a leader of term 1"],
  ] as const)("says what %s are for", (waitingFor, words) => {
    const stall = { ...contact([3, 4]), waitingFor };
    expect(only(findingsOf({ 1: { both: { stall } } }), "quorum-lacks")[0]?.what).toContain(words);
  });

  it("names the waiting where all answer and yet nothing moves", () => {
    const stall = { ...contact([3]), waitingFor: "votes" } as const;
    const { state, verdict } = diagnose(examination(all({ both: { stall, role: "waiting" } })));
    expect(state).toBe("stalled");
    expect(verdict).toContain("the signatures of node 3 are lacking (for votes)");
  });

  it("sees elections without end, and a leader that is suspected", () => {
    const endless = findingsOf(all({ first: { term: 5 }, second: { term: 8 } }));
    expect(only(endless, "elections")).toMatchObject([
      { severity: "critical", evidence: { from: 5, to: 8 } },
    ]);
    expect(only(findingsOf(all({ first: { term: 5 }, second: { term: 6 } })), "elections")).toEqual([]);
    const counters = { notice_suspected: 4 };
    const before = { first: { counters }, second: { counters } };
    expect(findingsOf({ 1: before })).toEqual([]);
    expect(findingsOf({ 1: { ...before, first: { counters: { notice_suspected: 3 } } } })).toMatchObject([
      { code: "leader-suspected", nodes: [1] },
    ]);
    const restarted = {
      first: { counters: { notice_suspected: 3 } },
      second: { counters: { notice_suspected: 1 }, uptimeMs: 70_000 },
    };
    expect(only(findingsOf({ 1: restarted }), "leader-suspected")).toHaveLength(1);
  });

  it("sees who stays in another term, and connections that are missing between nodes that run", () => {
    const terms = { ...all({ both: { term: 4 } }), 3: { both: { term: 2 } } };
    expect(only(findingsOf(terms), "other-term")).toMatchObject([
      { nodes: [3], evidence: { term: 2, others: 4 } },
    ]);
    const peers = peersWithout(1, [3]).map((peer) =>
      peer.node === 3 ? { ...peer, problem: "no route" } : peer,
    );
    expect(findingsOf({ 1: { both: { peers } } })).toMatchObject([
      { code: "not-connected", nodes: [1, 3], evidence: { "peer 3": "no route" } },
    ]);
  });
});

describe("progress", () => {
  it("says who is behind, by how much, and whether it catches up", () => {
    const on = { first: { committed: 1_000 }, second: { committed: 1_100 } };
    const with3 = (first: number, second: number) =>
      only(
        findingsOf({ ...all(on), 3: { first: { committed: first }, second: { committed: second } } }),
        "behind",
      );
    expect(with3(400, 800)).toMatchObject([
      {
        nodes: [3],
        what: "Node 3 is 300 entries behind: it catches up, in about 2.0 s",
        next: "Wait, and look again.",
      },
    ]);
    expect(with3(400, 450)[0]?.what).toBe(
      "Node 3 is 650 entries behind: it takes entries, but no faster than they come",
    );
    expect(with3(400, 400)[0]?.what).toBe("Node 3 is 700 entries behind: it does not catch up");
    expect(with3(990, 1_050)).toEqual([]);
  });

  it("says who has not applied what was committed a look before, and who is in an earlier epoch", () => {
    const root = "ab".repeat(32);
    const slow = { both: { committed: 7, applied: { index: 3, root } } };
    expect(findingsOf({ 2: slow })).toMatchObject([
      { code: "applies-late", nodes: [2], evidence: { applied: 3 } },
    ]);
    const epochs = findingsOf({ ...all({ both: { epoch: 2 } }), 4: { both: { epoch: 1 } } }, { epoch: 2 });
    expect(only(epochs, "other-epoch")).toMatchObject([{ nodes: [4], evidence: { epoch: 1, newest: 2 } }]);
  });

  it("says whose snapshots do not advance, and where redacted payloads still are", () => {
    const root = "ab".repeat(32);
    const far = { both: { committed: 30_000, applied: { index: 30_000, root } } };
    const snapshots = { ...far, seen: { certified: [8_192] } };
    const kept = { ...far, seen: { certified: [8_192, 24_576] } };
    const { certified: _, ...silent } = node(4, far);
    const nodes = [node(1, kept), node(2, snapshots), node(3, kept), silent];
    expect(findingsOf({}, { nodes })).toMatchObject([
      { code: "no-snapshot", nodes: [2], evidence: { newest: 8_192 } },
    ]);
    const redactions = { ordered: 3, pending: 2 };
    expect(findingsOf({ 1: { both: { redactions } } })).toMatchObject([
      { code: "redactions-pending", severity: "info", nodes: [1] },
    ]);
  });
});
