// What the ledger makes of bytes that a quorum has committed, or that a client asks it to try: it applies
// them or says why not, the same every time, and never throws. On the state that the vectors leave behind.

import {
  assert,
  canonicalText,
  Epoch,
  equalBytes,
  Hash,
  type Json,
  LogIndex,
  parseJson,
  parseUtf8,
  Term,
  utf8,
} from "@juno/base";
import {
  apply,
  type LedgerContext,
  ledgerContext,
  MemoryView,
  parseMoney,
  query,
  renderMoney,
  simulate,
} from "@juno/ledger";
import { type Entry, parseGenesis } from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { text } from "./form.ts";
import { spoilText } from "./spoil.ts";
import { commandBody, ledgerVectors } from "./vectors.ts";

const JSON_LIMITS = { bytesMax: 1_000_000 };

type Place = { readonly index: number; readonly time: number };

function entryOf(body: Uint8Array, { index, time }: Place): Entry {
  const head = { epoch: Epoch(0), index: LogIndex(index), term: Term(1), time, kind: "command" as const };
  // The ledger looks at neither digest; who commits an entry has.
  const digest = Hash(sha256(body));
  return { ...head, bodyDigest: digest, body, hash: digest };
}

/** The state that the history of the vectors leaves, and the place behind it. */
function lived(): { context: LedgerContext; view: MemoryView; place: Place } {
  const { genesis, entries } = ledgerVectors();
  const parsed = parseGenesis(sha256, utf8(genesis));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const context = ledgerContext({ sha256, genesis: parsed.value });
  const view = new MemoryView();
  for (const { index, time, payload } of entries) {
    const entry = entryOf(commandBody(payload), { index, time });
    view.accept(apply(context, view, entry), entry);
  }
  const { index, time } = entries.at(-1)!;
  return { context, view, place: { index: index + 1, time } };
}

/** C10: whatever a quorum has committed is applied, or rejected in its receipt, and twice alike. */
function applies(context: LedgerContext, view: MemoryView, entry: Entry): boolean {
  const { receipt, changes, command } = apply(context, view, entry);
  const again = apply(context, view, entry);
  assert(equalBytes(receipt, again.receipt), "one entry has one receipt");
  const json = parseJson(receipt, JSON_LIMITS);
  assert(json.ok && canonicalText(json.value) === parseUtf8(receipt), "a receipt is canonical JSON");
  assert(command?.spends === true || changes.length === 0, "what spends no id changes nothing");
  return command?.spends === true;
}

/** C16: a question of any shape has an answer in canonical JSON or a refusal. */
function answers(context: LedgerContext, view: MemoryView, bytes: Uint8Array): boolean {
  const asked = parseJson(bytes, JSON_LIMITS);
  if (!asked.ok || !(asked.value instanceof Map)) return false;
  const [module, named, args = null] = ["module", "query", "args"].map((name) =>
    (asked.value as ReadonlyMap<string, Json>).get(name),
  );
  if (typeof module !== "string" || typeof named !== "string") return false;
  const answer = query(context, view, { module, query: named, args });
  if (!answer.ok) return false;
  const json = parseJson(answer.value, JSON_LIMITS);
  assert(json.ok && canonicalText(json.value) === parseUtf8(answer.value), "an answer is canonical JSON");
  return true;
}

/** C5 */
function readMoney({ genesis }: LedgerContext, bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes) ?? "";
  const money = parseMoney(spelling, genesis.currencies);
  if (money === undefined) return false;
  assert(renderMoney(money, genesis.currencies) === spelling, "an amount has one spelling");
  return true;
}

export function ledgerTargets(): Target[] {
  const { context, view, place } = lived();
  const payloads = ledgerVectors().entries.map(({ payload }) => payload);
  const asked = [
    { module: "accounts", query: "list" },
    { module: "accounts", query: "balance", args: { name: "wjm" } },
  ];
  return [
    {
      name: "apply",
      // Under a nonce of its own, so that it is no repetition.
      samples: payloads.map((payload) => commandBody(payload.replace(/"nonce":"0/, '"nonce":"f'))),
      spoil: spoilText,
      read: (bytes) => applies(context, view, entryOf(bytes, place)),
    },
    text("simulate", payloads, (bytes) => simulate(context, view, bytes, place).ok),
    text(
      "query",
      asked.map((one) => JSON.stringify(one)),
      (bytes) => answers(context, view, bytes),
    ),
    text("money", ["10.00 USD", "7 JPY", "999999999999999.99 USD", "-0.01 USD"], (bytes) =>
      readMoney(context, bytes),
    ),
  ];
}
