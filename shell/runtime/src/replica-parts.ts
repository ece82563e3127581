// Parts of a replica that need much of it and say little: how they are put together.

import { equalBytes } from "@juno/base";
import type { Context, Input, Message, State, Verified, VerifiedCache } from "@juno/consensus";
import type { LedgerContext } from "@juno/ledger";
import type { LedgerAdmission } from "./admission.ts";
import type { Announcer } from "./announcer.ts";
import { Appetite } from "./appetite.ts";
import type { Boot } from "./boot.ts";
import type { Counters } from "./counters.ts";
import { Inbox } from "./inbox.ts";
import type { Clock } from "./ports/clock.ts";
import { Redactor } from "./redactor.ts";
import type { ReplicaPorts } from "./replica-options.ts";
import { isSound } from "./snapshot-desk.ts";

/** What a replica is made of before these. */
type Whole = {
  readonly context: Context;
  readonly ledger: LedgerContext;
  readonly state: State;
  readonly counters: Counters;
  readonly ports: ReplicaPorts;
  readonly cache: VerifiedCache;
  readonly admission: LedgerAdmission;
  readonly announcer: Announcer;
};

export function inboxOf(
  replica: Whole,
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
  replica: Pick<Whole, "ledger" | "ports" | "state" | "announcer">,
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

/** S17: tells consensus which configuration is to be appended, where that is another one by now: the first that is approved and has not expired. */
export function offerConfiguration(
  replica: Pick<Whole, "state"> & {
    readonly admission: Pick<LedgerAdmission, "governed">;
    readonly ports: { readonly clock: Pick<Clock, "wallMs"> };
    input(input: Input): void;
  },
): void {
  const { state, admission, ports } = replica;
  // An entry that is appended now bears this time.
  const timeMs = Math.max(ports.clock.wallMs(), state.log.last.time);
  const body = admission.governed.configurations.find(({ expires }) => expires >= timeMs)?.body;
  const before = state.configuring?.body;
  const isSame = body === undefined || before === undefined ? body === before : equalBytes(body, before);
  if (!isSame) replica.input({ kind: "configure", body });
}
