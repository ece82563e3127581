// Which parts of two receipts of one entry differ (P42): those that people ask for by name, each as both have it.

import { canonicalText, equalBytes, isJsonObject, type Json, type JsonObject, parseJson } from "@juno/base";
import { cut, type Difference } from "./diff-report.ts";

/** C13: members of receipts and of actions' receipts, by the name that people know them under. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["changes", "diff"],
  ["stateRoot", "state root"],
  ["gasByKind", "gas by kind"],
]);

export function outcomeDifferences(a: Uint8Array | undefined, b: Uint8Array | undefined): Difference[] {
  if (a === b || (a !== undefined && b !== undefined && equalBytes(a, b))) return [];
  const [one, other] = [objectIn(a), objectIn(b)];
  if (one === undefined || other === undefined) {
    return [{ what: "receipt", a: a && readableText(one), b: b && readableText(other) }];
  }
  const found = memberDifferences(one, other, "");
  const [actions, others] = [actionsOf(one), actionsOf(other)];
  const count = Math.max(actions.length, others.length);
  for (let at = 0; at < count; at++) {
    const where = count === 1 ? "" : ` of action ${at + 1}`;
    const [action, another] = [actions[at], others[at]];
    if (action === undefined || another === undefined) {
      found.push({ what: `action ${at + 1}`, a: textOf(action), b: textOf(another) });
    } else {
      // Of a single action the gas is that of the command.
      const known = new Set(count === 1 ? found.map(({ what }) => what) : []);
      found.push(...memberDifferences(action, another, where).filter(({ what }) => !known.has(what)));
    }
  }
  // Equal in every member, and yet other bytes: one of the two is not canonical, as no node writes it.
  return found.length > 0 ? found : [{ what: "receipt", a: textOf(one), b: textOf(other) }];
}

function memberDifferences(a: JsonObject, b: JsonObject, where: string): Difference[] {
  const found: Difference[] = [];
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    if (name === "actions") continue;
    const [one, other] = otherThan(a.get(name), b.get(name));
    if (one !== other) found.push({ what: `${NAMES.get(name) ?? name}${where}`, a: one, b: other });
  }
  return found.map(({ what, a: one, b: other }) => ({ what, a: one && cut(one), b: other && cut(other) }));
}

/** As text; of two lists, what does not stand in both. */
function otherThan(a: Json | undefined, b: Json | undefined): [string | undefined, string | undefined] {
  if (!Array.isArray(a) || !Array.isArray(b)) return [textOf(a), textOf(b)];
  const [ones, others] = [a, b].map((list: readonly Json[]) => list.map((item) => canonicalText(item)));
  const alone = (list: readonly string[], than: readonly string[]) => {
    const known = new Set(than);
    return `[${list.filter((item) => !known.has(item)).join(",")}]`;
  };
  const told: [string, string] = [alone(ones!, others!), alone(others!, ones!)];
  // In another order, or as often again.
  return told[0] === told[1] ? [textOf(a), textOf(b)] : told;
}

function objectIn(receipt: Uint8Array | undefined): JsonObject | undefined {
  if (receipt === undefined) return undefined;
  const parsed = parseJson(receipt, { bytesMax: receipt.length });
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
}

function actionsOf(receipt: JsonObject): readonly JsonObject[] {
  const actions = receipt.get("actions");
  return Array.isArray(actions) ? (actions as readonly Json[]).filter(isJsonObject) : [];
}

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : canonicalText(value);

const readableText = (receipt: JsonObject | undefined): string =>
  receipt === undefined ? "no receipt that can be read" : cut(canonicalText(receipt));
