// The configuration of the next epoch (C25, E55). The ledger decides it and does not carry it out: the leader appends a
// config entry with the approvals that were gathered here, and consensus judges that alone. What consensus cannot know, that the
// limits and the clients bear the change, is judged here.

import {
  type Configuration,
  checkReadiness,
  faultsOf,
  policyKeys,
  readConfiguration,
  shareProblem,
  votersOf,
} from "@juno/proof";
import { ACT_CODE, type ActKind, actRefused, type Bench } from "../act-kind.ts";
import type { RecordedAct } from "../act-rows.ts";
import { clientOf } from "../client-state.ts";
import { configurationKeys } from "../configuration-state.ts";

export const CONFIGURE_KIND: ActKind = {
  authority: "admins",
  read: (content) => {
    const next = readConfiguration(content);
    return {
      judge: (bench, act) => {
        judgeReadiness(bench, act, next);
        judgeFaults(bench, act, next);
        judgeKeys(bench, act, next);
      },
      execute: () => "approved",
    };
  },
};

/** E55: what consensus would refuse. */
function judgeReadiness({ configuration }: Bench, { id, ready }: RecordedAct, next: Configuration): void {
  if (next.epoch !== configuration.epoch + 1) {
    const message = `a configuration of epoch ${next.epoch} after epoch ${configuration.epoch}`;
    throw actRefused(id, ACT_CODE.wrongEpoch, message);
  }
  const enough = checkReadiness(next, ready);
  if (!enough.ok) throw actRefused(id, ACT_CODE.quorumLost, enough.error.detail);
}

function judgeFaults({ context, configuration }: Bench, { id }: RecordedAct, next: Configuration): void {
  const voters = votersOf(next).length;
  if (faultsOf(voters) === 0 && faultsOf(votersOf(configuration).length) > 0) {
    const message = `${voters} voters would tolerate no fault, where the network tolerates some`;
    throw actRefused(id, ACT_CODE.faultsLost, message);
  }
  const problem = shareProblem(context.genesis.limits, voters);
  if (problem !== undefined) throw actRefused(id, ACT_CODE.shareTooSmall, problem);
}

/** Keys that the configuration brings must be nobody's yet. */
function judgeKeys(
  { context, rows, configuration, operator }: Bench,
  { id }: RecordedAct,
  next: Configuration,
): void {
  const known = configurationKeys(configuration);
  const operators = new Set(policyKeys(operator));
  for (const key of configurationKeys(next)) {
    if (known.has(key)) continue;
    if (operators.has(key) || clientOf(context, rows, key) !== undefined)
      throw actRefused(id, ACT_CODE.keyTaken, `the key ${key} is an operator's or a client's`);
  }
}
