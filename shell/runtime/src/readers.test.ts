// Who reads what as the ledger and the epochs change (A41), and how much a stranger can have a node do (A42).

import { Hash, hex, parseHex } from "@juno/base";
import { UNGOVERNED } from "@juno/ledger";
import { firstEpoch, keyPolicy, renderSignedRead } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { context } from "../test/ledger-fixture.ts";
import { Readers } from "./readers.ts";

const NOW = 1_700_000_000_000;
const digest = Hash(new Uint8Array(32));
const key = (byte: string) => byte.repeat(32);
const { genesis } = context;

const NOTHING = { submit: "*", read: [], commandsPerMinute: undefined, gasPerMinute: undefined } as const;

/** The verifier answers when it is let. */
function readersWith(verify: () => Promise<readonly boolean[]> = async () => [true]) {
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
  it("wait at the verifier in a bounded number, and of unknown keys none does (A42)", async () => {
    const letGo = Promise.withResolvers<readonly boolean[]>();
    let asked = 0;
    const { readers } = readersWith(() => {
      asked += 1;
      return letGo.promise;
    });
    const known = header(hex(genesis.voters[0]!.signKey));
    const waiting = Array.from({ length: 1_024 }, () => readers.identify(known, digest));
    expect(await readers.identify(known, digest)).toMatchObject({ ok: false, error: { code: "busy" } });
    expect(await readers.identify(header(key("99")), digest)).toMatchObject({
      error: { code: "reader_unknown" },
    });
    expect(asked).toBe(1_024);
    letGo.resolve([true]);
    expect(await Promise.all(waiting)).toHaveLength(1_024);
    expect(await readers.identify(known, digest)).toMatchObject({ ok: true, value: { read: "*" } });
  });
});
