// Configurations on the ledger (C25, C26): decided here, carried out by consensus, and what config entries change.

import { hex } from "@juno/base";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ADMIN_POLICY,
  ADMINS,
  actOf,
  configBody,
  configuration,
  DAY,
  GoverningLedger,
  governedContext,
  idOf,
  nodeOf,
  refusalOf,
} from "../../test/governing.ts";
import { keyOf, NOW } from "../../test/network.ts";
import {
  apply,
  configurationIn,
  governedIn,
  governs,
  MemoryView,
  receiptChanges,
  recordedAct,
  recordedEpoch,
  UNGOVERNED,
} from "../index.ts";

let on: GoverningLedger;
beforeEach(() => {
  on = new GoverningLedger();
});

const done = (kind: string, content: object = {}, by: readonly string[] = ["ada", "ben"]): void =>
  expect(refusalOf(on.propose(actOf(kind, content), by))).toBeUndefined();
const codeOf = (kind: string, content: object = {}, by: readonly string[] = ["ada"]) =>
  refusalOf(on.propose(actOf(kind, content), by));

describe("configurations (C25, C26)", () => {
  const FIVE = [1, 2, 3, 4, 5];
  const five = (change: object = {}) => actOf("configure", configuration(FIVE), change);
  const ready = [1, 2, 3, 5];

  test("are approved, and told until a config entry brings them", () => {
    const document = five();
    const id = idOf(document);
    on.propose(document, ["ada"], ready);
    expect(governedIn(on.ledger.context, on.view)).toEqual(UNGOVERNED);
    const approved = on.applied({
      approve: { act: id, approvals: [{ key: keyOf("cleo"), signature: "ab".repeat(64) }] },
    });
    expect(governs(approved.changes)).toBe(true);
    expect(recordedAct(on.view, id)).toMatchObject({ status: "approved", since: 2 });
    expect(on.row("agenda", "0000000000000001")).toBeDefined();
    const body = configBody(document, ["ada", "cleo"], ready);
    const { configurations } = governedIn(on.ledger.context, on.view);
    expect(configurations.map(({ act, ...rest }) => ({ act: hex(act), ...rest }))).toEqual([
      { act: id, expires: NOW + DAY, body },
    ]);
    expect(refusalOf(on.approve(id, ["ben"]))).toBe("act_closed");
    const applied = on.configure(configurations[0]!.body);
    expect(governedIn(on.ledger.context, on.view)).toEqual(UNGOVERNED);
    expect(recordedAct(on.view, id)).toMatchObject({ status: "executed", since: 4 });
    expect(recordedEpoch(on.view, 1)).toEqual({
      ...{ epoch: 1, at: 4, time: "2023-11-14T22:13:20.000Z", act: id, document },
      by: [keyOf("ada"), keyOf("cleo")].sort(),
    });
    expect(configurationIn(on.ledger.context, on.view)).toMatchObject({
      epoch: 1,
      members: FIVE.map((node) => ({ id: node })),
    });
    expect(new TextDecoder().decode(applied.receipt)).toMatch(
      /^\{"changes":\[.*\],"index":4,"kind":"config"\}$/,
    );
    expect(receiptChanges(applied.receipt)).toEqual({ ok: true, value: applied.changes });
  });

  test("take the place of others that were proposed for the same epoch", () => {
    const [other, late] = [five(), five()];
    on.propose(other, ["ada", "ben"], ready);
    on.propose(late, ["ada"], ready);
    const halt = actOf("halt");
    on.propose(halt, ["ada"]);
    on.configure(configBody(five(), ["ben", "cleo"], ready));
    expect([other, late, halt].map((each) => recordedAct(on.view, idOf(each))?.status)).toEqual([
      ...["superseded", "superseded", "open"],
    ]);
    expect(refusalOf(on.approve(idOf(late), ["ben"]))).toBe("act_closed");
    expect(codeOf("configure", configuration(FIVE))).toBe("wrong_epoch");
    const next = actOf("configure", configuration(FIVE, { epoch: 2 }));
    expect(refusalOf(on.propose(next, ["ada"], ready))).toBeUndefined();
  });

  test("are found in the order of their approval", () => {
    const [first, second] = [five(), five()];
    on.propose(first, ["ada"], ready);
    on.propose(second, ["ada", "ben"], ready);
    on.approve(idOf(first), ["ben"]);
    expect(governedIn(on.ledger.context, on.view).configurations.map(({ act }) => hex(act))).toEqual([
      idOf(second),
      idOf(first),
    ]);
  });

  test("change nothing if they may not end the epoch", () => {
    const before = on.view.all();
    for (const body of [
      configBody(five(), ["ada"], ready),
      configBody(five(), ["ada", "ben"], [1, 2, 3]),
      configBody(five({ expires: NOW - 1 }), ["ada", "ben"], ready),
      configBody(actOf("configure", configuration(FIVE, { epoch: 2 })), ["ada", "ben"], ready),
      new Uint8Array(3),
    ]) {
      const applied = on.configure(body);
      const text = `{"changes":[],"index":${on.ledger.index},"kind":"config"}`;
      expect(new TextDecoder().decode(applied.receipt)).toBe(text);
      expect(applied).toMatchObject({ changes: [], command: undefined });
    }
    expect(on.view.all()).toEqual(before);
  });

  test("hand over to other administrators, of whom alone is asked from then on", () => {
    const admin = { atLeast: 1, of: [{ key: keyOf("dan") }] };
    on.configure(configBody(actOf("configure", configuration(FIVE, { admin })), ["ada", "ben"], ready));
    expect(codeOf("halt", {}, ["ada"])).toBe("unauthorised");
    done("halt", {}, ["dan"]);
  });

  test("go on from epoch to epoch", () => {
    for (let epoch = 1; epoch <= 9; epoch++) {
      on.configure(configBody(actOf("configure", configuration(FIVE, { epoch })), ["ada", "ben"], ready));
      expect(configurationIn(on.ledger.context, on.view).epoch).toBe(epoch);
    }
  });

  test("are refused where E55 would refuse them", () => {
    const code = (document: string, nodes: readonly number[]) =>
      refusalOf(on.propose(document, ["ada"], nodes));
    expect(code(five(), [1, 2, 3])).toBe("quorum_lost");
    expect(refusalOf(on.propose(five(), ["ada"]))).toBe("quorum_lost");
    expect(code(actOf("configure", configuration(FIVE, { epoch: 2 })), ready)).toBe("wrong_epoch");
    expect(on.propose(actOf("configure", { epoch: 1 }), ["ada"], [])).toMatchObject({
      reason: "command_malformed",
    });
    expect(on.propose(five(), ["ada"], [1, 2, 3, 9])).toMatchObject({ reason: "command_malformed" });
    expect(on.propose(five(), ["ada"], [2, 1, 3, 5])).toMatchObject({ reason: "command_malformed" });
  });

  test("are refused where the network would not bear them", () => {
    expect(refusalOf(on.propose(actOf("configure", configuration([1, 2, 3])), ["ada"], [1, 2]))).toBe(
      "faults_lost",
    );
    const small = new GoverningLedger(governedContext({ pendingGasMax: 40_000_000 }));
    expect(refusalOf(small.propose(five(), ["ada"], ready))).toBe("share_too_small");
    const with5 = (signKey: string) => {
      const nodes = [...[1, 2, 3, 4].map((id) => nodeOf(id)), { ...nodeOf(5), signKey: keyOf(signKey) }];
      return refusalOf(on.propose(actOf("configure", configuration(FIVE, { nodes })), ["ada"], ready));
    };
    for (const name of ["risk", "bob"]) expect(with5(name)).toBe("key_taken");
    expect(with5("olga")).toBeUndefined();
    done("operators", { policy: { key: keyOf("olga") } });
    expect(with5("olga")).toBe("key_taken");
    const admin = { ...ADMIN_POLICY, of: [...ADMIN_POLICY.of, { key: keyOf("alice") }] };
    expect(refusalOf(on.propose(actOf("configure", configuration(FIVE, { admin })), ["ada"], ready))).toBe(
      "key_taken",
    );
    expect(with5("new")).toBeUndefined();
  });
});

test("what one ledger came to, another comes to that applies the same (C26)", () => {
  const document = actOf("configure", configuration([1, 2, 3, 4, 5]));
  on.propose(document, ADMINS, [1, 2, 3, 4]);
  done("clients", { set: [{ name: "carl", key: keyOf("carl") }], remove: ["bob"] });
  on.configure(governedIn(on.ledger.context, on.view).configurations[0]!.body);
  done("halt");
  const other = new MemoryView();
  for (const entry of on.entries) other.accept(apply(on.ledger.context, other, entry), entry);
  expect(other.all()).toEqual(on.view.all());
  expect(other.all().length).toBe(9);
});
