// Hears no commands, or none of some clients: as a leader it keeps its term with heartbeats alone.

import { decodeWith, hex, parseUtf8 } from "@juno/base";
import type { Frame } from "@juno/consensus";
import { decodeCommand } from "@juno/proof";
import type { Lie } from "./liar.ts";

const COMMANDS_MAX = 4096;

/** Client names in a frame of relayed commands. */
function clientsIn(frame: Frame): string[] {
  const bodies = decodeWith(frame.attachment, (r) => r.list(COMMANDS_MAX, (item) => item.bytes(r.remaining)));
  if (!bodies.ok) return [];
  return bodies.value.map((body) => {
    const command = decodeCommand(body);
    return command.ok ? ((parseUtf8(command.value.payload) ?? "").split(" ")[1] ?? "") : hex(body);
  });
}

/** `undefined`: nobody is heard. */
export const censor =
  (client: string | undefined): Lie =>
  () => ({
    incoming: (_from, frame) => {
      if (frame.kind !== "commands") return true;
      return client !== undefined && !clientsIn(frame).includes(client);
    },
  });
