// Judges what is missing of a log (C22, P12): a payload may be missing only where a later entry orders exactly that, and what
// stands in its place, the receipt, must be confirmed by voters. And tells what was redacted, by whom, when and why, for the
// report. A node that takes payloads away by itself is caught here.

import { hex, type LogIndex } from "@juno/base";
import { type Redaction, type RowReader, redactionOf, redactionsIn } from "@juno/ledger";
import type { AuditedRedaction } from "./audit-report.ts";
import type { Findings } from "./findings.ts";
import type { RedactedEntries } from "./redacted-entries.ts";

/** Redactions that a report names; how many there are it tells all the same. */
const NAMED_MAX = 1_000;

/** What the entries that were walked say of redactions. */
export type RedactionFacts = {
  readonly redacted: RedactedEntries;
  readonly last: LogIndex;
  /** Rows that hold the ledger's own, which say what was ordered. */
  readonly rows: RowReader;
  /** Whether those rows came out of executing the orders; else they are what receipts tell. */
  readonly isExecuted: boolean;
  /** The command's id in an entry, hex; undefined if it holds none, null if it is not among those that were walked. */
  idAt(index: number): string | undefined | null;
};

/** What a log orders: how many redactions, and the first of them by the entry they are of. */
export type ToldRedactions = { readonly count: number; readonly named: readonly AuditedRedaction[] };

export const NOTHING_REDACTED: ToldRedactions = { count: 0, named: [] };

const UNBELIEVED =
  "Its payload is redacted, and its receipt cannot be believed: no outcome root above it is signed by f + 1 voters.";

/** `attested`: up to which entry voters have confirmed the receipts. */
export function judgeRedactions(
  facts: RedactionFacts,
  attested: number,
  { place, findings }: { readonly place: string; readonly findings: Findings },
): void {
  for (const { index, id } of facts.redacted.all()) {
    if (findings.isFull) return;
    const order = redactionOf(facts.rows, index);
    if (order === undefined || order.id !== hex(id)) {
      findings.add(place, `Its payload is missing, and no entry up to ${facts.last} redacts it.`, index);
    } else if (index > attested) findings.add(place, UNBELIEVED, index);
    else if (!facts.isExecuted && order.by > attested) {
      const problem = `Its payload is missing, and that entry ${order.by} redacts it cannot be believed: no outcome root above that is signed by f + 1 voters.`;
      findings.add(place, problem, index);
    }
  }
}

/** What receipts tell of entries that cannot be executed is believed only under a root that f+1 voters signed. */
export function judgeFollowed(
  facts: RedactionFacts,
  attested: number,
  { place, findings }: { readonly place: string; readonly findings: Findings },
): void {
  for (const { index } of facts.redacted.all()) {
    if (index > attested && !findings.isFull) findings.add(place, UNBELIEVED, index);
  }
}

export function tellRedactions(facts: RedactionFacts): ToldRedactions {
  const named: AuditedRedaction[] = [];
  let count = 0;
  for (const redaction of redactionsIn(facts.rows)) {
    count += 1;
    if (named.length < NAMED_MAX) named.push({ ...redaction, payload: payloadOf(facts, redaction) });
  }
  return { count, named };
}

function payloadOf(facts: RedactionFacts, { index, id }: Redaction): AuditedRedaction["payload"] {
  if (facts.redacted.has(index)) return "redacted";
  const found = facts.idAt(index);
  if (found === null) return "absent";
  return found === id ? "held" : "void";
}
