// Parts of a replica that need much of it and say little: how they are put together.

import type { Message, Verified } from "@juno/consensus";
import { Appetite } from "./appetite.ts";
import type { Boot } from "./boot.ts";
import { Inbox } from "./inbox.ts";
import { Redactor } from "./redactor.ts";
import type { Replica } from "./replica.ts";
import { isSound } from "./snapshot-desk.ts";

export function inboxOf(
  replica: Replica,
  deliver: (message: Verified<Message>) => void,
  failed: (cause: Error) => void,
): Inbox {
  const { context, state, counters, ports, cache, admission } = replica;
  const { sha256, limits } = context;
  const { verifier, clock, transport } = ports;
  const appetite = new Appetite(clock, (peer) => {
    return state.fetching?.asked.has(peer) === true || state.following?.peer === peer;
  });
  return new Inbox({
    context: { epochs: state.epochs, sha256, admission, payloadBytesMax: limits.payloadBytesMax },
    ...{ cache, verifier, clock, deliver, failed },
    refused: (_from, code) => counters.add(`refused_message_${code}`),
    forged: (count) => counters.add("refused_command_bad_signature", count),
    unwanted: (from, kind) => appetite.refusal(from, kind),
    pause: (from, isPaused) => (isPaused ? transport.pause(from) : transport.resume(from)),
  });
}

export function redactorOf(
  replica: Replica,
  orders: Boot["orders"],
  failed: (cause: Error) => void,
): Redactor {
  const { ledger, ports, state, announcer } = replica;
  return new Redactor({
    ...{ ledger, store: ports.store, snapshots: ports.snapshots, orders, failed },
    recorded: () => (state.isCommitUnrecorded ? 0 : state.committed.index),
    isSound: () => isSound(state),
    done: (facts) => announcer.notice("payloads_redacted", facts),
  });
}

/** The first that the ledger holds as approved, unless consensus has taken one already. */
export function approvedConfiguration({ state, admission }: Replica): Uint8Array | undefined {
  if (state.configuring !== undefined) return undefined;
  const logTimeMs = state.log.last.time;
  return admission.governed.configurations.find(({ expires }) => expires >= logTimeMs)?.body;
}
