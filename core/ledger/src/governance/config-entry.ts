// What a config entry changes in the ledger's own rows (C26): another configuration is in force. Consensus has judged the
// entry (E55), and whether its act was proposed here makes no difference to it.

import { hex, parseUtf8 } from "@juno/base";
import { checkConfigBody, decodeConfigBody, type Entry } from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { Overlay } from "../overlay.ts";
import { renderTime } from "../time.ts";
import type { RowChange, RowReader } from "../view.ts";
import { agendaIn, putAct, recordedAct } from "./act-rows.ts";
import { configurationIn, putEpoch } from "./configuration-state.ts";
import { OwnRows } from "./own-rows.ts";
import { CONFIGURE } from "./payload-acts.ts";

export function configEntryChanges(
  context: LedgerContext,
  view: RowReader,
  entry: Entry,
): readonly RowChange[] {
  const overlay = new Overlay(view);
  const rows = new OwnRows(overlay);
  const { sha256, genesis } = context;
  const before = configurationIn(context, rows);
  const checked = checkConfigBody({ sha256, network: genesis.network, before }, entry);
  const body = decodeConfigBody(entry.body);
  // No bytes make applying fail (C10): such an entry is one that no honest voter lets pass.
  if (!checked.ok || !body.ok) return [];
  const { index } = entry;
  const act = hex(checked.value.act.id);
  putEpoch(rows, {
    epoch: checked.value.act.epoch,
    ...{ at: index, time: renderTime(entry.time), act },
    document: parseUtf8(body.value.document)!,
    by: body.value.approvals.map(({ key }) => hex(key)),
  });
  const proposed = recordedAct(rows, act);
  if (proposed !== undefined) putAct(rows, { ...proposed, status: "executed", since: index });
  const others = [...agendaIn(rows)].filter((item) => item.kind === CONFIGURE && item.act !== act);
  for (const other of others)
    putAct(rows, { ...recordedAct(rows, other.act)!, status: "superseded", since: index });
  return overlay.changes();
}
