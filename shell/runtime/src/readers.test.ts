// Who reads what as the ledger and the epochs change (A41), and how much a stranger can have a node do (A42).

import { Hash, hex, NodeId, parseHex } from "@juno/base";
import { UNGOVERNED } from "@juno/ledger";
import { firstEpoch, keyPolicy, renderSignedRead } from "@juno/proof";
import { describe, expect, it, vi } from "vitest";
import { context } from "../test/ledger-fixture.ts";
import type { Verifier } from "./ports/verifier.ts";
import { Readers } from "./readers.ts";

const NOW = 1_700_000_000_000;
const digest = Hash(new Uint8Array(32));
const key = (byte: string) => byte.repeat(32);
const { genesis } = context;

const NOTHING = { submit: "*", read: [], commandsPerMinute: undefined, gasPerMinute: undefined } as const;

/** The verifier answers when it is let. */
function readersWith(verify: Verifier["verify"] = async () => [true]) {
  const first = firstEpoch(genesis);
  const now = {
    governed: { ...UNGOVERNED, roles: new Map([["default", NOTHING]]) } as typeof UNGOVERNED,
    newest: first,
  };
  const readers = new Readers({
    self: genesis.voters[0]!.id,
    ledger: context,
    governed: () => now.governed,
    newest: () => now.newest,
    verifier: { verify },
    clock: { wallMs: () => NOW },
  });
  return { readers, now, first };
}

const header = (of: string) =>
  renderSignedRead({ key: parseHex(of, 32)!, time: NOW, signature: new Uint8Array(64) });

describe("whose key reads what", () => {
  it("goes by the members of the newest epoch, and by no key of an earlier one", () => {
    const { readers, now, first } = readersWith();
    const [voter] = genesis.voters;
    const old = hex(voter!.signKey);
    expect(readers.of(old)).toMatchObject({ read: "*", who: `node ${voter!.id}` });
    now.newest = { ...first, keyOf: new Map([[voter!.id, parseHex(key("7e"), 32)!]]) };
    expect(readers.of(old)).toBeUndefined();
    expect(readers.of(key("7e"))).toMatchObject({ read: "*" });
  });

  it("goes by the policies in force, for the tables of juno alone", () => {
    const { readers, now, first } = readersWith();
    const configuration = { ...first.configuration, admin: keyPolicy(key("ad")) };
    now.newest = { ...first, configuration };
    now.governed = { ...now.governed, operators: [key("0b")] };
    for (const one of ["ad", "0b"]) expect(readers.of(key(one))).toMatchObject({ read: ["juno"] });
    now.governed = { ...now.governed, operators: [key("0c")] };
    expect(readers.of(key("0b"))).toBeUndefined();
  });

  it("goes by the clients and roles that acts have changed", () => {
    const { readers, now } = readersWith();
    const anna = { name: "anna", key: key("aa"), roles: ["teller"] };
    const teller = { ...NOTHING, read: ["demo.bank"] };
    const { roles } = now.governed;
    now.governed = {
      ...now.governed,
      clients: new Map([[anna.key, anna]]),
      roles: new Map([...roles, ["teller", teller]]),
    };
    expect(readers.of(anna.key)).toMatchObject({ read: ["demo.bank"], who: "the client anna" });
    expect(readers.nobody.read).toEqual([]);
    const reader = readers.of(anna.key)!;
    expect(readers.stillReadsAll(reader)).toBe(false);
    now.governed = { ...now.governed, roles: new Map([["teller", { ...teller, read: "*" }]]) };
    expect(readers.stillReadsAll(reader)).toBe(true);
    now.governed = { ...now.governed, clients: new Map([[anna.key, undefined]]) };
    expect(readers.stillReadsAll(reader)).toBe(false);
    expect(readers.nobody.read).toBe("*");
  });
});

describe("signatures of readers", () => {
  /** Members' keys of an epoch with many, and what is asked of the verifier, which answers when it is let. */
  function waiting() {
    const letGo = Promise.withResolvers<readonly boolean[]>();
    const asked: string[] = [];
    const { readers, now, first } = readersWith(async ([check] = []) => {
      asked.push(hex(check!.key));
      return await letGo.promise;
    });
    const keys = Array.from({ length: 17 }, (_, at) => key((0x20 + at).toString(16)));
    now.newest = { ...first, keyOf: new Map(keys.map((one, at) => [NodeId(at + 1), parseHex(one, 32)!])) };
    const claim = (one: string) => readers.identify(header(one), () => digest);
    return { readers, keys, claim, asked, letGo };
  }
  const busy = { ok: false, error: { code: "busy" } };

  it("wait at the verifier in a bounded number, and so many of one key that others have room (A42)", async () => {
    const { keys, claim, asked, letGo } = waiting();
    const [first, ...others] = keys as [string, ...string[]];
    const all = Array.from({ length: 64 }, () => claim(first));
    const beyond = claim(first);
    expect(asked).toHaveLength(64);
    expect(await beyond).toMatchObject(busy);
    for (const one of others.slice(0, 15)) all.push(...Array.from({ length: 64 }, () => claim(one)));
    const oneMore = claim(others[15]!);
    expect(asked).toHaveLength(1_024);
    expect(await oneMore).toMatchObject(busy);
    letGo.resolve([true]);
    for (const one of await Promise.all(all)) expect(one.ok).toBe(true);
    expect(await claim(first)).toMatchObject({ ok: true, value: { read: "*" } });
    expect(await claim(others[15]!)).toMatchObject({ ok: true });
  });

  it("of unknown keys, and those out of date, are not verified, nor is what they sign hashed", async () => {
    const { readers, keys, asked } = waiting();
    const hashed = vi.fn(() => digest);
    const stale = renderSignedRead({ key: parseHex(keys[0]!, 32)!, time: 1, signature: new Uint8Array(64) });
    for (const [text, code] of [
      [header(key("99")), "reader_unknown"],
      [stale, "read_expired"],
      ["x", "malformed"],
    ] as const)
      expect(await readers.identify(text, hashed)).toMatchObject({ ok: false, error: { code } });
    expect(asked).toEqual([]);
    expect(hashed).not.toHaveBeenCalled();
  });
});
