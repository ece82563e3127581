// The genesis document (E9) and policies (C6): what is accepted, and the place of each refusal.

import { hash } from "node:crypto";
import { type Hash, hex, type JsonField, parseJson, readJson, type Sha256, utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstEpoch } from "./epoch.ts";
import { parseGenesis } from "./genesis.ts";
import { keyPolicy, type Policy, policyJson, policyKeys, readPolicy, satisfies } from "./genesis-policy.ts";
import { FIRST_EPOCH } from "./quorum.ts";

const sha256: Sha256 = (bytes) => new Uint8Array(hash("sha256", bytes, "buffer")) as Uint8Array as Hash;

/** A key that no other number has. */
const key = (number: number) => number.toString(16).padStart(64, "0");

const document = () => ({
  format: 1,
  voters: [1, 2, 3, 4].map((id) => ({ id, signKey: key(id), transportKey: key(100 + id) })),
  policies: {
    admin: { atLeast: 2, of: [{ key: key(201) }, { key: key(202) }, { key: key(203) }] },
    operator: { key: key(201) },
  },
  clients: [
    { name: "alice", key: key(301), roles: ["treasury", "risk"] },
    { name: "bob", key: key(302) },
  ],
  modules: ["module demo.a\n", "module demo.b\n"],
  startTime: 1_700_000_000_000,
});

const parse = (value: unknown) => parseGenesis(sha256, utf8(JSON.stringify(value)));

/** The document with one place set (or, with undefined, removed). */
function changed(path: string, value: unknown): unknown {
  const root: Record<string, unknown> = structuredClone(document());
  const steps = path.split(".");
  const last = steps.pop()!;
  let at = root;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return root;
}

describe("the genesis document (E9, C8)", () => {
  test("is read whole, with defaults for limits and times", () => {
    const result = parse(document());
    if (!result.ok) throw new Error(result.error.detail);
    const genesis = result.value;
    expect(genesis.voters.map((voter) => voter.id)).toEqual([1, 2, 3, 4]);
    expect(hex(genesis.voters[1]!.signKey)).toBe(key(2));
    expect(genesis.clientOf.get(key(301))).toEqual({
      name: "alice",
      key: key(301),
      roles: ["treasury", "risk"],
    });
    expect(genesis.modules).toEqual(["module demo.a\n", "module demo.b\n"]);
    expect(genesis.limits).toMatchObject({
      payloadBytesMax: 1 << 20,
      windowEntries: 4096,
      windowBytes: 8 << 20,
    });
    expect(genesis.limits).toMatchObject({ pendingCommandsMax: 5000, commandsPerClientMax: 500 });
    expect(genesis.timing).toEqual({
      heartbeatMs: 100,
      heartbeatTimeoutMs: 600,
      collectWaitMs: 100,
      commandTimeoutMs: 3000,
      driftMs: 5000,
    });
    const electorate = firstEpoch(genesis).electorate;
    expect(electorate).toMatchObject({ epoch: FIRST_EPOCH, quorum: 3, faults: 1, network: genesis.network });
  });

  test("has the network id of its exact bytes", () => {
    const text = JSON.stringify(document());
    const [a, b] = [parseGenesis(sha256, utf8(text)), parseGenesis(sha256, utf8(`${text} `))];
    const expected = hash("sha256", Buffer.concat([Buffer.from("juno/v1/genesis\0"), Buffer.from(text)]));
    expect(a.ok && hex(a.value.network)).toBe(expected);
    expect(b.ok && hex(b.value.network)).not.toBe(expected);
  });

  test("takes limits and times that fit together", () => {
    const result = parse({ ...document(), limits: { windowEntries: 8 }, timing: { driftMs: 7 } });
    expect(result).toMatchObject({
      value: { limits: { windowEntries: 8, pendingCommandsMax: 5000 }, timing: { driftMs: 7 } },
    });
  });

  test("refuses default limits that its number of voters makes useless", () => {
    const voters = Array.from({ length: 41 }, (_, at) => ({
      id: at + 1,
      signKey: key(1000 + at),
      transportKey: key(2000 + at),
    }));
    expect(parse(changed("voters", voters.slice(0, 20))).ok).toBe(true);
    const detail = expect.stringMatching(
      /^each of 41 voters has a share of pendingActionsMax; .* 41000 is needed/,
    );
    expect(parse(changed("voters", voters))).toMatchObject({ error: { detail } });
  });

  test("says what roles allow, if it says anything of them (C29)", () => {
    const roles = [
      { name: "audit", submit: [], read: "*" },
      { name: "teller", submit: ["demo.a"], read: ["demo.a/rows", "juno"], commandsPerMinute: 9 },
    ];
    const said = parse(changed("roles", roles));
    expect(said.ok && [...said.value.roles]).toEqual([
      ["audit", { submit: [], read: "*", commandsPerMinute: undefined, gasPerMinute: undefined }],
      [
        "teller",
        { submit: ["demo.a"], read: ["demo.a/rows", "juno"], commandsPerMinute: 9, gasPerMinute: undefined },
      ],
    ]);
    const unsaid = parse(document());
    expect(unsaid.ok && unsaid.value.roles.size).toBe(0);
    const twice = parse(changed("roles", [roles[0], roles[0]]));
    expect(twice).toMatchObject({ error: { detail: "roles[1].name: audit stands here twice" } });
    const nowhere = parse(changed("roles", [{ ...roles[0], read: ["demo.a/"] }]));
    expect(nowhere).toMatchObject({ error: { detail: expect.stringContaining("roles[0].read[0]") } });
  });

  test("orders the voters by id", () => {
    const result = parse(changed("voters", document().voters.reverse()));
    expect(result.ok && result.value.voters.map((voter) => voter.id)).toEqual([1, 2, 3, 4]);
  });

  test("takes a single voter, for tests", () => {
    expect(parse(changed("voters", [document().voters[0]])).ok).toBe(true);
  });

  test.each([
    ["format", 2, "format: this program reads format 1"],
    ["voters", undefined, 'the member "voters" is missing'],
    ["peers", [], 'the member "peers" is unknown'],
    ["voters", [], "voters: 0 items where 1 to 128 may stand"],
    [
      "voters.2.signKey",
      key(3).toUpperCase().replace("3", "A"),
      "voters[2].signKey: 64 lower-case hex digits expected",
    ],
    ["voters.2.signKey", key(3).slice(2), "voters[2].signKey: 64 lower-case hex digits expected"],
    ["voters.2.id", 2, "voters[2].id: another voter has the id 2"],
    ["voters.2.id", 0, "voters[2].id: an integer from 1 to 4294967295 is expected"],
    [
      "voters.2.signKey",
      key(1),
      "voters[2].signKey: this key is voters[0].signKey already; every key has one purpose",
    ],
    [
      "voters.2.transportKey",
      key(3),
      "voters[2].transportKey: this key is voters[2].signKey already; every key has one purpose",
    ],
    ["voters.0.address", "x", 'voters[0]: the member "address" is unknown'],
    [
      "clients.0.key",
      key(101),
      "clients[0].key: this key is voters[0].transportKey already; every key has one purpose",
    ],
    ["clients.1.name", "alice", "clients[1].name: another client has the name alice"],
    [
      "clients.1.name",
      "a b",
      "clients[1].name: 1 to 64 letters, digits, dots, dashes, underscores or @ expected",
    ],
    ["clients.0.roles", ["x", "x"], "clients[0].roles: a role stands here twice"],
    ["policies.admin", undefined, 'policies: the member "admin" is missing'],
    ["policies.admin.atLeast", 4, "policies.admin.atLeast: an integer from 1 to 3 is expected"],
    ["policies.admin.of.2.key", key(201), "policies.admin.of[2].key: this key stands in the policy already"],
    ["modules", {}, "modules: a list is expected"],
    ["modules", ["module demo.a", 5], "modules[1]: a text is expected"],
    ["currencies", { USD: 2 }, 'the member "currencies" is unknown'],
    ["startTime", -1, "startTime: an integer from 0 to 253402300799999 is expected"],
    [
      "limits",
      { windowBytes: 1 << 20 },
      "limits: windowBytes must exceed payloadBytesMax by 65536, or the largest command never fits",
    ],
    [
      "limits",
      { pendingBytesMax: 1 << 20 },
      /^limits: each of 4 voters has a share of pendingBytesMax; .* at least 4456448 is needed$/,
    ],
    ["limits", { windowBytes: 16 << 20 }, "limits.windowBytes: an integer from 1 to 12582912 is expected"],
    [
      "limits",
      { pendingActionsMax: 10 },
      "limits: each of 4 voters has a share of pendingActionsMax; it must hold actionsPerCommandMax, so at least 4000 is needed",
    ],
    [
      "limits",
      { pendingCommandsMax: 3 },
      /^limits: each of 4 voters has a share of pendingCommandsMax; it must hold one command/,
    ],
    ["limits", { payloadBytes: 1 }, /^limits.payloadBytes: unknown; known are payloadBytesMax, /],
    ["timing", { heartbeatTimeoutMs: 199 }, /^timing: heartbeatTimeoutMs must be at least twice heartbeatMs/],
    ["timing", { commandTimeoutMs: 599 }, "timing: commandTimeoutMs must be at least heartbeatTimeoutMs"],
  ])("refuses %s = %j", (path, value, detail) => {
    const result = parse(changed(path, value));
    const expected = typeof detail === "string" ? detail : expect.stringMatching(detail);
    expect(result).toEqual({ ok: false, error: { code: "bad_genesis", detail: expected } });
  });

  test("refuses what is not JSON", () => {
    expect(parseGenesis(sha256, utf8('{"format":1,"format":1}'))).toMatchObject({
      error: { code: "bad_genesis", detail: 'the member "format" stands here a second time (byte 12)' },
    });
  });
});

const policyOf = (value: unknown) => {
  const json = parseJson(utf8(JSON.stringify(value)), { bytesMax: 1 << 20 });
  if (!json.ok) return json;
  return readJson(json.value, "bad_policy", (field: JsonField) => readPolicy(field));
};

/** Policies whose keys are numbered in the order in which they stand. */
const policies: fc.Arbitrary<Policy> = fc
  .letrec<{ shape: unknown }>((tie) => ({
    shape: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant("key"),
      fc.tuple(fc.nat(), fc.array(tie("shape"), { minLength: 1, maxLength: 3 })),
    ),
  }))
  .shape.map((shape) => {
    let next = 0;
    const build = (part: unknown): Policy => {
      if (!Array.isArray(part)) return keyPolicy(key(next++));
      const of = (part[1] as unknown[]).map(build);
      return { kind: "atLeast", count: 1 + ((part[0] as number) % of.length), of };
    };
    return build(shape);
  });

describe("policies (C6)", () => {
  test("are written and read the same", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(readJson(policyJson(policy), "bad_policy", readPolicy)).toEqual({ ok: true, value: policy });
      }),
    );
  });

  test("are satisfied by all their keys, by none without any, and never less so by more keys", () => {
    fc.assert(
      fc.property(policies, fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }), (policy, chosen) => {
        const keys = policyKeys(policy);
        expect(satisfies(policy, new Set(keys))).toBe(true);
        expect(satisfies(policy, new Set())).toBe(false);
        const some = keys.filter((_, at) => chosen[at]);
        if (satisfies(policy, new Set(some))) {
          expect(keys.every((more) => satisfies(policy, new Set([...some, more])))).toBe(true);
        }
      }),
    );
  });

  test("count each signer once", () => {
    const [a, b, c] = [keyPolicy(key(1)), keyPolicy(key(2)), keyPolicy(key(3))];
    const policy: Policy = { kind: "atLeast", count: 2, of: [a, { kind: "atLeast", count: 2, of: [b, c] }] };
    expect(satisfies(policy, new Set([key(1), key(2)]))).toBe(false);
    expect(satisfies(policy, new Set([key(2), key(3)]))).toBe(false);
    expect(satisfies(policy, new Set([key(1), key(2), key(3)]))).toBe(true);
    expect(satisfies(policy, new Set([key(9), key(8)]))).toBe(false);
  });

  const nested = (depth: number): unknown =>
    depth === 0 ? { key: key(1) } : { atLeast: 1, of: [nested(depth - 1)] };
  const wide = (count: number) => ({
    atLeast: 1,
    of: Array.from({ length: count }, (_, n) => ({ key: key(n) })),
  });

  test("have limits", () => {
    expect(policyOf(nested(4)).ok).toBe(true);
    expect(policyOf(nested(5))).toMatchObject({
      error: { detail: "of[0].of[0].of[0].of[0]: policies are at most 4 deep" },
    });
    expect(policyOf(wide(64)).ok).toBe(true);
    expect(policyOf(wide(65))).toMatchObject({ error: { detail: "of: 65 items where 1 to 64 may stand" } });
    const split = { atLeast: 2, of: [wide(40), { atLeast: 1, of: wide(65).of.slice(40) }] };
    expect(policyOf(split)).toMatchObject({
      error: { detail: "of[1].of[24].key: a policy has at most 64 keys" },
    });
  });

  test.each([
    [{}, 'a policy is {"key": …} or {"atLeast": k, "of": […]}'],
    [{ key: key(1), atLeast: 1 }, "a policy is a key or a list, not both"],
    [{ atLeast: 0, of: [{ key: key(1) }] }, "atLeast: an integer from 1 to 1 is expected"],
    [{ atLeast: 1, of: [] }, "of: 0 items where 1 to 64 may stand"],
    [{ role: "cfo" }, 'the member "role" is unknown'],
    ["alice", "an object is expected"],
  ])("refuse %j", (value, detail) => {
    expect(policyOf(value)).toEqual({ ok: false, error: { code: "bad_policy", detail } });
  });
});
