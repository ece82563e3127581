// Another policy of the operators (C28), in place of the genesis's.

import { policyKeys, readPolicy } from "@juno/proof";
import { ACT_CODE, type ActKind, actRefused } from "../act-kind.ts";
import { configurationKeys } from "../configuration-state.ts";
import { putOperatorPolicy } from "../switches.ts";

export const OPERATORS: ActKind = {
  authority: "admins",
  read: (content) => {
    const policy = readPolicy(content.object(["policy"]).policy);
    return {
      judge: ({ configuration, operator }, { id }) => {
        // Operators are clients as well, to submit what they sign; a key that is theirs already stays so.
        const taken = configurationKeys(configuration);
        const own = new Set(policyKeys(operator));
        const key = policyKeys(policy).find((one) => taken.has(one) && !own.has(one));
        if (key !== undefined)
          throw actRefused(id, ACT_CODE.keyTaken, `the key ${key} is a node's or an administrator's`);
      },
      execute: ({ rows, index }, { id }) => {
        putOperatorPolicy(rows, { policy, at: index, act: id });
        return "executed";
      },
    };
  },
};
