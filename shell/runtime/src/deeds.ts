// What each effect of consensus does in the world, once everything that it rests on is durable (performer.ts).

import type { Effect, State } from "@juno/consensus";
import type { Announcer } from "./announcer.ts";
import type { Counters } from "./counters.ts";
import type { ReplicaPorts } from "./replica-options.ts";
import type { Serving } from "./serving.ts";
import { modeChanged } from "./standing.ts";
import type { WaitingReads } from "./waiting-reads.ts";

type Deed = Exclude<Effect, { kind: "persist" | "setTimer" }>;

export type DeedParts = {
  readonly state: State;
  readonly ports: Pick<ReplicaPorts, "transport" | "executor" | "divergences">;
  readonly serving: Serving;
  readonly reads: WaitingReads;
  readonly counters: Counters;
  readonly announcer: Announcer;
  /** Others belong to the network, perhaps under other keys. */
  admit(): void;
  failed(cause: Error): void;
};

export function perform(parts: DeedParts, effect: Deed): void {
  const { ports, reads, announcer } = parts;
  switch (effect.kind) {
    case "send":
      // S19: also not what was signed before.
      if (parts.state.isHeld) return;
      for (const to of effect.to) ports.transport.send(to, effect.frame);
      return;
    case "commit":
      return ports.executor.apply(effect.index);
    case "serve":
      parts.serving.serve(effect.to, effect.fetch).catch(parts.failed);
      return;
    case "readable":
      return reads.readable(effect.tokens, effect.index, parts.state.applied.index);
    case "unreadable":
      return reads.answer(effect.tokens, undefined);
    case "refused":
      parts.counters.add(`refused_command_${effect.code}`);
      return;
    case "mode":
      modeChanged(parts, effect);
      return announcer.watchState();
    case "epochs":
      parts.admit();
      return announcer.watchState();
    case "notice":
      return announcer.notice(effect.code, effect.facts);
  }
}
