// Saying what roles let their clients do (C29), and taking that back. Who has a role stands with the clients (C28).

import type { JsonField } from "@juno/base";
import { ROLES_MAX, type Role, readRole } from "@juno/proof";
import { putRole, roleIn } from "../access.ts";
import { ACT_CODE, type ActKind, actRefused } from "../act-kind.ts";

type Changes = { readonly define: readonly Role[]; readonly remove: readonly string[] };

function readChanges(content: JsonField): Changes {
  const { define, remove } = content.object(["define", "remove"]);
  const names = new Set<string>();
  const removed = remove.array({ max: ROLES_MAX }).map((item) => {
    const name = item.text();
    if (names.has(name)) item.fail(`${name} stands here twice`);
    names.add(name);
    return name;
  });
  const defined = define.array({ max: ROLES_MAX }).map((item) => readRole(item, names));
  if (removed.length + defined.length === 0) content.fail("it changes no role");
  return { define: defined, remove: removed };
}

export const ROLES: ActKind = {
  authority: "admins",
  read: (content) => {
    const { define, remove } = readChanges(content);
    return {
      judge: ({ context, rows }, { id }) => {
        const unknown = remove.find((name) => roleIn(context, rows, name) === undefined);
        if (unknown !== undefined)
          throw actRefused(id, ACT_CODE.roleUnknown, `nothing is said of a role ${unknown}`);
      },
      execute: ({ rows }) => {
        for (const name of remove) putRole(rows, name, undefined);
        for (const { name, ...access } of define) putRole(rows, name, access);
        return "executed";
      },
    };
  },
};
