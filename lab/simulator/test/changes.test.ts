// Storms in which administrators change the network, and what the checker of configurations has to say of links that
// prove nothing: each sentence once (E55, E56).

import { Epoch, hex, LogIndex, NodeId, Term } from "@juno/base";
import {
  actId,
  type ConfigBody,
  chainEntry,
  decodeConfigBody,
  type EpochFacts,
  type EpochLink,
  encodeAck,
  encodeConfigBody,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import { signedFrame } from "../src/byzantine/liar.ts";
import { factsAfter } from "../src/checkers/configurations.ts";
import { sha256, simulatedKey } from "../src/crypto.ts";
import { approvedBy, configBody, foundingEpoch, memberOf } from "../src/members.ts";
import { drawPlan } from "../src/storm/plan.ts";
import { playStorm } from "../src/storm/storm.ts";
import { EPOCH_MS } from "../src/world/virtual-clock.ts";
import { World } from "../src/world/world.ts";

describe("storms of changes", () => {
  // A liar shows an observer certificates below what it has committed: it must not mind (V11).
  it("are survived: a network of four changes and works", async () => {
    const options = { seed: 1, withLiars: true };
    const report = await playStorm(drawPlan({ ...options, nodes: 4, withChanges: true }));
    const changes = Object.entries(report.counts).filter(([name]) => name.startsWith("configuration: "));
    expect(report.counts["notice entered_epoch"]).toBeGreaterThan(4);
    expect(changes.length).toBeGreaterThan(1);
  });
});

// C39: what is withdrawn was approved, so consensus may know of it.
it("a configuration that the ledger holds no more is waited for no more by whoever has applied that", async () => {
  const world = new World({ seed: 1, nodes: 4, windowEntries: 32, slowness: 1 });
  for (const node of world.nodes) node.start();
  await world.run(5_000, () => world.leader !== undefined);
  const { replica, state } = world.nodes.find((node) => node !== world.leader)!;
  const withdrawn = { body: new Uint8Array([1]), expires: EPOCH_MS + 3_600_000, sinceMs: Infinity };
  const waitedFor: unknown[] = [];
  replica!.onApplied(() => waitedFor.push(state!.configuring));
  const order = { action: { approve: { act: "ab".repeat(32), approvals: [] } }, nonce: world.nextNonce() };
  world.leader!.backend!.submit([world.bank.governing({ ...order, expiresMs: EPOCH_MS + 60_000 })]);
  await world.run(5_000, () => {
    state!.configuring = withdrawn;
    return waitedFor.length > 0;
  });
  expect(waitedFor).toEqual([undefined]);
});

describe("the checker of configurations", () => {
  const network = sha256(new Uint8Array([1]));
  const before = foundingEpoch(network, 4);
  const voters = [1, 2, 3, 4].map((id) => memberOf(id));
  const observer = memberOf(5, "observer");
  const expires = 5_000;
  const term = Term(1);
  const genuine = configBody(network, { epoch: 1, members: [...voters, observer], expires });

  type Change = {
    readonly body?: Uint8Array;
    readonly time?: number;
    readonly acks?: readonly number[];
    readonly of?: number;
    readonly epoch?: number;
  };

  function linkOf({ body = genuine, time = 1, acks = [1, 2, 3], of = 7, epoch = 0 }: Change = {}): EpochLink {
    const bare = { epoch: Epoch(epoch), index: LogIndex(7), term, time, kind: "config" as const, body };
    const chained = chainEntry(sha256, network, bare);
    if (!chained.ok) throw new Error(chained.error.detail);
    const { hash } = chained.value;
    const point = { index: LogIndex(of), hash };
    const statements = acks.map((id) => {
      const said = { epoch: Epoch(0), from: NodeId(id), term, stored: point, certified: point };
      const ack = encodeAck({ ...said, applied: { index: LogIndex(0), root: network } });
      const { sign } = simulatedKey(`node ${id}`);
      const context = { self: NodeId(id), electorate: before.electorate, sign };
      return {
        voter: NodeId(id),
        body: ack,
        signature: signedFrame({ context }, { kind: "ack", body: ack }).signature,
      };
    });
    return {
      previous: network,
      entry: bare,
      proof: { term, index: point.index, hash, headers: [], acks: statements },
    };
  }

  const altered = (alter: (body: ConfigBody) => Partial<ConfigBody>): Uint8Array => {
    const body = decodeConfigBody(genuine);
    if (!body.ok) throw new Error(body.error.detail);
    return encodeConfigBody({ ...body.value, ...alter(body.value) });
  };
  const otherwiseSigned = ({ document }: ConfigBody) => ({
    approvals: approvedBy(network, actId(sha256, document), { generation: 0 }),
  });
  const withKey = ({ approvals }: ConfigBody) => ({
    approvals: approvals.map(({ key }) => ({ key, signature: new Uint8Array(64) })),
  });

  it("reads from a link who votes, under which keys", () => {
    const facts = factsAfter(before, linkOf()) as EpochFacts;
    expect(facts.electorate).toMatchObject({ epoch: 1, quorum: 3, start: { index: 7 } });
    expect(facts.electorate.voters.map(({ id }) => Number(id))).toEqual([1, 2, 3, 4]);
    expect(hex(facts.keyOf.get(5)!)).toBe(hex(observer.signKey));
  });

  it.each<[string, Change]>([
    ["is of another entry", { epoch: 1 }],
    ["is no configuration", { body: new Uint8Array([1, 2, 3]) }],
    [
      "is of epoch 2, and ends epoch 0",
      { body: configBody(network, { epoch: 2, members: voters, expires }) },
    ],
    ["has expired", { time: expires + 1 }],
    ["lacks the approval", { body: altered(otherwiseSigned) }],
    ["lacks the approval", { body: altered(withKey) }],
    ["has 2 of 4 voters ready", { body: altered(({ ready }) => ({ ready: ready.slice(2) })) }],
    ["is proved by the commit of another entry", { of: 6 }],
    ["is committed with 2 distinct signers where 3 are needed", { acks: [1, 2] }],
  ])("says so: %s", (what, change) => {
    expect(factsAfter(before, linkOf(change))).toContain(what);
  });

  it("counts no readiness under another key than the act names", () => {
    const generationOf = (id: number) => (id < 3 ? 1 : 0);
    const members = voters.map(({ id }) => memberOf(id));
    const body = configBody(network, { epoch: 1, members, expires, generationOf });
    expect(factsAfter(before, linkOf({ body }))).toContain("has 2 of 4 voters ready");
  });
});
