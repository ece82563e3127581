// Taking an act back that was proposed by mistake or is not wanted any more (C39), so that it neither waits for its expiry
// among those that are open nor is decided by somebody who does not know.

import { hex } from "@juno/base";
import { ACT_CODE, type ActKind, actRefused } from "../act-kind.ts";
import { putAct, recordedAct } from "../act-rows.ts";

export const WITHDRAW: ActKind = {
  since: 2,
  authority: "admins",
  read: (content) => {
    const target = hex(content.object(["act"]).act.hexBytes(32));
    return {
      judge: ({ rows }, { id }) => {
        const act = recordedAct(rows, target);
        if (act === undefined) throw actRefused(id, ACT_CODE.unknown, `no act ${target} was proposed before`);
        if (act.status !== "open" && act.status !== "approved")
          throw actRefused(id, ACT_CODE.closed, `the act ${target} is ${act.status} already`);
      },
      execute: ({ rows, index }) => {
        putAct(rows, { ...recordedAct(rows, target)!, status: "withdrawn", since: index });
        return "executed";
      },
    };
  },
};
