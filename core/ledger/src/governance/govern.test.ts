// Acts before the ledger (C24): who may propose and approve, what becomes of an act, and every refusal.

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ADMINS,
  actOf,
  approvalsBy,
  DAY,
  GoverningLedger,
  idOf,
  readyOf,
  refusalOf,
} from "../../test/governing.ts";
import { commandOf, keyOf, NOW, OPERATORS, payloadOf, sha256 } from "../../test/network.ts";
import { GAS } from "../gas.ts";
import {
  ledgerContext,
  MemoryView,
  parseCommand,
  parsePayload,
  recordedAct,
  recordedActs,
} from "../index.ts";

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger();
});

const addCarl = () => actOf("clients", { set: [{ name: "carl", key: keyOf("carl") }], remove: [] });

describe("an act (C24)", () => {
  test("does nothing with half of the administrators, and all of it with the last that is needed", () => {
    const document = addCarl();
    const id = idOf(document);
    const proposed = on.propose(document, ["ada"]);
    expect(proposed).toMatchObject({ status: "ok" });
    expect(proposed.actions[0]!.changes.map(({ table, key }) => [table, key])).toEqual([
      ["acts", id],
      ["agenda", "0000000000000001"],
    ]);
    expect(recordedAct(on.view, id)).toMatchObject({
      ...{
        kind: "clients",
        document,
        at: 1,
        by: keyOf("alice"),
        expires: NOW + DAY,
        status: "open",
        since: 1,
      },
      approvals: [{ key: keyOf("ada"), at: 1 }],
    });
    expect(on.row("clients", "carl")).toBeUndefined();
    const approved = on.approve(id, ["cleo"]);
    expect(approved.actions[0]!.changes.map(({ table, key }) => [table, key])).toEqual([
      ["acts", id],
      ["agenda", "0000000000000001"],
      ["client-keys", keyOf("carl")],
      ["clients", "carl"],
    ]);
    expect(recordedAct(on.view, id)).toMatchObject({ status: "executed", at: 1, since: 2 });
    expect(
      recordedAct(on.view, id)!
        .approvals.map(({ at }) => at)
        .sort(),
    ).toEqual([1, 2]);
    expect(on.row("agenda", "0000000000000001")).toBeUndefined();
  });

  test("is executed at once if it comes with all that it needs", () => {
    const document = addCarl();
    expect(on.propose(document, ["ada", "ben"]).status).toBe("ok");
    expect(recordedAct(on.view, idOf(document))).toMatchObject({ status: "executed", at: 1, since: 1 });
    expect(on.view.keys({ module: "juno", table: "agenda", limit: 9 })).toEqual([]);
  });

  test("needs a key that has a say, whoever submits it", () => {
    expect(refusalOf(on.propose(addCarl(), ["mallory"]))).toBe("unauthorised");
    expect(refusalOf(on.propose(addCarl(), ["ada", "mallory"]))).toBe("unauthorised");
    expect(refusalOf(on.propose(addCarl(), ["risk"]))).toBe("unauthorised");
    expect(refusalOf(on.propose(actOf("halt"), ["risk"]))).toBeUndefined();
    const document = addCarl();
    on.propose(document, ["ada"]);
    expect(refusalOf(on.approve(idOf(document), ["risk"]))).toBe("unauthorised");
    expect(recordedAct(on.view, idOf(document))).toMatchObject({ status: "open" });
  });

  test("is proposed once", () => {
    const document = addCarl();
    on.propose(document, ["ada", "ben"]);
    expect(refusalOf(on.propose(document, ["ada", "ben"]))).toBe("act_known");
    expect(refusalOf(on.approve(idOf(document), ["cleo"]))).toBe("act_closed");
  });

  test("that was never proposed is not approved, nor one twice by the same key", () => {
    expect(refusalOf(on.approve(keyOf("no act"), ["ada"]))).toBe("act_unknown");
    const document = addCarl();
    on.propose(document, ["ada"]);
    expect(refusalOf(on.approve(idOf(document), ["ada"]))).toBe("already_approved");
  });

  test("has no effect any more once log time has passed its expiry", () => {
    const document = addCarl();
    on.propose(document, ["ada"]);
    on.ledger.time = NOW + DAY + 1;
    expect(refusalOf(on.approve(idOf(document), ["ben"]))).toBe("act_expired");
    expect(refusalOf(on.propose(addCarl(), ["ada"]))).toBe("act_expired");
    expect(refusalOf(on.propose(actOf("halt", {}, { expires: NOW + 92 * DAY }), ["ada"]))).toBe("bad_act");
    expect(refusalOf(on.propose(actOf("halt", {}, { expires: NOW + 90 * DAY }), ["ada"]))).toBeUndefined();
    expect(recordedAct(on.view, idOf(document))).toMatchObject({ status: "expired", since: on.ledger.index });
    on.ledger.time = NOW + 90 * DAY;
    expect(recordedActs(on.view).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      "clients expired",
      "halt open",
    ]);
  });

  test("of a kind that is unknown, or with a content that its kind does not have, is refused", () => {
    expect(refusalOf(on.propose(actOf("dissolve"), ["ada"]))).toBe("bad_act");
    expect(refusalOf(on.propose(actOf("halt", { why: 1 }), ["ada"]))).toBe("bad_act");
    expect(refusalOf(on.propose(actOf("clients", { set: [], remove: [] }), ["ada"]))).toBe("bad_act");
  });

  test("waits beside three others of a key, whose approvals leave room for those of others", () => {
    for (let open = 0; open < 4; open++) expect(refusalOf(on.propose(addCarl(), ["ada"]))).toBeUndefined();
    expect(refusalOf(on.propose(addCarl(), ["ada"]))).toBe("too_many_open");
    expect(refusalOf(on.propose(addCarl(), ["ada", "ben"]))).toBe("too_many_open");
    expect(refusalOf(on.propose(addCarl(), ["ben"]))).toBeUndefined();
    on.ledger.time = NOW + DAY + 1;
    const later = actOf("halt", {}, { expires: NOW + 2 * DAY });
    expect(refusalOf(on.propose(later, ["ada"]))).toBeUndefined();
    expect(recordedActs(on.view).map(({ status }) => status)).toEqual([...Array(5).fill("expired"), "open"]);
  });

  test("is paid for by whoever submits it (C12)", () => {
    const document = addCarl();
    on.propose(document, ["ada"]);
    const receipt = on.approve(idOf(document), ["ben"]);
    expect(receipt.actions[0]!.gasByKind.rows).toBeGreaterThan(5 * 400);
    const poor = on.enter(
      { propose: { act: addCarl(), approvals: approvalsBy(["ada"]) } },
      { gasLimit: 20_000 },
    );
    expect(poor.actions[0]).toMatchObject({ error: { name: "OutOfGas" }, changes: [] });
  });
});

describe("the actions (C3, C24)", () => {
  const context = new GoverningLedger().ledger.context;
  const parsed = (...actions: object[]) => {
    const payload = payloadOf(actions, { network: context.networkHex });
    return parseCommand(context, commandOf(payload));
  };
  const refused = (...actions: object[]) => {
    const result = parsed(...actions);
    return result.ok ? "" : `${result.error.code}: ${result.error.detail}`;
  };

  test("bring signatures that are checked after the signers'", () => {
    const act = addCarl();
    const given = parsed({ propose: { act, approvals: approvalsBy(["ada", "ben"]) } });
    expect(given.ok && given.value.checks.map(({ key }) => Buffer.from(key).toString("hex"))).toEqual([
      keyOf("alice"),
      ...[keyOf("ada"), keyOf("ben")].sort(),
    ]);
    const approving = parsed({ approve: { act: idOf(act), approvals: approvalsBy(["ada"]) } });
    const [, proposed] = given.ok ? given.value.checks : [];
    const [, approved] = approving.ok ? approving.value.checks : [];
    expect(approved!.message).toEqual(proposed!.message);
  });

  test("cost as much as signers for each signature", () => {
    const gas = (by: readonly string[]) => {
      const payload = payloadOf([{ propose: { act: addCarl(), approvals: approvalsBy(by) } }], {
        network: context.networkHex,
        gasLimit: 1,
      });
      const read = parsePayload(context, commandOf(payload).payload);
      return read.ok ? read.value.actChecks.length * GAS.signer : 0;
    };
    expect(gas(ADMINS)).toBe(3 * GAS.signer);
  });

  test("stand alone, with an act's document and ordered approvals", () => {
    const act = addCarl();
    const approvals = approvalsBy(["ada", "ben"]);
    const good = { propose: { act, approvals } };
    expect(refused(good)).toBe("");
    expect(refused(good, good)).toContain("stand alone");
    expect(refused(good, { approve: { act: idOf(act), approvals } })).toContain("stand alone");
    const bad = (change: object) => refused({ propose: { act, approvals, ...change } });
    expect(bad({ approvals: [] })).toContain("command_malformed");
    expect(bad({ approvals: [...approvals].reverse() })).toContain("ascending order");
    expect(bad({ approvals: [approvals[0], approvals[0]] })).toContain("ascending order");
    expect(bad({ approvals: [{ key: "ab", signature: "cd" }] })).toContain(
      "actions[0].propose.approvals[0].key",
    );
    expect(bad({ act: "{" })).toContain("no document");
    expect(bad({ act: JSON.stringify({ format: 1 }) })).toContain('the member "kind" is missing');
    expect(bad({ act: " ".repeat(32 * 1024) + act })).toContain("command_malformed");
    expect(bad({ ready: readyOf([1]) })).toContain("ready for a configuration");
    expect(refused({ approve: { act: "ab", approvals } })).toContain("an act's id is expected");
    expect(refused({ approve: { act: idOf(act), approvals, ready: [] } })).toContain("unknown");
  });

  test("are signed for one network, and for one act", () => {
    const elsewhere = ledgerContext({
      sha256,
      genesis: { ...context.genesis, network: sha256(new Uint8Array(1)) },
    });
    const message = (at: typeof context, act: string) => {
      const payload = payloadOf([{ propose: { act, approvals: approvalsBy(["ada"]) } }], {
        network: at.networkHex,
      });
      const read = parseCommand(at, commandOf(payload));
      return read.ok ? Buffer.from(read.value.checks[1]!.message).toString("hex") : "";
    };
    const [one, other] = [addCarl(), addCarl()];
    expect(new Set([message(context, one), message(elsewhere, one), message(context, other)]).size).toBe(3);
  });
});

describe("no act is executed (C24)", () => {
  const people = [...ADMINS, ...OPERATORS, "mallory"];
  const kinds = ["halt", "clients", "step-down"] as const;
  const contents = {
    halt: {},
    clients: { set: [{ name: "carl", key: keyOf("carl") }], remove: [] },
    "step-down": { epoch: 0, term: 7 },
  };
  const holds = (kind: (typeof kinds)[number], names: ReadonlySet<string>) => {
    const of = (group: readonly string[]) => group.filter((name) => names.has(name)).length >= 2;
    return of(ADMINS) || (kind !== "clients" && of(OPERATORS));
  };

  test("without its policy satisfied, however approvals come", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(fc.uniqueArray(fc.constantFrom(...people), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 6,
        }),
        (kind, rounds) => {
          const at = new GoverningLedger();
          const document = actOf(kind, contents[kind]);
          const id = idOf(document);
          const names = new Set<string>();
          for (const by of rounds) {
            const isOpen = recordedAct(at.view, id) !== undefined;
            const receipt = isOpen ? at.approve(id, by) : at.propose(document, by);
            if (receipt.status === "ok") for (const name of by) names.add(name);
            const act = recordedAct(at.view, id);
            expect(act?.status === "executed").toBe(act !== undefined && holds(kind, names));
            expect(act === undefined || act.approvals.length === names.size).toBe(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

test("a state without acts has none", () => {
  expect(recordedActs(new MemoryView())).toEqual([]);
});
