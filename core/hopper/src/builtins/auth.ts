// std.auth: who has authority (L43). Making a policy costs nothing and asks nobody; `signed` and `allowed` ask.

import { Construct } from "../machine/value.ts";
import { ofModule } from "./record.ts";

/** Tags of a Policy (value.ts of the machine). */
const KEY = 0;
const AT_LEAST = 1;
const ROLE = 2;
const AFTER = 3;

export const AUTH = ofModule("std.auth", [
  {
    declaration: "fn signed(policy: Policy) -> Bool reads",
    doc: "Whether the command's signers satisfy the policy. Only in the module whose action the command names: deeper modules see no signature, and ask `allowed`.",
    examples: ['!signed(role("nobody"))'],
    // What the policy takes to judge, the world charges.
    cost: () => 10,
    run: ([policy], scope) => scope.effects.signed(policy!, scope.module, scope),
  },
  {
    declaration: "fn allowed(owner: Policy, what: Capability) -> Bool writes",
    doc: "Whether the owner allows what the capability says: by a signature in the module whose action the command names, or by a grant anywhere, which is spent. It stands only as a condition of `require` or `requires`.",
    examples: [
      'check_fails(RequirementFailed, fn() { require allowed(role("nobody"), Draw { amount: 1 }) })\ntrue',
    ],
    cost: () => 10,
    run: ([owner, what], scope) => scope.effects.allowed(owner!, what!, scope.module, scope),
  },
  {
    declaration: "fn key(key: Key) -> Policy",
    doc: "The policy that this key satisfies.",
    examples: ['signer("ann") != signer("bob")'],
    cost: () => 3,
    run: ([key]) => new Construct(KEY, [key!]),
  },
  {
    declaration: "fn at_least(n: Nat, of: List<Policy>) -> Policy",
    doc: "The policy that is satisfied when at least n of these are. `signed` refuses one that asks for none, or for more than there are.",
    examples: ['at_least(1, [role("risk"), role("cfo")]) != role("risk")'],
    cost: () => 4,
    run: ([n, of]) => new Construct(AT_LEAST, [n!, of!]),
  },
  {
    declaration: "fn role(name: Text) -> Policy",
    doc: "The policy that every key with this role satisfies.",
    examples: ['role("risk") == role("risk")'],
    cost: () => 3,
    run: ([name]) => new Construct(ROLE, [name!]),
  },
  {
    declaration: "fn after(t: Time, policy: Policy) -> Policy",
    doc: "The policy that nobody satisfies before the instant, and that is the other one from then on.",
    examples: ['after(now, role("risk")) != role("risk")'],
    cost: () => 4,
    run: ([t, policy]) => new Construct(AFTER, [t!, policy!]),
  },
]);
