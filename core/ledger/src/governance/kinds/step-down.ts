// Asking the nodes to leave a term whose leader serves badly (C25). The ledger only records that it was decided; each
// node that applies the entry suspects that term once.

import type { JsonField } from "@juno/base";
import { ACT_CODE, type ActKind, actRefused } from "../act-kind.ts";

export type StepDown = { readonly epoch: number; readonly term: number };

export function readStepDown(content: JsonField): StepDown {
  const { epoch, term } = content.object(["epoch", "term"]);
  const limits = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return { epoch: epoch.integer(limits), term: term.integer({ ...limits, min: 1 }) };
}

export const STEP_DOWN: ActKind = {
  authority: "either",
  read: (content) => {
    const { epoch } = readStepDown(content);
    return {
      judge: ({ configuration }, { id }) => {
        if (epoch === configuration.epoch) return;
        const message = `a term of epoch ${epoch}; the network is in epoch ${configuration.epoch}`;
        throw actRefused(id, ACT_CODE.wrongEpoch, message);
      },
      execute: () => "executed",
    };
  },
};
