// Who may replace whom (E54–E56): acts, the bodies of config entries, links from epoch to epoch.

import { Epoch, type Hash, hex, LogIndex, NodeId, Term, utf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import { digestOf, NETWORK, sha256, signWith, verify } from "../test/signing.ts";
import { type Approval, actId, approvalCheck } from "./act.ts";
import type { CommitProof } from "./certificate.ts";
import {
  type ConfigBody,
  checkConfigBody,
  encodeConfigBody,
  parseConfigurationAct,
  readinessBytes,
} from "./configuration.ts";
import { chainEntry } from "./entry.ts";
import {
  checkEpochLink,
  decodeEpochLink,
  type EpochFacts,
  type EpochLink,
  Epochs,
  encodeEpochLink,
  firstEpoch,
} from "./epoch.ts";
import { parseGenesis } from "./genesis.ts";
import { encodeAck } from "./statement.ts";

const key = (name: string): Hash => digestOf(name);
const ADMINS = [1, 2, 3].map((n) => key(`admin ${n}`));
const admin = (count: number) => ({ atLeast: count, of: ADMINS.map((each) => ({ key: hex(each) })) });
const nodeOf = (id: number, generation = 0) => ({
  id,
  signKey: hex(key(`sign ${id} ${generation}`)),
  transportKey: hex(key(`transport ${id} ${generation}`)),
});

const parsed = parseGenesis(
  sha256,
  utf8(
    JSON.stringify({
      format: 1,
      voters: [1, 2, 3, 4].map((id) => nodeOf(id)),
      policies: { admin: admin(2), operator: { key: hex(key("operator")) } },
      clients: [],
      startTime: 0,
    }),
  ),
);
if (!parsed.ok) throw new Error(parsed.error.detail);
const network = parsed.value.network;
const first = firstEpoch(parsed.value);

type Wish = { epoch?: number; nodes?: object[]; expires?: number; change?: object; content?: object };
const documentOf = ({ epoch = 1, nodes, expires = 9_000, change = {}, content = {} }: Wish = {}) =>
  utf8(
    JSON.stringify({
      ...{ format: 1, kind: "configure", nonce: "00".repeat(16), expires, reason: "a fifth node" },
      content: {
        epoch,
        nodes: nodes ?? [1, 2, 3, 4, 5].map((id) => ({ ...nodeOf(id), role: "voter" })),
        policies: { admin: admin(2) },
        ...content,
      },
      ...change,
    }),
  );

const approve = (document: Uint8Array, admins: readonly number[]): Approval[] =>
  admins
    .map((at) => ADMINS[at]!)
    .map((each) => {
      const unsigned = approvalCheck(network, actId(sha256, document), {
        key: each,
        signature: new Uint8Array(64),
      });
      return { key: each, signature: signWith(each, unsigned.message) };
    })
    .sort((a, b) => (hex(a.key) < hex(b.key) ? -1 : 1));

const readyOf = (document: Uint8Array, ids: readonly number[], generation = 0) =>
  ids.map((id) => ({
    node: NodeId(id),
    signature: signWith(key(`sign ${id} ${generation}`), readinessBytes(network, actId(sha256, document))),
  }));

function bodyOf(document = documentOf(), change: Partial<ConfigBody> = {}): ConfigBody {
  return {
    document,
    approvals: approve(document, [0, 2]),
    ready: readyOf(document, [1, 2, 3, 5]),
    ...change,
  };
}

const check = (body: ConfigBody, time = 1_000) => {
  const checked = checkConfigBody(
    { sha256, network, before: first.configuration },
    { body: encodeConfigBody(body), time },
  );
  if (!checked.ok) return checked.error.code;
  return checked.value.checks.every(verify) ? "good" : "bad_signature";
};

describe("an act that configures an epoch (E54, E55)", () => {
  it("names who belongs to the network, who votes, and whose signatures may replace it", () => {
    const act = parseConfigurationAct(sha256, documentOf());
    expect(act.ok && act.value).toMatchObject({ epoch: 1, expires: 9_000, reason: "a fifth node" });
    expect(act.ok && act.value.members.map(({ id, role }) => [id, role])).toEqual(
      [1, 2, 3, 4, 5].map((id) => [id, "voter"]),
    );
  });

  it.each<[string, Wish, RegExp]>([
    ["of another kind", { change: { kind: "halt" } }, /kind configure/],
    ["of another format", { change: { format: 2 } }, /format 1/],
    ["without a reason", { change: { reason: "" } }, /reason/],
    ["with an unknown member", { change: { also: 1 } }, /also/],
    ["of no epoch", { epoch: 0 }, /epoch/],
    ["without voters", { nodes: [{ ...nodeOf(1), role: "observer" }] }, /0 voters/],
    ["with a node twice", { nodes: [1, 1].map((id, at) => ({ ...nodeOf(id, at), role: "voter" })) }, /id 1/],
    [
      "with a key twice",
      { nodes: [1, 2].map((id) => ({ ...nodeOf(id), role: "voter", signKey: hex(key("x")) })) },
      /purpose/,
    ],
    [
      "with an admin's key for a node",
      { nodes: [{ ...nodeOf(1), role: "voter", signKey: hex(ADMINS[0]!) }] },
      /purpose/,
    ],
    ["with a role nobody knows", { nodes: [{ ...nodeOf(1), role: "king" }] }, /voter or observer/],
    [
      "with an address that is none",
      { nodes: [{ ...nodeOf(1), role: "voter", address: "here" }] },
      /host:port/,
    ],
    ["without a policy", { content: { policies: {} } }, /admin/],
  ])("%s is refused", (_what, wish, why) => {
    const act = parseConfigurationAct(sha256, documentOf(wish));
    expect(act.ok ? "accepted" : act.error.detail).toMatch(why);
  });

  it("a body may end the epoch when the admins approve it and a quorum of its voters is ready", () => {
    expect(check(bodyOf())).toBe("good");
  });

  it.each<[string, () => ConfigBody, string]>([
    [
      "half of the admins",
      () => bodyOf(undefined, { approvals: approve(documentOf(), [1]) }),
      "unauthorised",
    ],
    [
      "an admin counted twice",
      () => bodyOf(undefined, { approvals: approve(documentOf(), [1, 1]) }),
      "bad_act",
    ],
    [
      "an admin's signature under another act",
      () => bodyOf(undefined, { approvals: approve(documentOf({ expires: 8_000 }), [0, 2]) }),
      "bad_signature",
    ],
    [
      "too few of the new voters ready",
      () => bodyOf(undefined, { ready: readyOf(documentOf(), [1, 2, 5]) }),
      "quorum_lost",
    ],
    [
      "a voter ready twice",
      () => bodyOf(undefined, { ready: readyOf(documentOf(), [1, 2, 2, 5]) }),
      "bad_act",
    ],
    [
      "somebody else ready",
      () => bodyOf(undefined, { ready: readyOf(documentOf(), [1, 2, 5, 9]) }),
      "bad_act",
    ],
    [
      "a voter ready under another key",
      () => bodyOf(undefined, { ready: readyOf(documentOf(), [1, 2, 3, 5], 1) }),
      "bad_signature",
    ],
    ["another epoch", () => bodyOf(documentOf({ epoch: 2 })), "wrong_epoch"],
  ])("with %s it may not", (_what, body, code) => {
    expect(check(body())).toBe(code);
  });

  it("nor after it has expired", () => {
    expect(check(bodyOf(), 9_000)).toBe("good");
    expect(check(bodyOf(), 9_001)).toBe("act_expired");
  });
});

/** A link that ends `before` in entry `index`, proved by some of its voters. */
function linkOf(
  before: EpochFacts,
  body: ConfigBody,
  change: { index?: number; voters?: number[]; generation?: number } = {},
) {
  const { index = before.electorate.start.index + 10, voters = [1, 2, 3], generation = 0 } = change;
  const { epoch } = before.electorate;
  const entry = {
    ...{ epoch, index: LogIndex(index), term: Term(2), time: 1_000, kind: "config" as const },
    body: encodeConfigBody(body),
  };
  const previous = digestOf("the entry before");
  const chained = chainEntry(sha256, previous, entry);
  if (!chained.ok) throw new Error(chained.error.detail);
  const { hash } = chained.value;
  const point = { index: LogIndex(index), hash };
  const acks = voters.map((id) => {
    const from = NodeId(id);
    const ack = {
      epoch,
      from,
      term: Term(3),
      stored: point,
      certified: point,
      applied: { index: LogIndex(1), root: hash },
    };
    const message = Buffer.concat([utf8("juno/v1/ack\0"), network, encodeAck(ack)]);
    return {
      voter: from,
      body: encodeAck(ack),
      signature: signWith(key(`sign ${id} ${generation}`), message),
    };
  });
  const proof: CommitProof = { term: Term(3), ...point, headers: [], acks };
  return { previous, entry, proof } satisfies EpochLink;
}

const follow = (before: EpochFacts, link: EpochLink) => {
  const checked = checkEpochLink(sha256, before, link);
  if (!checked.ok) return checked.error.code;
  return checked.value.checks.every(verify) ? checked.value.facts : "bad_signature";
};

describe("a link (E56)", () => {
  it("begins the next epoch where the old voters committed its configuration", () => {
    const link = linkOf(first, bodyOf());
    const facts = follow(first, link);
    expect(facts).toMatchObject({
      electorate: { epoch: 1, quorum: 4, faults: 1, start: { index: 10 } },
      configuration: { epoch: 1 },
    });
    const read = decodeEpochLink(encodeEpochLink(link));
    expect(read).toEqual({ ok: true, value: link });
  });

  it("is followed by links that the new voters prove, under their new keys", () => {
    const epochs = new Epochs(first);
    epochs.add(follow(first, linkOf(first, bodyOf())) as EpochFacts);
    const nodes = [2, 3, 4, 5].map((id) => ({ ...nodeOf(id, id === 5 ? 1 : 0), role: "voter" }));
    const document = documentOf({ epoch: 2, nodes });
    const ready = [...readyOf(document, [2, 3, 4])];
    const second = linkOf(epochs.last, bodyOf(document, { ready }), { voters: [1, 2, 3, 5] });
    const facts = follow(epochs.last, second) as EpochFacts;
    expect(facts.electorate).toMatchObject({ epoch: 2, quorum: 3, start: { index: 20 } });
    epochs.add(facts);
    expect([1, 10, 11, 20, 21].map((index) => epochs.at(index).electorate.epoch)).toEqual([0, 0, 1, 1, 2]);
    expect(epochs.linksAfter(Epoch(0))).toEqual([epochs.of(Epoch(1))!.link, second]);
    expect(hex(facts.keyOf.get(5)!)).toBe(nodeOf(5, 1).signKey);
  });

  it.each<[string, () => EpochLink, string]>([
    ["too few of the old voters", () => linkOf(first, bodyOf(), { voters: [1, 2] }), "bad_certificate"],
    [
      "a voter of the new epoch only",
      () => linkOf(first, bodyOf(), { voters: [1, 2, 5] }),
      "bad_certificate",
    ],
    ["other keys", () => linkOf(first, bodyOf(), { generation: 1 }), "bad_signature"],
    [
      "another entry's proof",
      () => ({ ...linkOf(first, bodyOf()), proof: linkOf(first, bodyOf(), { index: 11 }).proof }),
      "bad_link",
    ],
    [
      "another entry before it",
      () => ({ ...linkOf(first, bodyOf()), previous: digestOf("elsewhere") }),
      "bad_link",
    ],
    ["entries after it", () => withHeaderAfter(linkOf(first, bodyOf())), "bad_link"],
    ["an entry of another kind", () => ofKind(linkOf(first, bodyOf()), "election"), "bad_link"],
    ["too few admins", () => linkOf(first, bodyOf(undefined, { approvals: [] })), "unauthorised"],
    ["an index at which the epoch has not begun", () => linkOf(first, bodyOf(), { index: 0 }), "bad_link"],
  ])("with %s is refused", (_what, link, code) => {
    expect(follow(first, link())).toBe(code);
  });
});

const ofKind = (link: EpochLink, kind: "election"): EpochLink => ({
  ...link,
  entry: { ...link.entry, kind },
});

function withHeaderAfter(link: EpochLink): EpochLink {
  const header = { ...link.entry, index: LogIndex(link.entry.index + 1), bodyDigest: NETWORK };
  return { ...link, proof: { ...link.proof, headers: [header] } };
}
