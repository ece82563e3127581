// Redacting commands (C22): the operators have payloads of earlier commands taken out of the log. The ledger records
// which, by whom, when and why; nodes then take the bytes away. What a ledger that began at a snapshot cannot know, which
// command stands in an old entry, is not judged here: whoever holds the payload judges that before it is taken away.

import { canonicalJson, type JsonObject, jsonObject, utf8Length } from "@juno/base";
import { AUTHORITY_GAS, ROW_GAS } from "@juno/hopper";
import { type Policy, policyKeys, satisfies } from "@juno/proof";
import { Abort } from "./contract-error.ts";
import { type Done, NOTHING_DONE, type Session } from "./execution.ts";
import { operatorPolicy } from "./governance/switches.ts";
import { ModuleRegistry } from "./module-registry.ts";
import type { Overlay } from "./overlay.ts";
import type { Redact, RedactedCommand } from "./payload-parts.ts";
import { orderedAt, redactedAt } from "./redactions.ts";
import { renderTime } from "./time.ts";
import type { RowAddress, RowReader } from "./view.ts";

/** Why a redaction is refused: the `code` of `RedactRefused`. */
export const REDACTION_CODE = {
  unauthorised: "unauthorised",
  once: "once",
  notApplied: "not_applied",
  redacted: "already_redacted",
  redaction: "is_redaction",
  deployment: "is_deployment",
} as const;

const refused = (index: number, code: string, message: string): Abort =>
  new Abort({ name: "RedactRefused", fields: { index, code, message } });

export function redact(session: Session, rows: Overlay, action: Redact): Done {
  const { context, index, time, signers } = session;
  const operator = operatorPolicy(context, rows);
  const charge = (gas: number) => session.gas.charge("rows", gas);
  session.gas.charge("action", AUTHORITY_GAS.policyKey * policyKeys(operator).length);
  const keys = operatorsAmong(operator, signers);
  if (keys === undefined) {
    const message = "a redaction needs the signatures of the network's operators";
    throw refused(action.commands[0]!.index, REDACTION_CODE.unauthorised, message);
  }
  charge(ROW_GAS.read);
  if (rows.row(orderedAt(index)) !== undefined) {
    const message = "the command has redacted something already; name all of it in one action";
    throw refused(action.commands[0]!.index, REDACTION_CODE.once, message);
  }
  const modules = new ModuleRegistry(context, rows).all();
  const bytes = modules.reduce((sum, { source }) => sum + utf8Length(source), 0);
  charge(ROW_GAS.read * modules.length + Math.floor(bytes / ROW_GAS.readBytesPerGas));
  const deployments = new Set(modules.map(({ at }) => at));
  const put = (address: RowAddress, value: JsonObject): void => {
    const row = canonicalJson(value);
    charge(ROW_GAS.write + ROW_GAS.writeByte * row.length);
    rows.write(address, row);
  };
  for (const command of action.commands) {
    charge(2 * ROW_GAS.read);
    demandRedactable(session, rows, { command, deployments });
    put(redactedAt(command.index), jsonObject({ id: command.id, by: index }));
  }
  const ordered = jsonObject({ reason: action.reason, signers: keys, time: renderTime(time) });
  put(orderedAt(index), ordered);
  return NOTHING_DONE;
}

/** The operators' keys among the signers, if they satisfy the policy. */
function operatorsAmong(
  operator: Policy,
  signers: readonly { readonly key: string }[],
): readonly string[] | undefined {
  const known = new Set(policyKeys(operator));
  const keys = signers.map(({ key }) => key).filter((key) => known.has(key));
  return satisfies(operator, new Set(keys)) ? keys : undefined;
}

function demandRedactable(
  session: Session,
  rows: RowReader,
  parts: { readonly command: RedactedCommand; readonly deployments: ReadonlySet<number | undefined> },
): void {
  const { index } = parts.command;
  const refuse = (code: string, message: string): Abort => refused(index, code, message);
  if (index >= session.index) throw refuse(REDACTION_CODE.notApplied, "it is not applied yet");
  if (rows.row(redactedAt(index)) !== undefined)
    throw refuse(REDACTION_CODE.redacted, "it was redacted before");
  if (rows.row(orderedAt(index)) !== undefined)
    throw refuse(REDACTION_CODE.redaction, "it is a redaction, which must stay readable");
  if (parts.deployments.has(index))
    throw refuse(REDACTION_CODE.deployment, "it deployed a module, whose source must stay readable");
}
