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
  type Applied,
  apply,
  type LedgerContext,
  ledgerContext,
  MemoryView,
  query,
  renderTime,
  simulate,
} from "@juno/ledger";
import { type Entry, parseGenesis } from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { text } from "./form.ts";
import { spoilText } from "./spoil.ts";
import { commandBody, ledgerVectors } from "./vectors.ts";

const MINUTE_MS = 60_000;
const JSON_LIMITS = { bytesMax: 1_000_000 };

type Place = { readonly index: number; readonly time: number };

function entryOf(body: Uint8Array, { index, time }: Place): Entry {
  const head = { epoch: Epoch(0), index: LogIndex(index), term: Term(1), time, kind: "command" as const };
  // The ledger looks at neither digest; who commits an entry has.
  const digest = Hash(sha256(body));
  return { ...head, bodyDigest: digest, body, hash: digest };
}

/** The state that the history of the vectors leaves, and the place behind it. */
type Lived = { readonly context: LedgerContext; readonly view: MemoryView; readonly place: Place };

function lived(): Lived {
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

/** A payload under a nonce of its own, so that it is no repetition, and in time. */
function renewed(payload: string, { time }: Place): string {
  const expires = renderTime(time + MINUTE_MS);
  return payload.replace(/"nonce":"0/, '"nonce":"f').replace(/"expires":"[^"]*"/, `"expires":"${expires}"`);
}

/** C10: whatever a quorum has committed is applied, or rejected in its receipt, and twice alike. */
function applies(context: LedgerContext, view: MemoryView, entry: Entry): Applied {
  const applied = apply(context, view, entry);
  const { receipt, changes, command } = applied;
  const again = apply(context, view, entry);
  assert(equalBytes(receipt, again.receipt), "one entry has one receipt");
  const json = parseJson(receipt, JSON_LIMITS);
  assert(json.ok && canonicalText(json.value) === parseUtf8(receipt), "a receipt is canonical JSON");
  assert(command?.spends === true || changes.length === 0, "what spends no id changes nothing");
  return applied;
}

/** C16: a question of any shape has an answer in canonical JSON or a refusal. */
function answers({ context, view, place }: Lived, bytes: Uint8Array): boolean {
  const asked = parseJson(bytes, JSON_LIMITS);
  if (!asked.ok || !(asked.value instanceof Map)) return false;
  const [module, named, args = null] = ["module", "query", "args"].map((name) =>
    (asked.value as ReadonlyMap<string, Json>).get(name),
  );
  if (typeof module !== "string" || typeof named !== "string") return false;
  const answer = query(context, view, { module, query: named, args }, place);
  if (!answer.ok) return false;
  const json = parseJson(answer.value, JSON_LIMITS);
  assert(json.ok && canonicalText(json.value) === parseUtf8(answer.value), "an answer is canonical JSON");
  return true;
}

/** A small module with something of everything, so that a spoiled one is wrong in every way. */
const SOURCE = `module spoiled
import std.auth {role}
upgrade by role("risk")
asset POINT { decimals: 0, mint: self }
resource Till { points: Coin<POINT> }
table tills: Text => Till
error Short { held: Nat }
fn twice(n: Nat) -> Nat = n + n
action give(till: Text, n: Nat) requires n > 0 {
  tills.insert(till, Till { points: mint(POINT, twice(n)) })
}
action charge(till: Text, n: Nat) {
  let Till { points } = tills.take(till)
  require n <= points.amount else Short { held: points.amount }
  let (spent, kept) = points.split(n)
  burn(spent)
  tills.put(till, Till { points: kept })
}
query held(till: Text) -> Nat = tills[till].points.amount
`;

type Payload = { readonly nonce: string; readonly actions: readonly object[] };

/** What the operators of the vectors sign to deploy a source. */
function deployment(source: string): string {
  const payloads = ledgerVectors().entries.map(({ payload }) => JSON.parse(payload) as Payload);
  const deploying = payloads.find(({ actions: [action] }) => action !== undefined && "deploy" in action);
  assert(deploying !== undefined, "the vectors deploy something");
  const actions = [{ deploy: { modules: [source] } }];
  return JSON.stringify({ ...deploying, actions });
}

/** L21: a source of any text is deployed or refused, twice alike. */
function deploys({ context, view, place }: Lived, bytes: Uint8Array): boolean {
  const payload = renewed(deployment(new TextDecoder().decode(bytes)), place);
  return applies(context, view, entryOf(commandBody(payload), place)).changes.length > 0;
}

export function ledgerTargets(): Target[] {
  const state = lived();
  const { context, view, place } = state;
  const payloads = ledgerVectors().entries.map(({ payload }) => renewed(payload, place));
  const asked = [
    { module: "demo.accounts", query: "list", args: {} },
    { module: "demo.accounts", query: "balance", args: { name: "wjm" } },
  ];
  return [
    {
      name: "apply",
      samples: payloads.map(commandBody),
      spoil: spoilText,
      read: (bytes) => applies(context, view, entryOf(bytes, place)).command?.spends === true,
    },
    text("simulate", payloads, (bytes) => simulate(context, view, bytes, place).ok),
    text(
      "query",
      asked.map((one) => JSON.stringify(one)),
      (bytes) => answers(state, bytes),
    ),
    text("source", [SOURCE], (bytes) => deploys(state, bytes)),
  ];
}
