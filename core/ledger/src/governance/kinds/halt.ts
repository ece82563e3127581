// The red button (C27): `halt` and `resume`. Both say nothing but why.

import { renderTime } from "../../time.ts";
import { ACT_CODE, type ActKind, actRefused } from "../act-kind.ts";
import { haltIn, putHalt, removeHalt } from "../switches.ts";

export const HALT: ActKind = {
  authority: "either",
  read: (content, reason) => {
    content.object([]);
    return {
      judge: ({ rows }, { id }) => {
        if (haltIn(rows) !== undefined)
          throw actRefused(id, ACT_CODE.pointless, "the ledger is halted already");
      },
      execute: ({ rows, index, time }, { id, approvals }) => {
        const by = approvals.map(({ key }) => key);
        putHalt(rows, { since: renderTime(time), at: index, act: id, by, reason });
        return "executed";
      },
    };
  },
};

export const RESUME: ActKind = {
  authority: "either",
  read: (content) => {
    content.object([]);
    return {
      judge: ({ rows }, { id }) => {
        if (haltIn(rows) === undefined) throw actRefused(id, ACT_CODE.pointless, "the ledger is not halted");
      },
      execute: ({ rows }) => {
        removeHalt(rows);
        return "executed";
      },
    };
  },
};
