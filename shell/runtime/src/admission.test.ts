import { createHash } from "node:crypto";
import { Epoch, Hash, hex, LogIndex, NodeId, Term, utf8 } from "@juno/base";
import { ledgerContext, UNGOVERNED } from "@juno/ledger";
import { encodeCommand, parseGenesis } from "@juno/proof";
import { describe, expect, test } from "vitest";
import { LedgerAdmission } from "./admission.ts";
import type { AppliedBatch } from "./ports/executor.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));
const keyOf = (name: string) => hex(sha256(utf8(name)));
const SIGNER = keyOf("client");
const START = Date.UTC(2026, 0, 1);

const genesis = parseGenesis(
  sha256,
  utf8(
    JSON.stringify({
      format: 1,
      voters: [NodeId(1)].map((id) => ({ id, signKey: keyOf("sign"), transportKey: keyOf("transport") })),
      policies: { admin: { key: keyOf("admin") }, operator: { key: keyOf("operator") } },
      clients: [{ name: "client", key: SIGNER, roles: [] }],
      startTime: START,
      limits: { windowIdsMax: 2 },
    }),
  ),
);
if (!genesis.ok) throw new Error(genesis.error.detail);
const context = ledgerContext({ sha256, genesis: genesis.value });

const CALL = { call: { module: "demo.accounts", action: "create", args: {} } };
type Parts = { signer?: string; nonce?: string; expiresMs?: number; action?: object };

function bodyOf(parts: Parts): Uint8Array {
  const { signer = SIGNER, nonce = "0".repeat(32), expiresMs = START + 60_000, action = CALL } = parts;
  const payload = {
    network: context.networkHex,
    nonce,
    expires: new Date(expiresMs).toISOString(),
    gasLimit: 1000,
    signers: [{ key: signer }],
    actions: [action],
  };
  const signature = { key: new Uint8Array(Buffer.from(signer, "hex")), signature: new Uint8Array(64) };
  return encodeCommand({ payload: utf8(JSON.stringify(payload)), signatures: [signature] });
}

function applied(ids: readonly { id: Hash; expires: number }[], time: number): AppliedBatch {
  const outcomes = ids.map(({ id, expires }, i) => ({
    entry: {
      epoch: Epoch(0),
      index: LogIndex(i + 1),
      term: Term(1),
      time,
      kind: "command" as const,
      bodyDigest: id,
      body: new Uint8Array(0),
      hash: id,
    },
    previousHash: id,
    receipt: new Uint8Array(0),
    command: { id, expires, status: "ok" as const, spends: true },
  }));
  return { applied: { index: LogIndex(ids.length), root: sha256(utf8("root")) }, outcomes };
}

const factsOf = (admission: LedgerAdmission, body: Uint8Array) => {
  const facts = admission.describe(body);
  if (!facts.ok) throw new Error(facts.error.detail);
  return facts.value;
};

describe("what consensus asks of the ledger", () => {
  test("a command is described once, and its description met again", () => {
    const admission = new LedgerAdmission(context);
    const body = bodyOf({});
    expect(factsOf(admission, body)).toMatchObject({ client: SIGNER, actions: 1, gasLimit: 1000 });
    expect(factsOf(admission, body.slice())).toBe(factsOf(admission, body));
    expect(admission.describe(body.slice(1)).ok).toBe(false);
  });

  test("only a registered client's command may wait (C4)", () => {
    const admission = new LedgerAdmission(context);
    expect(admission.mayPend(factsOf(admission, bodyOf({}))).ok).toBe(true);
    const stranger = admission.mayPend(factsOf(admission, bodyOf({ signer: keyOf("stranger") })));
    expect(stranger).toMatchObject({ ok: false, error: { code: "client_unknown" } });
  });

  test("only a client that the ledger knows may send commands (C28)", () => {
    const admission = new LedgerAdmission(context);
    const [known, added] = [SIGNER, keyOf("added")];
    admission.govern({
      ...UNGOVERNED,
      clients: new Map([[added, { name: "added", key: added, roles: [] }]]),
    });
    const codeOf = (signer: string) => {
      const allowed = admission.mayPend(factsOf(admission, bodyOf({ signer })));
      return allowed.ok ? undefined : allowed.error.code;
    };
    expect([codeOf(known), codeOf(added)]).toEqual([undefined, undefined]);
    const clients = new Map([
      [known, undefined],
      [added, undefined],
    ]);
    admission.note({ ...applied([], START), governed: { ...UNGOVERNED, clients } });
    expect([codeOf(known), codeOf(added)]).toEqual(["client_unknown", "client_unknown"]);
    // A batch that decides nothing leaves it so.
    admission.note(applied([], START));
    expect(codeOf(known)).toBe("client_unknown");
  });

  test("nothing but a decision about the network may wait while the ledger is halted (C27)", () => {
    const admission = new LedgerAdmission(context);
    const halt = { since: "2026-01-01T00:00:00.000Z", at: 3, act: keyOf("act"), by: [], reason: "a theft" };
    admission.govern({ ...UNGOVERNED, halt });
    const refused = admission.mayPend(factsOf(admission, bodyOf({})));
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: "ledger_halted",
        detail: "since 2026-01-01T00:00:00.000Z it takes nothing but decisions about itself: a theft",
      },
    });
    const approvals = [{ key: keyOf("admin"), signature: "ab".repeat(64) }];
    const approve = bodyOf({ action: { approve: { act: keyOf("act"), approvals } } });
    const facts = factsOf(admission, approve);
    expect(admission.mayPend(facts).ok).toBe(true);
    expect(facts.checks.map(({ key }) => hex(key))).toEqual([SIGNER, keyOf("admin")]);
    const strange = bodyOf({
      action: { approve: { act: keyOf("act"), approvals } },
      signer: keyOf("stranger"),
    });
    expect(admission.mayPend(factsOf(admission, strange))).toMatchObject({
      error: { code: "client_unknown" },
    });
    admission.govern(UNGOVERNED);
    expect(admission.mayPend(factsOf(admission, bodyOf({}))).ok).toBe(true);
  });

  test("roles say which modules a client may call (C30)", () => {
    const admission = new LedgerAdmission(context);
    const may = (module: string) => {
      const action = { call: { ...CALL.call, module } };
      return admission.mayPend(factsOf(admission, bodyOf({ action })));
    };
    const access = {
      submit: ["demo.accounts"],
      read: [],
      commandsPerMinute: undefined,
      gasPerMinute: undefined,
    };
    const teller = { name: "client", key: SIGNER, roles: ["teller"] };
    const clients = new Map([[SIGNER, teller]]);
    admission.govern({ ...UNGOVERNED, clients, roles: new Map([["teller", access]]) });
    expect([may("demo.accounts").ok, may("demo.bank")]).toMatchObject([
      true,
      { error: { code: "not_permitted", detail: expect.stringContaining("demo.bank") } },
    ]);
    admission.govern({ ...UNGOVERNED, clients, roles: new Map([["teller", undefined]]) });
    expect(may("demo.bank").ok).toBe(true);
  });

  test("what was applied tells that a client has used up its quota, until the minute is over (C31)", () => {
    const admission = new LedgerAdmission(context);
    const facts = factsOf(admission, bodyOf({}));
    const access = { submit: "*", read: "*", commandsPerMinute: 2, gasPerMinute: undefined } as const;
    admission.govern({ ...UNGOVERNED, roles: new Map([["default", access]]) });
    const [batch, minute] = [
      applied([{ id: sha256(utf8("a")), expires: START + 1000 }], START),
      START / 60_000,
    ];
    const used = (commands: number) => {
      const [outcome] = batch.outcomes;
      const usage = { client: "client", minute, commands, gas: 5 };
      admission.note({ ...batch, outcomes: [{ ...outcome!, command: { ...outcome!.command!, usage } }] });
    };
    expect(admission.overQuota(facts, START)).toBeUndefined();
    used(1);
    expect(admission.overQuota(facts, START)).toBeUndefined();
    // What this node has taken counts, once, until it is let go of or applied.
    const taken = { id: hex(sha256(utf8("b"))), client: facts.client };
    for (const _ of [1, 2]) admission.reserve(taken, START);
    expect(admission.overQuota(facts, START)).toMatchObject({ againMs: START + 60_000 });
    admission.letGo(taken.id);
    expect(admission.overQuota(facts, START)).toBeUndefined();
    admission.reserve({ ...taken, id: hex(sha256(utf8("a"))) }, START);
    used(1);
    expect(admission.overQuota(facts, START)).toBeUndefined();
    for (const id of ["x", "y"]) admission.reserve({ ...taken, id }, START + 60_000);
    expect(admission.overQuota(facts, START + 60_000)).toMatchObject({ code: "quota_exceeded" });
    // One that is lost keeps nobody out for longer than its minute.
    expect(admission.overQuota(facts, START + 120_000)).toBeUndefined();
    used(2);
    expect(admission.overQuota(facts, START + 59_999)).toMatchObject({
      code: "quota_exceeded",
      againMs: START + 60_000,
    });
    expect(admission.overQuota(facts, START + 120_000)).toBeUndefined();
  });

  test("applied ids are used until log time has passed their expiry (A4)", () => {
    const admission = new LedgerAdmission(context);
    const id = sha256(utf8("a"));
    admission.note(applied([{ id, expires: START + 1000 }], START));
    expect(admission.isApplied(hex(id))).toBe(true);
    admission.note(applied([{ id: sha256(utf8("b")), expires: START + 90_000 }], START + 60_000));
    expect(admission.isApplied(hex(id))).toBe(false);
    expect(admission.isApplied(hex(sha256(utf8("b"))))).toBe(true);
  });

  test("a full window of ids lets nothing more in (C8)", () => {
    const admission = new LedgerAdmission(context);
    admission.restore(["a", "b"].map((name) => ({ id: sha256(utf8(name)), expires: START + 60_000 })));
    const refused = admission.mayPend(factsOf(admission, bodyOf({})));
    expect(refused).toMatchObject({ ok: false, error: { code: "busy" } });
  });

  test("a command taken in here has expired once log time passed it, unless it was applied (A4)", () => {
    const admission = new LedgerAdmission(context);
    const facts = factsOf(admission, bodyOf({ expiresMs: START + 1000 }));
    expect(admission.hasExpired(facts.id)).toBe(false);
    admission.noteTaken(facts);
    admission.note(applied([{ id: sha256(utf8("x")), expires: START + 5000 }], START + 1000));
    expect(admission.hasExpired(facts.id)).toBe(false);
    admission.note(applied([{ id: sha256(utf8("y")), expires: START + 5000 }], START + 1001));
    expect(admission.hasExpired(facts.id)).toBe(true);
    const late = factsOf(admission, bodyOf({ expiresMs: START + 1000, nonce: "1".repeat(32) }));
    expect(admission.hasExpired(late.id)).toBe(false);
  });
});
