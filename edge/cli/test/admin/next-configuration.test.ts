// The next configuration is made whole from the one in force, and said in words that name what changes and nothing else.

import { canonicalText, utf8 } from "@juno/base";
import { sha256 } from "@juno/node";
import { parseConfigurationAct } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { makeAct } from "../../src/admin/act-document.ts";
import { configurationJson, nextConfiguration } from "../../src/admin/next-configuration.ts";
import { configurationWords, lackingText, namesOf, policyText } from "../../src/admin/words.ts";
import { configuration, FOUR, keyHex, keysOf, member, twoOf } from "./members.ts";

const nameOf = namesOf(new Map([1, 2, 3, 4].map((key) => [keyHex(key), `admin-${key}`])));
const words = (before: typeof FOUR, after: typeof FOUR) => configurationWords(before, after, nameOf);

describe("the next configuration", () => {
  it("is read back from its act as it was made", () => {
    const next = nextConfiguration(FOUR, { kind: "add", keys: keysOf(5), role: "observer" });
    expect(next.members.map(({ id, role }) => [id, role])).toEqual([
      ...[1, 2, 3, 4].map((id) => [id, "voter"]),
      [5, "observer"],
    ]);
    const content = configurationJson(next);
    const act = makeAct({ kind: "configure", reason: "one more", expires: 1, content });
    const read = parseConfigurationAct(sha256, utf8(act.text));
    expect(read).toMatchObject({ ok: true, value: { ...next, reason: "one more" } });
    expect(canonicalText(act.content)).toBe(canonicalText(content));
  });

  it("keeps members in the order of their ids, whatever is added", () => {
    const gap = configuration([1, 3, 4, 5].map((id) => member(id)));
    const next = nextConfiguration(gap, { kind: "add", keys: keysOf(2), role: "voter" });
    expect(next.members.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  it("removes, promotes and demotes those that are there", () => {
    expect(nextConfiguration(FOUR, { kind: "remove", id: 2 }).members.map(({ id }) => id)).toEqual([1, 3, 4]);
    const five = configuration([...FOUR.members, member(5, "observer")]);
    const promoted = nextConfiguration(five, { kind: "role", id: 5, role: "voter" });
    expect(promoted.members[4]).toEqual({ ...member(5), role: "voter" });
    const demoted = nextConfiguration(FOUR, { kind: "role", id: 1, role: "observer" });
    expect(demoted.members[0]!.role).toBe("observer");
  });

  it("gives a node other keys, and keeps an address that nobody mentions", () => {
    const keys = { ...keysOf(3, 1), address: undefined };
    const [, , third] = nextConfiguration(FOUR, { kind: "keys", keys }).members;
    expect(third).toEqual({ ...keys, role: "voter", address: "10.0.0.3:8100" });
  });

  it("puts another machine in the role of one that goes", () => {
    const next = nextConfiguration(FOUR, { kind: "replace", id: 2, keys: keysOf(5) });
    expect(next.members.map(({ id, role }) => [id, role])).toEqual([1, 3, 4, 5].map((id) => [id, "voter"]));
  });

  it.each([
    [{ kind: "add", keys: keysOf(4), role: "voter" }, "has a node 4 already, a voter"],
    [{ kind: "remove", id: 9 }, "has no node 9; its nodes are 1, 2, 3, 4"],
    [{ kind: "role", id: 4, role: "voter" }, "Node 4 is a voter already"],
    [{ kind: "keys", keys: keysOf(4) }, "Node 4 has these keys already"],
    [{ kind: "replace", id: 4, keys: keysOf(4) }, "has the signKey of node 4"],
    [{ kind: "replace", id: 4, keys: keysOf(3, 1) }, "has a node 3 already"],
    [{ kind: "admins", policy: twoOf(1, 2, 3) }, "policy is that already"],
  ] as const)("refuses %o", (change, reason) => {
    expect(() => nextConfiguration(FOUR, change)).toThrow(reason);
  });
});

describe("a configuration in words", () => {
  it("says who joins, and what becomes of n, f and q", () => {
    const next = nextConfiguration(FOUR, { kind: "add", keys: keysOf(5), role: "voter" });
    expect(words(FOUR, next)).toEqual([
      "Epoch 1, after epoch 0:",
      "  node 5 joins, voter at 10.0.0.5:8100, signing key 000000000000",
      "  voters (n): 4 → 5",
      "  may be down or lie (f): 1",
      "  must agree (q): 3 → 4",
    ]);
  });

  it("says what changes of a node, and who goes", () => {
    const keys = { ...keysOf(3, 1), address: "10.0.0.33:8100" };
    const next = nextConfiguration(nextConfiguration(FOUR, { kind: "keys", keys }), {
      kind: "remove",
      id: 4,
    });
    const [, third, gone, ...sizes] = words(FOUR, next);
    expect(third).toContain("node 3: another signing key");
    expect(third).toContain("another transport key");
    expect(third).toContain("address 10.0.0.33:8100");
    expect(gone).toBe("  node 4 leaves, voter");
    expect(sizes[1]).toBe("  may be down or lie (f): 1 → 0");
  });

  it("says who administers it, by name", () => {
    const next = nextConfiguration(FOUR, { kind: "admins", policy: twoOf(2, 3, 4, 5) });
    expect(words(FOUR, next)[1]).toBe(
      "  administrators: 2 of admin-2, admin-3, admin-4, key 000000000000, for 2 of admin-1, admin-2, admin-3",
    );
  });
});

describe("what a policy lacks", () => {
  const one = { kind: "key", key: keyHex(4) } as const;
  const nested = { kind: "atLeast", count: 2, of: [one, twoOf(1, 2, 3)] } as const;
  const having = (...keys: readonly number[]) => new Set(keys.map(keyHex));

  it("is told with the names of those who could give it", () => {
    expect(lackingText(twoOf(1, 2, 3), having(), nameOf)).toBe("2 of admin-1, admin-2, admin-3");
    expect(lackingText(twoOf(1, 2, 3), having(2), nameOf)).toBe("1 of admin-1, admin-3");
    expect(lackingText(twoOf(1, 2), having(2), nameOf)).toBe("admin-1");
    expect(lackingText(twoOf(1, 2, 3), having(1, 3), nameOf)).toBeUndefined();
  });

  it("is told of policies within policies", () => {
    expect(policyText(nested, nameOf)).toBe("2 of admin-4, (2 of admin-1, admin-2, admin-3)");
    expect(lackingText(nested, having(4, 1), nameOf)).toBe("1 of admin-2, admin-3");
    expect(lackingText(nested, having(1, 2), nameOf)).toBe("admin-4");
    expect(lackingText(nested, having(4, 1, 2), nameOf)).toBeUndefined();
  });
});
