// Later versions to apply entries by (C38): `activate` says which, and from which entry on; `cancel-activation` takes
// that back as long as the entry has not come. A quorum of the voters has declared that its programs know them.

import { hex, type JsonField } from "@juno/base";
import { quorumOf, votersOf } from "@juno/proof";
import { areLater, type Versions } from "../../versions.ts";
import { ACT_CODE, type ActKind, actRefused, type Bench } from "../act-kind.ts";
import type { RecordedAct } from "../act-rows.ts";
import { type Activation, activationIn, putActivation, versionsAt } from "../activation-state.ts";

export type PlannedActivation = { readonly at: number; readonly versions: Versions };

const VERSION_MAX = 65_535;

/** The content of an act of kind `activate`. */
export function readActivation(content: JsonField): PlannedActivation {
  const { at, ledger, language } = content.object(["at", "ledger", "language"]);
  const limits = { min: 1, max: VERSION_MAX };
  return {
    at: at.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    versions: { ledger: ledger.integer(limits), language: language.integer(limits) },
  };
}

export const ACTIVATE_KIND: ActKind = {
  authority: "admins",
  read: (content) => {
    const { at, versions } = readActivation(content);
    return {
      judge: (bench, act) => {
        const { rows, index } = bench;
        if (at <= index)
          throw actRefused(act.id, ACT_CODE.wrongIndex, `entry ${at} does not lie above this one, ${index}`);
        const planned = plannedIn(bench);
        if (planned !== undefined) {
          const message = `an activation at entry ${planned.at} lies ahead; cancel it first`;
          throw actRefused(act.id, ACT_CODE.activationAhead, message);
        }
        const now = versionsAt(activationIn(rows), index);
        if (!areLater(versions, now))
          throw actRefused(act.id, ACT_CODE.pointless, `in force are ${wordsOf(now)}: versions only rise`);
        judgeReadiness(bench, act);
      },
      execute: ({ rows, index }, { id }) => {
        const from = versionsAt(activationIn(rows), index);
        putActivation(rows, { act: id, at, from, to: versions });
        return "executed";
      },
    };
  },
};

export const CANCEL_ACTIVATION: ActKind = {
  authority: "admins",
  read: (content) => {
    content.object([]);
    return {
      judge: (bench, { id }) => {
        if (plannedIn(bench) === undefined)
          throw actRefused(id, ACT_CODE.pointless, "no activation lies ahead");
      },
      execute: ({ rows, index }, { id }) => {
        const { from } = activationIn(rows)!;
        putActivation(rows, { act: id, at: index, from, to: from });
        return "executed";
      },
    };
  },
};

const wordsOf = ({ ledger, language }: Versions): string =>
  `ledger version ${ledger} and language version ${language}`;

function plannedIn({ rows, index }: Bench): Activation | undefined {
  const activation = activationIn(rows);
  return activation !== undefined && activation.at > index ? activation : undefined;
}

/** Too few nodes that could go on would be a ledger that stands still, and could not even decide otherwise. */
function judgeReadiness({ configuration }: Bench, { id, ready }: RecordedAct): void {
  const voters = votersOf(configuration);
  const isReady = (voter: (typeof voters)[number]) =>
    ready.some(({ node, key }) => node === voter.id && key === hex(voter.signKey));
  const count = voters.filter(isReady).length;
  const needed = quorumOf(voters.length);
  if (count >= needed) return;
  const message = `${count} of ${voters.length} voters have said that they know these versions where ${needed} must`;
  throw actRefused(id, ACT_CODE.quorumLost, message);
}
