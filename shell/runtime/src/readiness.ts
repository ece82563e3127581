// Says that this node is ready to vote in a configuration that is proposed (E55): that it holds the key which the act
// names for it, and follows the log. Such a word binds nobody, whoever asks for it: administrators decide.

import { type NodeId, ok, type Refusal, type Result, refuse } from "@juno/base";
import { isCaughtUp } from "@juno/consensus";
import { parseConfigurationAct, readinessBytes, votersOf } from "@juno/proof";
import type { Replica } from "./replica.ts";

export type ReadyAnswer = { readonly node: NodeId; readonly signature: Uint8Array };

export function readinessOf(replica: Replica, document: Uint8Array): Result<ReadyAnswer, Refusal> {
  const { context, state, ports } = replica;
  const { self, sha256, keyring } = context;
  const act = parseConfigurationAct(sha256, document);
  if (!act.ok) return refuse("malformed", act.error.detail);
  const { epochs, electorate, mode } = state;
  const next = epochs.last.electorate.epoch + 1;
  if (act.value.epoch !== next)
    return notReady(`the act begins epoch ${act.value.epoch}, and epoch ${next} is the next one`);
  const voter = votersOf(act.value).find(({ id }) => id === self);
  if (voter === undefined) return notReady(`node ${self} would not be a voter`);
  const sign = keyring.signer(voter.signKey);
  if (sign === undefined)
    return notReady(`node ${self} does not hold the signing key that the act names for it`);
  if (mode === "halted" || mode === "readOnly") return notReady(`node ${self} is ${mode}`);
  const now = { monotonicMs: ports.clock.monotonicMs(), wallMs: ports.clock.wallMs() };
  if (!isCaughtUp({ state, context, now })) return notReady(`node ${self} has not caught up with the others`);
  return ok({ node: self, signature: sign(readinessBytes(electorate.network, act.value.id)) });
}

const notReady = (detail: string) => refuse("not_ready", detail);
