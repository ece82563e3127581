// How actions fail (C14): an error is a value with a name and facts, the same on all nodes, and part
// of the receipt. Sentences for people are made from it outside the receipt, so that better wording
// never forks a network.

import { canonicalText, isJsonObject, type Json, type JsonObject, jsonObject } from "@juno/base";

/** Where in a module's source. Lines and columns count from 1, columns in characters. */
export type SourcePlace = { readonly module: string; readonly line: number; readonly column: number };

export type ContractError = {
  /** The module that declares the error; absent for those of the ledger and of the language. */
  readonly module?: string;
  readonly name: string;
  readonly fields: JsonObject;
  /** Where code ended so, if code did. */
  readonly place?: SourcePlace;
};

/** Ends the action that is running; caught where actions are run, never further out. */
export class Abort extends Error {
  readonly error: ContractError;

  constructor(
    error: { readonly name: string; readonly fields: Readonly<Record<string, Json>> } | ContractError,
  ) {
    super(error.name);
    const { fields } = error;
    this.error = {
      ...error,
      fields: fields instanceof Map ? fields : jsonObject(fields as Record<string, Json>),
    };
  }
}

export const errorJson = ({ module, name, fields, place }: ContractError): JsonObject =>
  jsonObject({ module, name, fields, place: place && jsonObject(place) });

/** The error that `errorJson` wrote; undefined if it did not. */
export function errorOfJson(json: Json): ContractError | undefined {
  if (!isJsonObject(json)) return undefined;
  const [module, name, fields, place] = ["module", "name", "fields", "place"].map((member) =>
    json.get(member),
  );
  if (typeof name !== "string" || fields === undefined || !isJsonObject(fields)) return undefined;
  return {
    ...(typeof module === "string" ? { module } : {}),
    ...{ name, fields },
    ...(place === undefined || !isJsonObject(place) ? {} : { place: placeOfJson(place) }),
  };
}

const placeOfJson = (place: JsonObject): SourcePlace => ({
  module: String(place.get("module")),
  line: Number(place.get("line")),
  column: Number(place.get("column")),
});

type Show = (fact: (name: string) => string) => string;

const SENTENCES: ReadonlyMap<string, Show> = new Map<string, Show>([
  ["RequirementFailed", (f) => `the requirement ${f("clause")} is not met`],
  ["InvariantFailed", (f) => `table ${f("table")} would break its invariant ${f("clause")}`],
  ["RowMissing", (f) => `table ${f("table")} has no row ${f("key")}`],
  ["RowPresent", (f) => `table ${f("table")} has a row ${f("key")} already`],
  ["OutOfGas", (f) => `the command's gas limit of ${f("limit")} is used up; ask for more`],
  ["BadArgument", (f) => `the argument ${f("argument")} must be ${f("expected")}`],
  ["MissingArgument", (f) => `the argument ${f("argument")} is missing`],
  ["UnknownArgument", (f) => `there is no argument ${f("argument")}`],
  ["UnknownModule", (f) => `there is no module ${f("module")}`],
  ["UnknownVersion", (f) => `module ${f("module")} has no version ${f("version")}; it has ${f("deployed")}`],
  ["UnknownAction", (f) => `module ${f("module")} has no action ${f("action")}`],
  [
    "MigrationFailed",
    (f) => `row ${f("key")} of table ${f("table")} of ${f("module")} cannot be migrated: ${f("error")}`,
  ],
  ["RedactRefused", (f) => `entry ${f("index")} is not redacted: ${f("message")} (${f("code")})`],
  ["ActRefused", (f) => `act ${f("act")} is refused: ${f("message")} (${f("code")})`],
  [
    "DeployRefused",
    (f) =>
      `${f("module")} was not deployed: ${f("message")} (${f("code")}, line ${f("line")}, column ${f("column")})`,
  ],
]);

const shown = (value: Json | undefined): string => {
  if (value === undefined) return "?";
  if (typeof value === "string") return value;
  const error = errorOfJson(value);
  return error === undefined ? canonicalText(value) : explainError(error);
};

/** A sentence for people: "demo.accounts: Insufficient (account wjm, have 90.00 USD, need 100.00 USD)". */
export function explainError({ module, name, fields }: ContractError): string {
  const show = module === undefined ? SENTENCES.get(name) : undefined;
  if (show !== undefined) return show((fact) => shown(fields.get(fact)));
  const facts = [...fields].map(([fact, value]) => `${fact} ${shown(value)}`);
  const origin = module === undefined ? "" : `${module}: `;
  return `${origin}${name}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
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
  ["ledger_halted", "the ledger is halted; it takes nothing but decisions about itself"],
  ["not_permitted", "the client's roles do not let it submit to this module"],
  ["quota_exceeded", "the client has used up its quota of this minute"],
  ["expires_too_late", "the command expires more than 24 hours ahead"],
]);
