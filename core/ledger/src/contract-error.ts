// How actions fail (C14): an error is a value with a name and facts, the same on all nodes, and part
// of the receipt. Sentences for people are made from it outside the receipt, so that better wording
// never forks a network.

import { type Json, type JsonObject, jsonObject } from "@juno/base";

export type ContractError = {
  readonly module: string;
  readonly name: string;
  readonly fields: JsonObject;
};

/** Ends the action that is running; caught where actions are run, never further out. */
export class Abort extends Error {
  readonly error: ContractError;

  constructor(module: string, name: string, fields: Readonly<Record<string, Json>>) {
    super(name);
    this.error = { module, name, fields: jsonObject(fields) };
  }
}

export const errorJson = (error: ContractError): JsonObject =>
  jsonObject({ module: error.module, name: error.name, fields: error.fields });

type Show = (fact: (name: string) => string) => string;

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["Text", "a name of 1 to 64 letters, digits and _ . : @ /, the first a letter or digit"],
  ["List<Text>", "a list of names"],
  ["Money", 'an amount with all decimals of its currency, such as "40.00 USD"'],
  ["Policy", 'a policy, {"key": …} or {"atLeast": k, "of": […]}'],
  ["Currency", "one of the network's currencies"],
  ["Nat", "a whole number in its range"],
]);

const SENTENCES: ReadonlyMap<string, Show> = new Map<string, Show>([
  ["AlreadyOpen", (f) => `account ${f("account")} is open already`],
  ["NoSuchAccount", (f) => `there is no account ${f("account")}`],
  [
    "NotSigned",
    (f) => `account ${f("account")} pays, so its owner must sign; the signers do not satisfy its policy`,
  ],
  ["Insufficient", (f) => `account ${f("account")} has ${f("have")} and needs ${f("need")}`],
  ["WrongCurrency", (f) => `account ${f("account")} holds ${f("have")}, not ${f("need")}`],
  ["SupplyTooLarge", (f) => `${f("issued")} are issued; ${f("amount")} more cannot be written`],
  ["RequirementFailed", (f) => `the requirement ${f("clause")} is not met`],
  ["OutOfGas", (f) => `the command's gas limit of ${f("limit")} is used up; ask for more`],
  [
    "BadArgument",
    (f) => `the argument ${f("argument")} must be ${EXPECTED.get(f("expected")) ?? f("expected")}`,
  ],
  ["MissingArgument", (f) => `the argument ${f("argument")} is missing`],
  ["UnknownArgument", (f) => `there is no argument ${f("argument")}`],
  ["UnknownModule", (f) => `there is no module ${f("module")}`],
  ["UnknownVersion", (f) => `module ${f("module")} has no version ${f("version")}`],
  ["UnknownAction", (f) => `module ${f("module")} has no action ${f("action")}`],
]);

/** A sentence for people: "account wjm has 90.00 USD and needs 100.00 USD". */
export function explainError(error: ContractError): string {
  const show = SENTENCES.get(error.name);
  if (show === undefined) return `${error.module} ended with ${error.name}`;
  return show((name) => String(error.fields.get(name) ?? "?"));
}

/** The sentence for why a command was not tried at all (C10): the receipt's `reason`. */
export function explainReason(reason: string): string {
  return REASONS.get(reason) ?? reason;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["command_malformed", "the payload is not a command"],
  ["command_too_large", "the command is larger than this network permits"],
  ["wrong_network", "the command is for another network"],
  ["signers_mismatch", "the signatures are not those of the payload's signers"],
  ["client_unknown", "the first signer is not a registered client"],
  ["expires_too_late", "the command expires more than 24 hours ahead"],
]);
