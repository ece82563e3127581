// Programs of two versions in one network (C36, C37): the administrators activate what three of the four know. The fourth ends before
// that entry, and again at each start, the others go on, and with their program it goes on where it ended.

import { Epoch, type Hash, hex, LogIndex, NodeId, utf8 } from "@juno/base";
import { KNOWN_VERSIONS, MemoryView, type Versions } from "@juno/ledger";
import { actId, Epochs } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import { beforeEach, describe, expect, it } from "vitest";
import { Findings } from "../src/checkers/findings.ts";
import { sha256 } from "../src/crypto.ts";
import { approvedBy, foundingEpoch } from "../src/members.ts";
import { drawPlan, type Plan } from "../src/storm/plan.ts";
import { playStorm } from "../src/storm/storm.ts";
import { Programs } from "../src/world/programs.ts";
import { Tally } from "../src/world/tally.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

const FIRST = { ledger: 1, language: 1 };
const FAR_MS = EPOCH_MS + 3_600_000;
const LEFT = 4;
const WITHIN_MS = 30_000;

function submit(world: World, action: object): void {
  const signed = world.bank.governing({ action, expiresMs: FAR_MS, nonce: world.nextNonce() });
  void world.node(1).backend!.submit([signed]);
}

function actOf(kind: string, content: object, nonce: number): string {
  const head = { format: 1, kind, nonce: nonce.toString(16).padStart(32, "0"), expires: FAR_MS };
  return JSON.stringify({ ...head, reason: "a test", content });
}

const activation = (at: number, nonce: number) => actOf("activate", { at, ...KNOWN_VERSIONS }, nonce);

function bring(world: World, act: string, ready?: readonly object[]): void {
  const approvals = approvedBy(world.bank.network, actId(sha256, utf8(act)), {}).map(({ key, signature }) => {
    return { key: hex(key), signature: hex(signature) };
  });
  submit(world, { propose: { act, approvals, ...(ready === undefined ? {} : { ready }) } });
}

/** What each node's program says to an activation: its readiness, or why it is not. */
function answers(world: World, act: string) {
  return world.nodes.map(({ replica }) => readyAtOnce(replica!, utf8(act)));
}

const appliedBy = (world: World, id: number): number => world.node(id).ledger.applied.index;

/** Commands, one after the other, until these nodes have applied the entry. */
async function passes(world: World, ids: readonly number[], index: number): Promise<boolean> {
  const isThere = () => ids.every((id) => appliedBy(world, id) >= index);
  for (let tries = 0; tries < 60 && !isThere(); tries += 1) {
    // Refused by all versions: what counts is that there is an entry.
    bring(world, actOf("withdraw", { act: "ab".repeat(32) }, world.nextNonce()));
    await world.run(WITHIN_MS / 60, isThere);
  }
  return isThere();
}

it("the one that is too old ends before the entry, at each start; upgraded, it goes on", async () => {
  const world = new World({ seed: 1, nodes: 4, windowEntries: 64, slowness: 1, isFailureFatal: false });
  const [others, left] = [[1, 2, 3], world.node(LEFT)];
  left.install(FIRST);
  for (const node of world.nodes) node.start();
  await world.run(WITHIN_MS, () => world.leader !== undefined);
  expect(await passes(world, [...others, LEFT], 2)).toBe(true);

  const at = appliedBy(world, 1) + 6;
  const { voters } = world.bank.electorate;
  const act = activation(at, world.nextNonce());
  const said = answers(world, act);
  const lacks = "node 4 lacks ledger version 2 (it knows 1) and language version 2 (it knows 1)";
  expect(said[LEFT - 1]).toMatchObject({ ok: false, error: { detail: lacks } });
  const ready = said.flatMap((answer) => {
    if (!answer.ok) return [];
    const { node, signature } = answer.value;
    const { signKey } = voters.find(({ id }) => id === node)!;
    return [{ key: hex(signKey), node, signature: hex(signature) }];
  });
  expect(ready.map(({ node }) => node)).toEqual(others);
  bring(world, act, ready);

  for (let start = 1; start <= 2; start += 1) {
    expect(await passes(world, others, at + 2 * start)).toBe(true);
    await world.run(WITHIN_MS, () => left.ending !== undefined);
    expect(left.ending).toMatchObject({
      code: "too_old",
      message: expect.stringContaining(`this program stops before entry ${at}.`),
    });
    expect(appliedBy(world, LEFT)).toBe(at - 1);
    if (start === 1) left.start();
  }
  expect(world.node(1).backend!.status().versions).toMatchObject({ inForce: KNOWN_VERSIONS });

  left.install(KNOWN_VERSIONS);
  left.start();
  expect(await passes(world, [...others, LEFT], at + 8)).toBe(true);
  const index = Math.min(...world.nodes.map(({ id }) => appliedBy(world, id)));
  await world.run(WITHIN_MS, () => world.nodes.every(({ id }) => appliedBy(world, id) > index));
  expect(world.checker.findings.violation).toBeUndefined();
});

describe("storms of versions", () => {
  it("leave a node behind, which ends and comes back, and upgrade the others one by one", async () => {
    const [early, late] = [NodeId(3), NodeId(4)];
    const nothing = { liars: [], twins: [] };
    const happenings: Plan["happenings"] = [
      { atMs: 1_000, deed: { kind: "crash the leader", forMs: 2_000 } },
      { atMs: 2_000, deed: { kind: "activate", versions: KNOWN_VERSIONS } },
      { atMs: 4_000, deed: { kind: "upgrade", node: early, forMs: 500, forgets: false } },
    ];
    const report = await playStorm({
      ...{ seed: 1, nodes: 4, windowEntries: 32, slowness: 1, healMs: 6_000 },
      ...{ ...nothing, happenings, programs: [early, late].map((id) => [id, FIRST] as const) },
    });
    expect(report.counts).toMatchObject({
      "versions: activated": 1,
      "versions: left behind": 1,
      "versions: upgraded": 2,
    });
    expect(report.counts["versions: too few know them"]).toBeGreaterThan(0);
    expect(report.counts["versions: ended too old"]).toBeGreaterThan(0);
  });

  it("are the same but for the versions", () => {
    const [mixed, plain] = [true, false].map((withVersions) => drawPlan({ seed: 3, withVersions }));
    expect(plain!.programs).toEqual([]);
    expect(mixed!.programs!.length).toBeGreaterThan(0);
    expect(mixed!.happenings.slice(0, plain!.happenings.length)).toEqual(plain!.happenings);
  });
});

describe("the checker of versions", () => {
  const ACT = "ab".repeat(32);
  const AT = 3;
  let findings: Findings;
  let programs: Programs;
  let known: Versions;

  beforeEach(() => {
    findings = new Findings();
    known = KNOWN_VERSIONS;
    const epochs = new Epochs(foundingEpoch(sha256(new Uint8Array([1])), 4));
    const knownBy = (id: NodeId) => (id < 3 ? KNOWN_VERSIONS : known);
    programs = new Programs({ epochs, findings, tally: new Tally(), knownBy, isLiar: () => false });
  });

  const applied = (index: number) => ({
    applied: { index: LogIndex(index), root: sha256(utf8("r")) as Hash },
  });

  /** Entry 1 decides, and those up to `through` follow. */
  function decide(through: number): void {
    const view = new MemoryView();
    const row = { act: ACT, at: AT, from: FIRST, to: KNOWN_VERSIONS };
    const address = { module: "juno", table: "switches", key: "activation" };
    view.change([{ ...address, before: undefined, after: utf8(JSON.stringify(row)) }]);
    for (let index = 1; index <= through; index += 1)
      programs.onEntry({ index: LogIndex(index), epoch: Epoch(0) }, { view });
  }

  const executed = (index: number, known: Versions) =>
    programs.onExecuted({ id: NodeId(4), known }, [{ entry: { index: LogIndex(index) } as never }]);

  it("has nothing to say of who stops in time, nor of who knows them", () => {
    decide(AT);
    executed(AT - 1, FIRST);
    executed(AT, KNOWN_VERSIONS);
    programs.onTooOld({ id: NodeId(4), known: FIRST, ledger: applied(AT - 1) });
    expect(findings.violation).toBeUndefined();
    expect(programs.last).toEqual({ versions: KNOWN_VERSIONS, isAhead: false });
  });

  it("tells of who goes on", () => {
    decide(AT);
    executed(AT, { ...KNOWN_VERSIONS, language: 1 });
    expect(findings.violation?.message).toContain("has executed entry 3 of ledger 2 and language 2");
  });

  it("tells of who ends too early, or could go on", () => {
    decide(AT);
    programs.onTooOld({ id: NodeId(4), known: FIRST, ledger: applied(AT - 2) });
    expect(findings.violation?.message).toContain("ends before entry 2, which its program knows");
  });

  it("tells of versions that too few know", () => {
    known = FIRST;
    decide(1);
    expect(findings.violation?.message).toContain(
      "entry 1 activates ledger 2 and language 2 from 3 on, which 2 of 4",
    );
  });
});
