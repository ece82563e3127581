// `juno redact`: orders payloads of commands out of the log (C22). The ledger cannot know which command stands in an old
// entry, so it is asked of the nodes here, with a proof, before anything is signed: an order that names another one would
// be kept for ever and do nothing.

import type { JunoClient } from "@juno/client";
import { REDACTED_AT_ONCE_MAX } from "@juno/ledger";
import { operatorsInForce } from "../admin/desk.ts";
import { Complaint, usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { KeyRing, loadSigner, type NamedSigner } from "../network/key-ring.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { showOutcome, showSimulation } from "../view/outcome-view.ts";

export type RedactOptions = NetworkOptions & {
  readonly reason: string;
  readonly sign?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

const ID = /^[0-9a-f]{64}$/;

/** C22: the operators order it; the client is charged. */
async function signersFor(
  { sign }: RedactOptions,
  { folder, genesis }: NetworkPlace,
  client: JunoClient,
): Promise<NamedSigner[]> {
  if (sign !== undefined) return sign.map(loadSigner);
  if (folder === undefined) {
    throw usage("Who signs? Give --sign with key files: the registered client's first, then the operators'.");
  }
  const keys = new KeyRing(folder);
  return [keys.client(undefined), ...keys.operators(await operatorsInForce(client, genesis))];
}

/** The entry that the command stands in, proved. */
async function placeOf(client: JunoClient, id: string): Promise<{ index: number; id: string }> {
  const fate = await client.fate(id);
  if (fate.state !== "final") {
    throw new Complaint(
      fate.state === "pending"
        ? `${id} is not applied yet, or not proved: try again shortly.`
        : `${id}: no entry of this log holds a command of this id.`,
    );
  }
  if (fate.redactedBy !== undefined)
    throw new Complaint(`${id} was redacted already, by entry ${fate.redactedBy}.`);
  return { index: fate.outcome.index, id };
}

export async function runRedact(
  ids: readonly string[],
  options: RedactOptions,
  output: Output,
): Promise<void> {
  const wrong = ids.find((id) => !ID.test(id));
  if (wrong !== undefined) throw usage(`"${wrong}" is no command's id: 64 lower-case hex digits.`);
  if (new Set(ids).size < ids.length) throw usage("An id is given twice.");
  if (ids.length > REDACTED_AT_ONCE_MAX) {
    throw usage(`At most ${REDACTED_AT_ONCE_MAX} commands are redacted at once; ${ids.length} are given.`);
  }
  if (options.reason.trim() === "") throw usage("Give a --reason: it stays in the ledger for ever.");
  const place = findNetwork(options);
  const client = connect(place, { output });
  try {
    const signers = await signersFor(options, place, client);
    const commands: { index: number; id: string }[] = [];
    for (const id of ids) commands.push(await placeOf(client, id));
    const action = { redact: { commands, reason: options.reason } };
    if (!options.json) {
      const entries = commands.map(({ index }) => index).join(", ");
      output.remark(`Redacting ${entries}, signed by ${signers.map(({ name }) => name).join(", ")}.`);
    }
    if (options.dryRun) {
      showSimulation(await client.simulate([action], { signers }), options, output);
      return;
    }
    showOutcome(await client.send(await client.prepare(action, { signers })), options, output);
    if (!options.json)
      output.remark(
        "Each node takes the payloads away once a certified snapshot covers them: see `juno status`.",
      );
  } finally {
    client.close();
  }
}
