// The kinds of acts there are (C25). A program that does not know a kind refuses it where one that does carries it out, so
// kinds are added with a new version of the ledger's rules only (C36).

import { assert, type JsonField, parseJson, type Refusal, type Result, readJson, utf8 } from "@juno/base";
import { ACT_BYTES_MAX, type ActHead, readActHead } from "@juno/proof";
import type { Versions } from "../versions.ts";
import type { ActKind, Deed } from "./act-kind.ts";
import { ACTIVATE_KIND, CANCEL_ACTIVATION } from "./kinds/activate.ts";
import { CLIENTS } from "./kinds/clients.ts";
import { CONFIGURE_KIND } from "./kinds/configure.ts";
import { HALT, RESUME } from "./kinds/halt.ts";
import { OPERATORS } from "./kinds/operators.ts";
import { ROLES } from "./kinds/roles.ts";
import { STEP_DOWN } from "./kinds/step-down.ts";
import { WITHDRAW } from "./kinds/withdraw.ts";
import { ACTIVATE, CONFIGURE } from "./payload-acts.ts";

const KINDS: ReadonlyMap<string, ActKind> = new Map([
  [ACTIVATE, ACTIVATE_KIND],
  ["cancel-activation", CANCEL_ACTIVATION],
  ["clients", CLIENTS],
  [CONFIGURE, CONFIGURE_KIND],
  ["halt", HALT],
  ["operators", OPERATORS],
  ["resume", RESUME],
  ["roles", ROLES],
  ["step-down", STEP_DOWN],
  ["withdraw", WITHDRAW],
]);

export type ReadAct = ActHead & Pick<ActKind, "authority"> & { readonly deed: Deed };

/** What a document that is an act's (E54) asks for, by a version of the ledger's rules. */
export function readAct(document: string, { ledger }: Pick<Versions, "ledger">): Result<ReadAct, Refusal> {
  const json = parseJson(utf8(document), { bytesMax: ACT_BYTES_MAX });
  assert(json.ok, "a document that came in a command was read before");
  return readJson(json.value, "bad_act", (field: JsonField) => {
    const { content, ...head } = readActHead(field);
    const known = [...KINDS].filter(([, { since = 1 }]) => since <= ledger);
    const kind = new Map(known).get(head.kind);
    if (kind === undefined) {
      const names = known.map(([name]) => name).join(", ");
      return field.fail(`there are no acts of kind ${head.kind}; known are ${names}`);
    }
    return { ...head, authority: kind.authority, deed: kind.read(content, head.reason) };
  });
}
