// An Ack (5.4): what its sender has stored, certified and applied.

import { hex } from "@juno/base";
import type { Ack, Certificate, SignedStatement } from "@juno/proof";
import { hearAck } from "../accuse.ts";
import { consider } from "../consider.ts";
import { checkDivergence } from "../divergence.ts";
import { syncTo, type Turn } from "../turn.ts";

export function onAck(
  turn: Turn,
  message: { body: Ack; statement: SignedStatement; certificate: Certificate | undefined },
): void {
  const { state, context } = turn;
  const { body: ack, statement, certificate } = message;
  if (ack.from !== context.self && ack.term < state.currentTerm) syncTo(turn, ack.from);
  consider(turn, certificate, ack.from);
  const { progress } = state;
  progress.record({ ack, statement });
  hearAck(turn, statement);
  const own = state.roots.get(ack.applied.index);
  if (own !== undefined && hex(own) !== hex(ack.applied.root)) checkDivergence(turn);
}
