// `juno admin activate` and `juno admin cancel-activation` (C38).

import { type Json, jsonObject } from "@juno/base";
import { activationIn, SYSTEM, versionsAt } from "@juno/ledger";
import type { Desk } from "../admin/desk.ts";
import { OwnTables } from "../admin/own-tables.ts";
import { Complaint } from "../complaint.ts";
import { appliedBy, nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { type ProposeOptions, proposeNew } from "./admin-propose-command.ts";

export type ActivateOptions = ProposeOptions & {
  readonly ledger?: number;
  readonly language?: number;
  readonly at?: number;
  /** Entries. */
  readonly in: number;
};

async function contentOf(desk: Desk, options: ActivateOptions): Promise<Json> {
  const { client, place } = desk;
  const reports = await nodeReports(client, place.nodes);
  const applied = appliedBy(reports, client.epochs.last.electorate.faults + 1);
  if (applied === undefined) throw new Complaint("No node answers.");
  const rows = await OwnTables.fetch(client, [SYSTEM.switches]);
  const now = versionsAt(activationIn(rows), applied + 1);
  const { at = applied + options.in, ledger = now.ledger, language = now.language } = options;
  return jsonObject({ at, ledger, language });
}

export const runActivate = (options: ActivateOptions, output: Output): Promise<void> =>
  proposeNew(options, output, { kind: "activate", content: (desk) => contentOf(desk, options) });

export const runCancelActivation = (options: ProposeOptions, output: Output): Promise<void> =>
  proposeNew(options, output, { kind: "cancel-activation", content: () => jsonObject({}) });
