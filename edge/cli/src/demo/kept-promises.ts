// Holds acknowledgements against the log: each command that was acknowledged took effect at its index, and nowhere else.

import { type CommandReceiptJson, CommandReceiptSchema, checkShape } from "@juno/api";
import { hex, parseUtf8 } from "@juno/base";
import type { JunoClient } from "@juno/client";
import { sha256 } from "@juno/node/light";
import { type AppliedEntry, commandId, decodeCommand } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import type { Acknowledged } from "./load.ts";

/** Where each command of the log took effect, by its id in lower-case hex. */
async function effects(client: JunoClient): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  let from: number | undefined = 1;
  while (from !== undefined) {
    const page = await client.entries({ from });
    for (const applied of page.entries) {
      const id = idOfEffect(applied);
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), applied.entry.index]);
    }
    from = page.next;
  }
  return found;
}

function idOfEffect({ entry, receipt }: AppliedEntry): string | undefined {
  const command = entry.kind === "command" ? decodeCommand(entry.body) : undefined;
  if (command?.ok !== true || statusOf(receipt) !== "ok") return undefined;
  return hex(commandId(sha256, command.value.payload));
}

function statusOf(receipt: Uint8Array): CommandReceiptJson["status"] | undefined {
  const checked = checkShape(CommandReceiptSchema, JSON.parse(parseUtf8(receipt) ?? "null"));
  return checked.ok ? checked.value.status : undefined;
}

/** How many there are, in words; throws a Complaint naming the first that is missing, misplaced or there twice. */
export async function checkAcknowledged(
  client: JunoClient,
  acknowledged: readonly Acknowledged[],
): Promise<string> {
  const places = await effects(client);
  for (const { id, index } of acknowledged) {
    const found = places.get(id) ?? [];
    if (found.length !== 1 || found[0] !== index) {
      const where = found.length === 0 ? "nowhere" : `at ${found.join(", ")}`;
      throw new Complaint(`Command ${id} was acknowledged at index ${index}; in the log it is ${where}.`);
    }
  }
  return `${acknowledged.length} of ${acknowledged.length}`;
}
