// Commands as bytes (C3, C4): what is a command, what is not and why, and who has signed it.

import { hex, utf8 } from "@juno/base";
import { encodeCommand } from "@juno/proof";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  bytesOf,
  call,
  commandOf,
  context,
  contextOf,
  create,
  deploy,
  keyOf,
  MINUTE,
  NOW,
  payloadOf,
  sha256,
  transfer,
} from "../test/network.ts";
import { check, person, signedBy } from "../test/person.ts";
import {
  admissible,
  PAYLOAD_PARTS_MAX,
  parseCommand,
  parseCommandBody,
  parsePayload,
  verifyCommand,
} from "./command.ts";
import { MemoryView } from "./memory-view.ts";

const parse = (payload: unknown) => parsePayload(context, bytesOf(payload));
const malformed = (detail: unknown) => ({ ok: false, error: { code: "command_malformed", detail } });

describe("a well-formed payload (C3)", () => {
  test("says what it asks for", () => {
    const payload = payloadOf([create("wjm"), call("transfer", { n: 1 }, { version: 3 })], {
      by: ["bob"],
      atomic: true,
      gasLimit: 77,
    });
    const bytes = bytesOf(payload);
    expect(parsePayload(context, bytes)).toEqual({
      ok: true,
      value: {
        id: sha256(bytes),
        idHex: hex(sha256(bytes)),
        expires: NOW + MINUTE,
        gasLimit: 77,
        atomic: true,
        signers: [keyOf("alice"), keyOf("bob")],
        grants: [[], []],
        actions: [
          {
            kind: "call",
            module: ACCOUNTS,
            version: undefined,
            action: "create",
            args: new Map<string, unknown>([
              ["name", "wjm"],
              ["owner", new Map([["key", keyOf("wjm")]])],
            ]),
          },
          { kind: "call", module: ACCOUNTS, version: 3, action: "transfer", args: new Map([["n", 1]]) },
        ],
        actChecks: [],
        payloadBytes: bytes.length,
      },
    });
  });

  test("takes the least and the most of each", () => {
    expect(parse(payloadOf([create("a")], { nonce: "f".repeat(128) })).ok).toBe(true);
    expect(parse(payloadOf([create("a")], { gasLimit: 10_000_000 })).ok).toBe(true);
    expect(parse(payloadOf(Array.from({ length: 1000 }, () => create("a")))).ok).toBe(true);
    expect(parse(payloadOf([create("a")], { signers: [{ key: keyOf("alice"), grants: [] }] })).ok).toBe(true);
    const names = Array.from({ length: 64 }, (_, n) => ({ key: keyOf(`s${n}`) }));
    expect(parse(payloadOf([create("a")], { signers: names })).ok).toBe(true);
  });

  test("says what is to be deployed, and what signers grant", () => {
    const grants = [{ capability: "demo.bank.Debit", fields: { account: "alice", amount: "100.00 USD" } }];
    const payload = payloadOf([deploy("module a", "module ä")], {
      signers: [{ key: keyOf("alice"), grants }],
    });
    expect(parse(payload)).toMatchObject({
      value: {
        actions: [{ kind: "deploy", sources: ["module a", "module ä"], sourceBytes: 17, init: new Map() }],
        grants: [
          [
            {
              capability: "demo.bank.Debit",
              fields: new Map([
                ["account", "alice"],
                ["amount", "100.00 USD"],
              ]),
            },
          ],
        ],
      },
    });
  });

  const alice = { key: keyOf("alice") };
  const debit = { capability: "demo.bank.Debit", fields: {} };
  const action = create("a").call;
  test.each([
    [{ network: undefined }, 'the member "network" is missing'],
    [{ extra: 1 }, 'the member "extra" is unknown'],
    [{ nonce: "f".repeat(31) }, "nonce: 32 to 128 lower-case hex digits of fresh randomness expected"],
    [{ nonce: "f".repeat(129) }, expect.stringContaining("nonce: ")],
    [{ nonce: "F".repeat(32) }, expect.stringContaining("nonce: ")],
    [{ nonce: 7 }, "nonce: a text is expected"],
    [{ expires: "2023-11-14T22:13:20Z" }, "expires: a time such as 2026-01-31T12:00:00.000Z expected"],
    [{ expires: NOW }, "expires: a text is expected"],
    [{ gasLimit: 0 }, "gasLimit: an integer from 1 to 9007199254740991 is expected"],
    [{ gasLimit: 10_000_001 }, "gasLimit: at most 10000000 may be asked for"],
    [{ gasLimit: 1.5 }, expect.stringMatching(/^a number is an integer/)],
    [{ atomic: 1 }, "atomic: true or false is expected"],
    [{ signers: [] }, "signers: 0 items where 1 to 64 may stand"],
    [{ signers: [alice, alice] }, "signers[1].key: this key stands here twice; a signer signs once"],
    [{ signers: [{ key: "AB" }] }, "signers[0].key: 64 lower-case hex digits expected"],
    [{ signers: [{ ...alice, role: "x" }] }, 'signers[0]: the member "role" is unknown'],
    [{ signers: [{ ...alice, grants: [{}] }] }, 'signers[0].grants[0]: the member "capability" is missing'],
    [
      { signers: [{ ...alice, grants: Array.from({ length: 65 }, () => debit) }] },
      "signers[0].grants: 65 items where 0 to 64 may stand",
    ],
    [
      { signers: [{ ...alice, grants: [{ ...debit, capability: "all of it" }] }] },
      expect.stringMatching(/^signers\[0\]\.grants\[0\]\.capability: a capability's full name/),
    ],
    [
      { signers: [{ ...alice, grants: [{ ...debit, fields: [] }] }] },
      "signers[0].grants[0].fields: an object is expected",
    ],
    [{ actions: [] }, expect.stringMatching(/^actions: 0 items/)],
    [{ actions: [{ deploy: {} }] }, 'actions[0].deploy: the member "modules" is missing'],
    [
      { actions: [{ deploy: { modules: [] } }] },
      "actions[0].deploy.modules: 0 items where 1 to 64 may stand",
    ],
    [{ actions: [{ deploy: { modules: [5] } }] }, "actions[0].deploy.modules[0]: a text is expected"],
    [
      { actions: [{ deploy: { modules: ["module a"], init: { a: 1 } } }] },
      "actions[0].deploy.init.a: an object is expected",
    ],
    [
      { actions: [{}] },
      'actions[0]: an action is {"call": …}, {"deploy": …}, {"redact": …}, {"propose": …} or {"approve": …}',
    ],
    [
      { actions: [{ call: action, deploy: {} }] },
      'actions[0]: an action is {"call": …}, {"deploy": …}, {"redact": …}, {"propose": …} or {"approve": …}',
    ],
    [{ actions: [{ call: { ...action, args: [] } }] }, "actions[0].call.args: an object is expected"],
    [
      { actions: [{ call: { ...action, module: "a..b" } }] },
      expect.stringMatching(/call\.module: a module's name/),
    ],
    [
      { actions: [{ call: { ...action, action: "a-b" } }] },
      expect.stringMatching(/call\.action: an action's name/),
    ],
    [
      { actions: [{ call: { ...action, version: 0 } }] },
      expect.stringMatching(/call\.version: an integer from 1/),
    ],
    [{ actions: [{ call: { ...action, args: { "a b": 1 } } }] }, expect.stringMatching(/a parameter's name/)],
    [
      {
        actions: [
          {
            call: { ...action, args: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`a${n}`, n])) },
          },
        ],
      },
      expect.stringMatching(/65 members/),
    ],
  ])("refuses %j", (change, detail) => {
    expect(parse(payloadOf([create("a")], change))).toEqual(malformed(detail));
  });

  test("refuses another network's command, and what is too large", () => {
    expect(parse(payloadOf([create("a")], { network: keyOf("elsewhere") }))).toMatchObject({
      error: { code: "wrong_network", detail: expect.stringContaining(context.networkHex) },
    });
    expect(parse(payloadOf(Array.from({ length: 1001 }, () => create("a"))))).toMatchObject({
      error: { code: "command_too_large", detail: "1001 actions where at most 1000 may be; split it" },
    });
    const small = contextOf({ limits: { payloadBytesMax: 500 } });
    const bytes = (spaces: number) => {
      const text = JSON.stringify(payloadOf([create("a")], { network: small.networkHex }));
      return utf8(text + " ".repeat(spaces - text.length));
    };
    expect(parsePayload(small, bytes(500)).ok).toBe(true);
    expect(parsePayload(small, bytes(501))).toMatchObject({ error: { code: "command_too_large" } });
  });

  test("refuses a member that stands twice, whatever a host's parser would make of it", () => {
    const text = JSON.stringify(payloadOf([create("a")])).replace("{", '{"gasLimit":1,');
    expect(parsePayload(context, utf8(text))).toEqual(
      malformed(expect.stringMatching(/"gasLimit" stands here a/)),
    );
  });
});

describe("the parts of a payload (C3)", () => {
  const padded = (x: unknown) => parse(payloadOf([call("create", { x })]));

  test("are few enough to be read in a moment", () => {
    const tooMany = malformed(expect.stringContaining("too many values"));
    expect(padded(Array(PAYLOAD_PARTS_MAX - 100).fill(0))).toMatchObject({ ok: true });
    expect(padded(Array(PAYLOAD_PARTS_MAX).fill(0))).toMatchObject(tooMany);
    expect(padded("\u0001".repeat(PAYLOAD_PARTS_MAX))).toMatchObject(tooMany);
    const names = Object.fromEntries(Array.from({ length: PAYLOAD_PARTS_MAX / 2 }, (_, i) => [`x${i}`, 0]));
    expect(padded([names])).toMatchObject(tooMany);
  });

  test("leave room for every batch that is permitted", () => {
    const via = Array.from({ length: 20 }, (_, i) => `stop${i}`);
    const actions = Array.from({ length: 1000 }, () =>
      call("transfer", { from: "a", via, to: "b", amount: "1" }),
    );
    expect(parse(payloadOf(actions))).toMatchObject({ ok: true });
  });
});

describe("signers and signatures (C4)", () => {
  const [ann, ben] = [person(), person()];
  const payload = bytesOf(payloadOf([create("a")], { signers: [{ key: ann.key }, { key: ben.key }] }));

  test("each signer signs the whole payload, with the network's id", () => {
    const command = signedBy([ann, ben], payload);
    const parsed = verifyCommand(context, check, command);
    expect(parsed.ok && parsed.value.checks.length).toBe(2);
    expect(
      verifyCommand(context, check, signedBy([ann, ben], bytesOf(payloadOf([create("a")])))),
    ).toMatchObject({
      error: { code: "signers_mismatch" },
    });
    const swapped = { payload, signatures: signedBy([ben, ann], payload).signatures };
    expect(parseCommand(context, swapped)).toMatchObject({
      error: { code: "signers_mismatch", detail: "signature 0 is not that of signers[0] of the payload" },
    });
  });

  test("a signature less, more, or of another payload is none", () => {
    const { signatures } = signedBy([ann, ben], payload);
    expect(parseCommand(context, { payload, signatures: signatures.slice(0, 1) })).toMatchObject({
      error: { code: "signers_mismatch", detail: "1 signatures where 2 signers are named" },
    });
    expect(parseCommand(context, { payload, signatures: [...signatures, signatures[0]!] })).toMatchObject({
      error: { code: "signers_mismatch" },
    });
    const other = signedBy([ann, ben], bytesOf(payloadOf([create("b")]))).signatures;
    const forged = { payload, signatures: [signatures[0]!, other[1]!] };
    expect(parseCommand(context, forged).ok).toBe(true);
    expect(verifyCommand(context, check, forged)).toMatchObject({
      error: { code: "signature_invalid", detail: "the signature of signers[1] does not verify" },
    });
  });

  test("the first signer must be a registered client, the others need not be", () => {
    const parsed = (names: string[]) => {
      const result = parse(
        payloadOf([create("a")], { signers: names.map((name) => ({ key: keyOf(name) })) }),
      );
      if (!result.ok) throw new Error(result.error.detail);
      return admissible(context, new MemoryView(), result.value, NOW);
    };
    expect(parsed(["alice", "nobody"])).toEqual({ ok: true, value: undefined });
    expect(parsed(["nobody", "alice"])).toMatchObject({ ok: false, error: { code: "client_unknown" } });
  });
});

describe("hostile bytes (C3)", () => {
  const body = encodeCommand(
    commandOf(payloadOf([create("a"), transfer("a->b->c", "1.00 USD")], { by: ["bob"] })),
  );

  test("are refused or understood, never thrown about", () => {
    const mutation = fc.record({ at: fc.nat(), cut: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let bytes = Buffer.from(body);
        for (const { at, cut, insert } of mutations) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + cut)]);
        }
        const parsed = parseCommandBody(context, new Uint8Array(bytes));
        if (!parsed.ok)
          expect(parsed.error.code).toMatch(
            /^(command_malformed|command_too_large|wrong_network|signers_mismatch)$/,
          );
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !parseCommandBody(context, bytes).ok));
  });

  test("change the id wherever they change the payload", () => {
    const parsed = parseCommandBody(context, body);
    expect(parsed.ok).toBe(true);
    const text = new TextDecoder().decode(body.subarray(4, 4 + (parsed.ok ? parsed.value.payloadBytes : 0)));
    const again = parsePayload(context, utf8(`${text} `));
    expect(again.ok && parsed.ok && again.value.idHex !== parsed.value.idHex).toBe(true);
  });
});
