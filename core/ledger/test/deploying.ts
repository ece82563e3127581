// A ledger that modules are deployed on: what a deployment must yield, what a refused one says, and a module to deploy.

import { parseUtf8 } from "@juno/base";
import { expect } from "vitest";
import { listModules, MemoryView, query } from "../src/index.ts";
import { deploy, jsonOf, Ledger, OPERATORS, type ReceiptText } from "./network.ts";

export const GAS_LIMIT = 10_000_000;

type Rest = Parameters<Ledger["act"]>[1];

export class DeployingLedger {
  ledger: Ledger;

  constructor(ledger = new Ledger(new MemoryView())) {
    this.ledger = ledger;
  }

  act(actions: readonly unknown[], rest: Rest = {}): ReceiptText {
    return this.ledger.act(actions, { by: OPERATORS, gasLimit: GAS_LIMIT, ...rest });
  }

  deployed(...sources: readonly string[]): ReceiptText["actions"][number] {
    const receipt = this.act([deploy(...sources)]);
    expect(receipt.actions[0]!.error).toBeUndefined();
    return receipt.actions[0]!;
  }

  /** What a refused deployment says; it must have changed nothing. */
  refused(sources: readonly string[], rest: Rest = {}) {
    const before = this.ledger.view.all();
    const receipt = this.act([deploy(...sources)], rest);
    const refusal = { status: "failed", changes: [], error: { name: "DeployRefused" } };
    expect(receipt.actions[0]).toMatchObject(refusal);
    expect(this.ledger.view.all()).toEqual(before);
    return receipt.actions[0]!.error!.fields;
  }

  ask(module: string, name: string, args: object = {}): unknown {
    const { context, view, index, time } = this.ledger;
    const result = query(context, view, { module, query: name, args: jsonOf(args) }, { index, time });
    return result.ok ? JSON.parse(parseUtf8(result.value)!) : result.error;
  }

  versions(): string[] {
    const listed = JSON.parse(parseUtf8(listModules(this.ledger.context, this.ledger.view))!);
    return (listed as { name: string; version: number }[]).map(({ name, version }) => `${name} ${version}`);
  }
}

/** A counter, whose step the source says. */
export const counter = (step: string, rest = 'upgrade by role("risk")') => `module demo.counter
import std.auth {role}
${rest}
table counts: Text => Nat
action count(name: Text) {
  require counts.has(name) else Nothing { name }
  counts.put(name, counts.get(name) + ${step})
}
action begin(name: Text) { counts.insert(name, 0) }
query value(name: Text) -> Nat = counts.get(name)
pub fn stride() -> Nat = ${step}
error Nothing { name: Text }
`;
export const CLIENT = `module demo.client
import demo.counter {stride}
import std.auth {role}
upgrade by role("risk")
query twice() -> Nat = 2 * stride()
`;
