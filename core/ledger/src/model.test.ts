// Random histories against a naive model (C11, C13–C15): balances and errors agree, money is
// conserved, a diff applied gives the next state, its inverse the one before, a replay the same bytes.

import { hex, parseUtf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  adjust,
  create,
  Ledger,
  OPERATORS,
  payloadOf,
  type ReceiptText,
  receiptOf,
  transfer,
} from "../test/network.ts";
import { combineChanges, invertChanges, MemoryView, type RowChange } from "./index.ts";

const NAMES = ["wjm", "stu", "bank", "10"];

type Step =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "adjust"; readonly name: string; readonly cents: number }
  | { readonly kind: "transfer"; readonly route: readonly string[]; readonly cents: number };
type Command = { readonly steps: readonly Step[]; readonly by: readonly string[]; readonly atomic: boolean };

const name = fc.constantFrom(...NAMES);
const cents = fc.oneof(fc.integer({ min: -2, max: 400 }), fc.constantFrom(100));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), name }),
  fc.record({ kind: fc.constant("adjust" as const), name, cents }),
  {
    arbitrary: fc.record({
      kind: fc.constant("transfer" as const),
      route: fc.array(name, { minLength: 2, maxLength: 5 }),
      cents,
    }),
    weight: 3,
  },
);
const command: fc.Arbitrary<Command> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  by: fc.oneof(fc.subarray([...NAMES, ...OPERATORS]), fc.constant([...NAMES, ...OPERATORS])),
  atomic: fc.boolean(),
});

type Balances = ReadonlyMap<string, number>;

const text = (amount: number): string => {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)} USD`;
};

/** What a step does to balances, or the name of its error. */
function stepped(balances: Balances, step: Step, by: readonly string[]): Balances | string {
  const next = new Map(balances);
  if (step.kind === "create") {
    return balances.has(step.name) ? "AlreadyOpen" : next.set(step.name, 0);
  }
  if (step.cents <= 0) return "RequirementFailed";
  if (step.kind === "adjust") {
    if (OPERATORS.filter((operator) => by.includes(operator)).length < 2) return "RequirementFailed";
    return balances.has(step.name) ? next.set(step.name, next.get(step.name)! + step.cents) : "NoSuchAccount";
  }
  for (const [at, from] of step.route.slice(0, -1).entries()) {
    const to = step.route[at + 1]!;
    if (!next.has(from) || !next.has(to)) return "NoSuchAccount";
    if (!by.includes(from)) return "NotSigned";
    if (next.get(from)! < step.cents) return "Insufficient";
    next.set(from, next.get(from)! - step.cents);
    next.set(to, next.get(to)! + step.cents);
  }
  return next;
}

/** The balances after a command, and how each of its action receipts ends. */
function modelled(
  balances: Balances,
  { steps, by, atomic }: Command,
): { balances: Balances; ends: string[] } {
  let now = balances;
  const ends: string[] = [];
  for (const step of steps) {
    const result = stepped(now, step, by);
    if (typeof result !== "string") now = result;
    if (atomic && typeof result === "string") return { balances, ends: [result] };
    ends.push(typeof result === "string" ? result : "ok");
  }
  return { balances: now, ends: atomic ? ["ok"] : ends };
}

function actionOf(step: Step): unknown {
  if (step.kind === "create") return create(step.name);
  if (step.kind === "adjust") return adjust(step.name, text(step.cents));
  return transfer(step.route.join("->"), text(step.cents));
}

const payloads = (commands: readonly Command[]) =>
  commands.map(({ steps, by, atomic }) => payloadOf(steps.map(actionOf), { by, atomic }));

const shown = (view: MemoryView) =>
  view.all().map(({ table, key, value }) => `${table}/${key} ${parseUtf8(value)}`);

function balancesOf(view: MemoryView): Map<string, string> {
  const rows = view.all().filter(({ table }) => table === "accounts");
  return new Map(
    rows.map(({ key, value }) => [key, (JSON.parse(parseUtf8(value)!) as { funds: string }).funds]),
  );
}

/** What a receipt says was made, in cents. */
function mintedIn(receipt: ReceiptText): number {
  const amounts = receipt.actions.flatMap(({ supply }) => supply.map(({ minted }) => String(minted)));
  return amounts.reduce((sum, amount) => sum + Number(amount.replace(/[. USD]/g, "")), 0);
}

describe("random histories", () => {
  test("agree with the model, command by command (C11, C14, C15)", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const ledger = new Ledger(new MemoryView());
        let balances: Balances = new Map();
        let minted = 0;
        for (const [at, payload] of payloads(commands).entries()) {
          const receipt = receiptOf(ledger.submit(payload));
          const expected = modelled(balances, commands[at]!);
          balances = expected.balances;
          expect(receipt.actions.map(({ error }) => error?.name ?? "ok")).toEqual(expected.ends);
          expect(receipt.status).toBe(expected.ends.every((end) => end === "ok") ? "ok" : "failed");
          expect(balancesOf(ledger.view)).toEqual(
            new Map([...balances].sort().map(([k, v]) => [k, text(v)])),
          );
          minted += mintedIn(receipt);
          expect([...balances.values()].reduce((a, b) => a + b, 0)).toBe(minted);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("can be undone and done again, alone and together, and replayed to the same bytes (C13)", () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 10 }), (commands) => {
        const sent = payloads(commands);
        const ledger = new Ledger(new MemoryView());
        const states = [shown(ledger.view)];
        const outcomes = sent.map((payload) => {
          const applied = ledger.submit(payload);
          states.push(shown(ledger.view));
          return applied;
        });
        const total = outcomes.reduce<RowChange[]>((sum, { changes }) => combineChanges(sum, changes), []);
        for (const [at, { changes }] of [...outcomes.entries()].reverse()) {
          ledger.view.change(invertChanges(changes));
          expect(shown(ledger.view)).toEqual(states[at]);
        }
        ledger.view.change(total);
        expect(shown(ledger.view)).toEqual(states.at(-1));
        const replay = new Ledger(new MemoryView());
        expect(sent.map((payload) => hex(replay.submit(payload).receiptHash))).toEqual(
          outcomes.map(({ receiptHash }) => hex(receiptHash)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("show in each action's changes what the whole command changed (C13)", () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 6 }), (commands) => {
        const ledger = new Ledger(new MemoryView());
        const state = new Map<string, unknown>();
        for (const payload of payloads(commands)) {
          for (const { changes } of receiptOf(ledger.submit(payload)).actions) {
            for (const { table, key, before, after } of changes) {
              expect(state.get(`${table}/${key}`) ?? null).toEqual(before);
              expect(after).not.toEqual(before);
              state.set(`${table}/${key}`, after);
            }
          }
        }
        const rows = ledger.view
          .all()
          .map(({ table, key, value }) => [`${table}/${key}`, JSON.parse(parseUtf8(value)!)]);
        expect(new Map([...state].sort())).toEqual(new Map(rows as [string, unknown][]));
      }),
      { numRuns: 100 },
    );
  });
});
