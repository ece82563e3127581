// Brings an act or approvals of one before the ledger, and tells what became of it. Nothing is signed before the ledger's own
// judgement of the act is asked for (C18), by which a dry run ends as well.

import { utf8 } from "@juno/base";
import type { ActApproval, Action, ActReadiness, Outcome } from "@juno/client";
import { type RecordedAct, recordedAct, renderTime, SYSTEM } from "@juno/ledger";
import { sha256 } from "@juno/node/light";
import { parseConfigurationAct } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { failureText } from "../view/receipt-view.ts";
import type { ActDocument } from "./act-document.ts";
import { lackingOf } from "./act-view.ts";
import { chargedClient, type Desk, type DeskOptions, type InForce, type NamedDesk } from "./desk.ts";
import { followConfiguration } from "./follow-configuration.ts";
import { rowBytes } from "./own-tables.ts";

export type SubmitOptions = DeskOptions & {
  /** False: not waiting until a configuration is in force. */
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
};

const NO_SIGNATURE = "00".repeat(64);

/** Throws a Complaint unless the ledger would take it, the keys having signed. */
export async function demandAccepted(
  desk: Desk,
  options: DeskOptions,
  proposed: { readonly act: ActDocument; readonly keys: readonly string[]; readonly ready: Ready },
): Promise<void> {
  const approvals = proposed.keys.map((key) => ({ key, signature: NO_SIGNATURE }));
  const action = proposal({ ...proposed, approvals });
  const { receipt } = await desk.client.simulate([action], { signers: [chargedClient(options, desk)] });
  if (receipt.status !== "ok") throw new Complaint(`Refused: ${failureText(receipt) ?? receipt.status}.`);
}

export type Ready = readonly ActReadiness[];

export function proposal(brought: {
  readonly act: ActDocument;
  readonly approvals: readonly ActApproval[];
  readonly ready: Ready;
}): Action {
  const { act, approvals, ready } = brought;
  return { propose: { act: act.text, approvals, ...(ready.length === 0 ? {} : { ready }) } };
}

/** What the receipt, which f + 1 voters attest, says of the act. */
function actAfter({ receipt }: Outcome, id: string): RecordedAct {
  const changes = receipt.actions.flatMap((action) => action.changes);
  const change = changes.find(({ table, key }) => table === SYSTEM.acts && key === id);
  if (change === undefined) throw new Complaint(`The receipt says nothing of the act ${id}.`);
  return recordedAct({ row: () => rowBytes(change.after) }, id)!;
}

function tell(desk: NamedDesk, act: RecordedAct, inForce: InForce): void {
  const { output, nameOf } = desk;
  output.print(`act ${act.id}`);
  if (act.status === "open") {
    const lacking = safeText(lackingOf(act, inForce, nameOf) ?? "nothing");
    output.print(
      `open: lacks ${lacking}; expires ${renderTime(act.expires)}. Others approve it with\n  juno admin approve ${act.id} --key FILE`,
    );
  } else if (act.status === "approved") {
    output.print("approved: the leader brings it into the log");
  } else output.print(`${act.status} at entry ${act.since}`);
}

/** Sends it and follows what becomes of it. */
export async function submitForAct(
  desk: NamedDesk,
  options: SubmitOptions,
  brought: { readonly action: Action; readonly act: ActDocument; readonly inForce: InForce },
): Promise<void> {
  const { action, act, inForce } = brought;
  const command = await desk.client.prepare(action, { signers: [chargedClient(options, desk)] });
  const outcome = await desk.client.send(command);
  const failure = failureText(outcome.receipt);
  if (outcome.status !== "ok")
    throw new Complaint(`Refused at entry ${outcome.index}: ${failure ?? outcome.status}.`);
  const after = actAfter(outcome, act.id);
  if (!options.json) tell(desk, after, inForce);
  const follows = after.status === "approved" && options.wait !== false;
  const nodes = follows ? await follow(desk, options, act) : undefined;
  const { id, status } = after;
  if (options.json) {
    const lacking = status === "open" ? (lackingOf(after, inForce, desk.nameOf) ?? null) : null;
    const done = nodes === undefined ? {} : { inForceAt: nodes };
    desk.output.printJson({ act: id, status, entry: outcome.index, command: outcome.id, lacking, ...done });
  } else if (nodes !== undefined) desk.output.print(`in force at nodes ${nodes.join(", ")}`);
}

const MS_PER_SECOND = 1_000;

async function follow(desk: Desk, options: SubmitOptions, act: ActDocument): Promise<readonly number[]> {
  const next = parseConfigurationAct(sha256, utf8(act.text));
  if (!next.ok) throw new Complaint(next.error.detail);
  return await followConfiguration(desk, next.value, options.timeout * MS_PER_SECOND);
}
