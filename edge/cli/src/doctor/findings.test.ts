// What is concluded about nodes, machines, clocks and people's decisions: every rule by readings that it speaks of, and by
// readings that it must be silent about.

import { describe, expect, it } from "vitest";
import { examination, HOST, type NodePatch, node, peersWithout } from "../../test/pretend-examination.ts";
import { diagnose } from "./diagnosis.ts";
import type { Examination, OpenAct } from "./examination.ts";
import { Scene } from "./scene.ts";

const findingsOf = (patches: Readonly<Record<number, NodePatch>>, patch: Partial<Examination> = {}) =>
  diagnose(examination(patches, patch)).findings;

describe("nodes", () => {
  const tired = { modeReason: "told", ready: false, notReadyBecause: ["so"] };

  it.each([
    ["read-only", "critical", "has withdrawn", false],
    ["halted", "critical", "has halted itself", true],
    ["amnesiac", "warning", "only observes", true],
    ["removed", "warning", "is no member any more", true],
    ["newcomer", "info", "is not admitted yet", true],
    ["starting", "warning", "waits for the others to tell", true],
    ["draining", "info", "is about to stop", false],
  ] as const)(
    "that are %s have a finding, and count as voters only while they vote",
    (state, severity, words, isGone) => {
      const findings = findingsOf({ 3: { both: { ...tired, state } } });
      expect(findings.filter(({ code }) => code === `node-${state}`)).toMatchObject([
        {
          severity,
          nodes: [3],
          what: expect.stringContaining(words),
          evidence: { told: "told", reasons: "so" },
        },
      ]);
      expect(findings.some(({ code }) => code === "no-reserve")).toBe(isGone);
      expect(findings).toHaveLength(isGone ? 2 : 1);
    },
  );

  it("that their operators halted are told from those that saw what must not be (S19)", () => {
    const halted = { key: "ab".repeat(32), since: 0, reason: "a break-in" };
    const held = { ...tired, state: "halted", halted } as const;
    const findings = findingsOf({ 3: { both: held } });
    expect(findings.map(({ code }) => code)).toEqual(["no-reserve", "node-held"]);
    expect(findings[1]).toMatchObject({
      ...{ severity: "warning", nodes: [3], evidence: { reason: "a break-in" } },
      what: "Node 3 was halted by its operator, since 1970-01-01T00:00:00.000Z: a break-in",
    });
    const stalled = findingsOf({
      1: { both: { role: "follower" } },
      2: { silent: "timeout" },
      3: { both: held },
    });
    expect(stalled.map(({ code }) => code)).not.toContain("no-leader");
    expect(findingsOf({ 3: { both: { ...held, mode: "halted" } } })[0]).toMatchObject({
      code: "node-halted",
    });
  });

  it("that answer in another's name, or at two places, are told, and stand for nobody but themselves (A38)", () => {
    const asThree = { node: 3, committed: 99 };
    const findings = findingsOf({ 2: { both: asThree } });
    expect(findings.find(({ code }) => code === "other-node")).toMatchObject({ nodes: [2, 3] });
    const scene = new Scene(examination({ 2: { both: asThree } }));
    expect(scene.answering.map((one) => [one.node, one.seen.id])).toEqual([1, 3, 4].map((id) => [id, id]));
    expect(scene.committed.second).toBe(7);
    const twice = [1, 2, 3, 4].map((id) => node(id, { seen: { id: undefined as never } }));
    const nodes = [...twice, { ...twice[3]!, url: "http://h:5" }];
    expect(diagnose(examination({}, { nodes })).findings).toMatchObject([
      { code: "one-name-twice", nodes: [4], evidence: { addresses: "http://h:4, http://h:5" } },
    ]);
  });

  it("that are no members are missed by nobody when they are silent", () => {
    const nodes = [1, 2, 3, 4].map((id) => node(id));
    const gone = node(5, { silent: "refused" });
    expect(diagnose(examination({}, { nodes: [...nodes, gone] }))).toMatchObject({
      state: "at-work",
      findings: [{ code: "no-member", severity: "info", nodes: [5] }],
    });
  });

  it("with different outcomes of one entry are called out, even at different times", () => {
    const root = (digits: string, index: number) => ({ applied: { index, root: digits.repeat(32) } });
    const apart = findingsOf({
      1: { first: root("cd", 5), second: root("ab", 7) },
      2: { first: root("ee", 5) },
    });
    expect(apart).toMatchObject([
      {
        ...{ code: "roots-differ", severity: "critical", nodes: [1, 2] },
        what: "Nodes have DIFFERENT outcomes of entry 5: node 1 against node 2",
      },
    ]);
    expect(findingsOf({ 1: { both: root("ab", 7) } })).toEqual([]);
  });

  it("that are proved to have lied are named once, with those who hold the proof", () => {
    const lie = { kind: "double-vote", accused: 3, epoch: 0, term: 7, seen: 1 } as const;
    expect(
      findingsOf({ 1: { both: { evidence: [lie, lie] } }, 2: { both: { evidence: [lie] } } }),
    ).toMatchObject([
      {
        ...{ code: "voter-lied", severity: "warning", nodes: [3], evidence: { "proof at": "1, 2" } },
        what: "It is proved that voter 3 signed two different votes in term 7",
      },
    ]);
  });

  it.each([
    "false_outcome",
    "contradicted",
    "snapshot_differs",
    "snapshot_damaged",
    "archive_failed",
    "liar",
    "rolled_back",
    "key_missing",
  ])("that have noticed %s since their start are told of", (name) => {
    expect(findingsOf({ 2: { both: { counters: { [`notice_${name}`]: 3 } } } })).toMatchObject([
      { code: name.replaceAll("_", "-"), severity: "warning", nodes: [2], evidence: { count: 3 } },
    ]);
  });

  it("that are too old for what is decided are pressed to be replaced in time (C36)", () => {
    const versions = {
      known: { ledger: 1, language: 1 },
      inForce: { ledger: 1, language: 1 },
      stopsBefore: 9,
    };
    expect(findingsOf({ 2: { both: { versions } } })).toMatchObject([
      {
        code: "too-old",
        severity: "critical",
        nodes: [2],
        what: expect.stringContaining("2 entries are left"),
      },
    ]);
  });

  it("of different versions, and nodes that are not ready for no other reason, are told of", () => {
    expect(findingsOf({ 2: { both: { version: "0.2.0" } } })).toMatchObject([
      {
        code: "versions-differ",
        what: expect.stringContaining("0.0.0-test at nodes 1, 3, 4, 0.2.0 at node 2"),
      },
    ]);
    const unready = { ready: false, notReadyBecause: ["it is tired"] };
    expect(findingsOf({ 2: { both: unready } })).toMatchObject([
      { code: "not-ready", nodes: [2], what: "Node 2 is not ready: it is tired" },
    ]);
    expect(
      findingsOf({ 2: { both: { ...unready, state: "halted" } } }).map(({ code }) => code),
    ).not.toContain("not-ready");
  });
});

describe("decisions", () => {
  const act: OpenAct = {
    ...{ id: "ab".repeat(32), kind: "configure", reason: "one more", status: "open" },
    expires: examination().nowMs + 7 * 86_400_000,
    ...{ approvedBy: ["admin-1"], lacking: "admin-2", notReady: ["node 5: it lags"] },
  };

  it("that are open say who has not approved, and press when they are about to expire", () => {
    expect(findingsOf({}, { acts: [act] })).toMatchObject([
      {
        ...{ code: "act-open", severity: "info" },
        what: "An act waits for approval (configure: one more); it lacks admin-2 and expires in 168 h",
        next: expect.stringContaining(`juno admin approve ${act.id}`),
        evidence: { "approved by": "admin-1", "not ready": "node 5: it lags" },
      },
    ]);
    const soon = { ...act, expires: examination().nowMs + 3_600_000 };
    expect(findingsOf({}, { acts: [soon] })).toMatchObject([{ code: "act-open", severity: "warning" }]);
    expect(findingsOf({}, { acts: [{ ...act, expires: examination().nowMs - 1 }] })).toEqual([]);
  });

  it("that are approved and not in force say which nodes are not ready", () => {
    expect(findingsOf({}, { acts: [{ ...act, status: "approved", lacking: undefined }] })).toMatchObject([
      { code: "act-pending", severity: "warning", evidence: { "not ready": "node 5: it lags" } },
    ]);
  });

  it("that nobody tells are said to be unknown", () => {
    expect(findingsOf({}, { acts: undefined })).toMatchObject([{ code: "acts-unknown", severity: "info" }]);
  });
});

describe("machines", () => {
  const GIB = 2 ** 30;

  it.each([
    [0.5, 100, "critical"],
    [3, 100, "warning"],
    [12, 1_000, undefined],
    [3, 20, undefined],
  ])("with %d GiB free of %d are %s", (free, size, severity) => {
    const host = { ...HOST, diskFreeBytes: free * GIB, diskBytes: size * GIB };
    const found = findingsOf({ 2: { both: { host } } });
    expect(found).toMatchObject(
      severity === undefined ? [] : [{ code: "disk-full-soon", severity, nodes: [2] }],
    );
  });

  it("with slow disks and late main threads are named, unless they have just been started", () => {
    const commits = (meanMicros: number, slowestMicros: number) => ({
      host: { ...HOST, commits: { count: 9, meanMicros, slowestMicros } },
    });
    expect(findingsOf({ 2: { both: commits(60_000, 90_000) } })).toMatchObject([
      { code: "slow-disk", nodes: [2], means: expect.stringContaining("waits for the disks of a quorum") },
    ]);
    expect(findingsOf({ 2: { both: commits(1_000, 900_000) } })).toMatchObject([
      { code: "slow-disk", means: expect.stringContaining("suspected and deposed") },
    ]);
    const late = (p99Micros: number, slowestMicros: number) => ({
      host: { ...HOST, eventLoop: { p99Micros, slowestMicros } },
    });
    for (const patch of [late(250_000, 300_000), late(1_000, 700_000)])
      expect(findingsOf({ 2: { both: patch } })).toMatchObject([{ code: "late-loop", nodes: [2] }]);
    const young = { both: { ...late(250_000, 700_000), uptimeMs: 5_000 } };
    expect(findingsOf({ 2: young }).map(({ code }) => code)).toEqual(["young"]);
    const starting = { both: { ...commits(90_000, 900_000), uptimeMs: 5_000 } };
    expect(findingsOf({ 2: starting }).map(({ code }) => code)).toEqual(["young"]);
  });

  it("whose queues are long at both readings are named, with the queues", () => {
    const long: NodePatch["both"] = {
      pending: { commands: 4_500, bytes: 1 },
      queues: { frames: 1_500, clients: 0, requests: 3_500, streams: 0 },
      host: { ...HOST, verifierChecks: 5_000 },
      peers: peersWithout(2, []).map((peer) => ({ ...peer, queuedBytes: peer.node === 4 ? 2 ** 23 : 0 })),
    };
    expect(findingsOf({ 2: { both: long } })).toMatchObject([
      {
        ...{ code: "long-queues", nodes: [2] },
        evidence: {
          ...{ pendingCommands: 4_500, frames: 1_500, requests: 3_500, verifierChecks: 5_000 },
          "bytes for node 4": 2 ** 23,
        },
      },
    ]);
    expect(findingsOf({ 2: { second: long } })).toEqual([]);
  });

  it("that drop messages for a node that runs, or refuse commands, are named", () => {
    const dropped = (frames: number) => ({
      peers: peersWithout(1, []).map((peer) => ({ ...peer, droppedFrames: peer.node === 3 ? frames : 0 })),
    });
    expect(findingsOf({ 1: { first: dropped(4), second: dropped(9) } })).toMatchObject([
      { code: "dropped-frames", nodes: [1, 3], evidence: { "frames for node 3": 5 } },
    ]);
    expect(findingsOf({ 1: { both: dropped(9) } })).toEqual([]);
    const away = findingsOf({ 1: { first: dropped(4), second: dropped(9) }, 3: { silent: "refused" } });
    expect(away.map(({ code }) => code)).not.toContain("dropped-frames");
    const counters = { refused_busy: 12, refused_client_unknown: 3 };
    expect(
      findingsOf({ 1: { first: { counters: { refused_busy: 2 } }, second: { counters } } }),
    ).toMatchObject([{ code: "refuses", nodes: [1], evidence: { busy: 10 } }]);
  });
});

describe("clocks", () => {
  /** Node `id`, whose clock is so much ahead. */
  const ahead = (id: number, ms: number, tookMs = 2) => {
    const seen = node(id);
    const shifted = (reading: (typeof seen)["first"]) =>
      "status" in reading
        ? { ...reading, tookMs, status: { ...reading.status, time: reading.status.time + ms } }
        : reading;
    return { ...seen, first: shifted(seen.first), second: shifted(seen.second) };
  };
  const seenWith = (skews: readonly number[], tookMs = 2) =>
    findingsOf({}, { nodes: skews.map((ms, at) => ahead(at + 1, ms, tookMs)) });

  it("that differ from the others' are told of: by half of what voters bear, and beyond", () => {
    expect(seenWith([0, 0, -3_000, 0])).toMatchObject([
      { code: "node-clock", severity: "warning", nodes: [3], what: expect.stringContaining("is 3.0 s slow") },
    ]);
    expect(seenWith([0, 0, 0, 60_000])).toMatchObject([
      { code: "node-clock", severity: "critical", nodes: [4], what: expect.stringContaining("is 60 s fast") },
    ]);
    expect(seenWith([0, 2_000, 0, 0])).toEqual([]);
  });

  it("that are too far off for voters mean another thing where they are fast than where they are slow", () => {
    const [fast, slow] = [seenWith([0, 0, 0, 60_000])[0], seenWith([0, 0, 0, -60_000])[0]];
    expect(fast!.means).toContain(
      "more than 5.0 s ahead of their clock: where it leads, a command waits until",
    );
    expect(slow!.means).toContain(
      "more than 5.0 s behind their clock: where it leads, nothing is committed once",
    );
    for (const finding of [fast, slow])
      expect(finding!.means).toContain("before a quorum has: they must be one without it");
  });

  it("are not blamed for a slow network", () => {
    expect(seenWith([0, 0, 3_000, 0], 1_900).filter(({ code }) => code === "node-clock")).toEqual([]);
  });

  it("of this machine are told of where all nodes differ from it", () => {
    expect(seenWith([9_000, 9_100, 9_000, 9_050])).toMatchObject([
      {
        ...{ code: "own-clock", severity: "warning", nodes: [] },
        what: "The clock of this machine is 9.0 s slow, compared with the nodes'",
        means: expect.stringContaining("expire earlier"),
      },
    ]);
    expect(seenWith([-9_000, -9_000, -9_000, -9_000])[0]).toMatchObject({
      what: expect.stringContaining("9.0 s fast"),
      means: expect.stringContaining("expire later"),
    });
  });
});
