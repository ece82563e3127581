// std.testing: what tests do that no command can: sign for made-up signers, let time pass, see how an action
// ends. Where no tests run, each of these ends the transaction (L60).

import type { TestingEffects } from "../machine/effects.ts";
import type { PersistentList } from "../machine/persistent-list.ts";
import { type Integer, UNIT } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { demand, ofModule } from "./record.ts";

const testing = (scope: BuiltinScope, name: string): TestingEffects =>
  scope.effects.testing ?? scope.fail("OnlyInTests", { function: name });

/** Tests run on nobody's nodes; what they cost only keeps them from running on. */
const STEP = 10;

export const TESTING = ofModule("std.testing", [
  {
    declaration: "fn signer(name: Text) -> Policy",
    doc: "The policy of a made-up signer, who also has the role of that name.",
    examples: ['signer("ann") == signer("ann")'],
    cost: () => STEP,
    run: ([name], scope) => testing(scope, "signer").signer(name as string),
  },
  {
    declaration: "fn check(condition: Bool) fails",
    doc: "Ends the test as failed unless the condition holds.",
    examples: ["check(true)\ntrue"],
    cost: () => 1,
    run: ([condition], scope) =>
      condition === true ? UNIT : scope.fail("CheckFailed", { expected: "true", found: "false" }),
  },
  {
    declaration: "fn wait(d: Duration) writes requires d >= seconds(0)",
    doc: "Lets so much time pass before the next command.",
    examples: ["let before = now\nwait(days(1))\nnow == before + days(1)"],
    cost: () => STEP,
    run: ([duration], scope) => {
      const effects = testing(scope, "wait");
      demand((duration as Integer) >= 0, "d >= seconds(0)", scope);
      effects.wait(duration!);
      return UNIT;
    },
  },
  {
    declaration: "fn supply(a: Asset) -> Amount<a> reads",
    doc: "How much there is of the asset: all that was minted, less what was burned.",
    examples: ["supply(USD) == 0 USD"],
    cost: () => STEP,
    run: ([asset], scope) => testing(scope, "supply").supply(asset!),
  },
  {
    declaration: "fn push_signing(names: List<Text>) writes",
    doc: "From now until `release`, these signers sign every command too.",
    examples: ['push_signing(["ann"])\nrelease()\ntrue'],
    cost: () => STEP,
    run: ([names], scope) => {
      testing(scope, "push_signing").signing((names as PersistentList).toArray() as string[]);
      return UNIT;
    },
  },
  {
    declaration: "fn push_granting(name: Text, what: Capability) writes",
    doc: "From now until `release`, this signer signs every command too, and grants the capability in each.",
    examples: ['push_granting("ann", Draw { amount: 1 })\nrelease()\ntrue'],
    cost: () => STEP,
    run: ([name, what], scope) => {
      testing(scope, "push_granting").granting(name as string, what!);
      return UNIT;
    },
  },
  {
    declaration: "fn release() writes",
    doc: "Ends the latest `push_signing` or `push_granting`.",
    examples: ['push_signing(["ann"])\nrelease()\ntrue'],
    cost: () => STEP,
    run: (_, scope) => {
      testing(scope, "release").release();
      return UNIT;
    },
  },
  {
    declaration: "fn raise_check(expected: ErrorName, found: ErrorName) fails",
    doc: "Ends the test as failed: another error was expected than was found, or none was found.",
    examples: ["check_fails(CheckFailed, fn() { raise_check(RowMissing, RowPresent) })\ntrue"],
    cost: () => STEP,
    run: ([expected, found], scope) =>
      scope.fail("CheckFailed", {
        expected: expected as string,
        found: found === "" ? "no error" : (found as string),
      }),
  },
]);
