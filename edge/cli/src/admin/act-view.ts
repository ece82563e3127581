// Acts for people and for programs: what they ask for, who approved, what is lacking, what became of them.

import { canonicalText, isJsonObject, type Json, readJson, utf8 } from "@juno/base";
import { type RecordedAct, renderTime } from "@juno/ledger";
import { sha256 } from "@juno/node/light";
import { type ActHead, parseConfigurationAct, readPolicy, satisfies } from "@juno/proof";
import { safeText } from "../terminal/safe-text.ts";
import type { ActDocument } from "./act-document.ts";
import type { InForce } from "./desk.ts";
import { configurationWords, lackingText, type NameOf, policyText, shortKey } from "./words.ts";

/** C25: kinds that operators decide as well. */
const OPERATORS_DECIDE: ReadonlySet<string> = new Set(["halt", "resume", "step-down"]);

const listOf = (content: Json, name: string): readonly Json[] => {
  const list = isJsonObject(content) ? content.get(name) : undefined;
  return Array.isArray(list) ? list : [];
};

function clientLine(item: Json): string {
  if (!isJsonObject(item)) return canonicalText(item);
  const roles = listOf(item, "roles").map(String);
  const held = roles.length === 0 ? "no roles" : `roles ${roles.join(", ")}`;
  return `client ${item.get("name")}: key ${shortKey(String(item.get("key")))}, ${held}`;
}

const namesText = (names: Json | undefined): string => {
  if (names === "*") return "everything";
  return Array.isArray(names) && names.length > 0 ? names.map(String).join(", ") : "nothing";
};

function roleLine(item: Json): string {
  if (!isJsonObject(item)) return canonicalText(item);
  const [commands, gas] = [item.get("commandsPerMinute"), item.get("gasPerMinute")];
  const quotas = [
    ...(commands === undefined ? [] : [`${commands} commands a minute`]),
    ...(gas === undefined ? [] : [`${gas} gas a minute`]),
  ];
  const used = quotas.length === 0 ? "no quota" : `at most ${quotas.join(" and ")}`;
  return `role ${item.get("name")}: submits to ${namesText(item.get("submit"))}; reads ${namesText(item.get("read"))}; ${used}`;
}

/** What an act does, in lines. */
export function contentWords(
  { kind, content, text }: ActDocument,
  { configuration, before }: InForce,
  nameOf: NameOf,
): string[] {
  if (kind === "configure") {
    const next = parseConfigurationAct(sha256, utf8(text));
    if (!next.ok) return [next.error.detail];
    return configurationWords(before(next.value.epoch) ?? configuration, next.value, nameOf);
  }
  if (kind === "halt") return ["The ledger takes nothing but decisions about the network from then on."];
  if (kind === "resume") return ["The ledger takes commands again."];
  if (kind === "activate" && isJsonObject(content)) {
    const versions = `ledger version ${content.get("ledger")} and language version ${content.get("language")}`;
    return [
      `Entries from ${content.get("at")} on are applied by ${versions}; nodes that lack them stop before.`,
    ];
  }
  if (kind === "withdraw" && isJsonObject(content))
    return [`The act ${content.get("act")} is decided no more.`];
  if (kind === "cancel-activation") return ["The activation that lies ahead does not happen."];
  if (kind === "step-down" && isJsonObject(content)) {
    return [
      `Every node leaves term ${content.get("term")} of epoch ${content.get("epoch")}, if it is in it still.`,
    ];
  }
  if (kind === "clients") {
    return [
      ...listOf(content, "set").map(clientLine),
      ...listOf(content, "remove").map((name) => `no client ${name} any more`),
    ];
  }
  if (kind === "roles") {
    return [
      ...listOf(content, "define").map(roleLine),
      ...listOf(content, "remove").map((name) => `nothing is said of a role ${name} any more`),
    ];
  }
  if (kind === "operators" && isJsonObject(content)) {
    const policy = readJson(content.get("policy") ?? null, "malformed", readPolicy);
    if (policy.ok) return [`operators: ${policyText(policy.value, nameOf)}`];
  }
  return [canonicalText(content)];
}

const countedKeys = ({ approvals }: Pick<RecordedAct, "approvals">): ReadonlySet<string> =>
  new Set(approvals.map(({ key }) => key));

/** What an act still needs before it is decided; undefined if it is, or cannot be any more. */
export function lackingOf(
  act: Pick<RecordedAct, "kind" | "approvals">,
  { configuration, operator }: InForce,
  nameOf: NameOf,
): string | undefined {
  const keys = countedKeys(act);
  const policies = OPERATORS_DECIDE.has(act.kind) ? [configuration.admin, operator] : [configuration.admin];
  if (policies.some((policy) => satisfies(policy, keys))) return undefined;
  return policies.map((policy) => lackingText(policy, keys, nameOf)).join(", or ");
}

export const isOpen = ({ status }: RecordedAct): boolean => status === "open" || status === "approved";

/** An act that nobody has decided in time stands there as open until the next proposal (C24). */
export const shownStatus = ({ status, expires }: RecordedAct, now: number): string =>
  isOpen({ status } as RecordedAct) && now > expires ? `${status}, but expired` : status;

const approvedBy = ({ approvals }: RecordedAct, nameOf: NameOf): string =>
  approvals.map(({ key }) => safeText(nameOf(key))).join(", ");

type Telling = { readonly inForce: InForce; readonly nameOf: NameOf; readonly now: number };

function statusLines(act: RecordedAct, { inForce, nameOf, now }: Telling): string[] {
  const lacking = act.status === "open" ? lackingOf(act, inForce, nameOf) : undefined;
  return [
    `  approved by ${approvedBy(act, nameOf)}${lacking === undefined ? "" : `; lacks ${safeText(lacking)}`}`,
    `  proposed at entry ${act.at} by ${safeText(nameOf(act.by))}, ${act.time}; ${shownStatus(act, now)} since entry ${act.since}; expires ${renderTime(act.expires)}`,
  ];
}

/** An act in a list. */
export const actLines = (
  act: RecordedAct,
  { reason }: Pick<ActHead, "reason">,
  telling: Telling,
): string[] => [`${act.id}  ${act.kind}: ${safeText(reason)}`, ...statusLines(act, telling)];

/** All of an act. */
export const fullActLines = (act: RecordedAct, document: ActDocument, telling: Telling): string[] => [
  ...actLines(act, document, telling),
  ...(act.ready.length === 0 ? [] : [`  ready: nodes ${act.ready.map(({ node }) => node).join(", ")}`]),
  "",
  ...contentWords(document, telling.inForce, telling.nameOf).map(safeText),
];

export const actJson = (act: RecordedAct, { inForce, nameOf, now }: Telling): object => ({
  ...act,
  expires: renderTime(act.expires),
  isExpired: now > act.expires,
  lacking: act.status === "open" ? (lackingOf(act, inForce, nameOf) ?? null) : null,
});
