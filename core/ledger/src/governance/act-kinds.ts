// The kinds of acts there are (C25). A kind that stands here is known to every node that runs this program, and to none
// that runs an older one: kinds are added with a new version of the program only.

import { assert, type JsonField, parseJson, type Refusal, type Result, readJson, utf8 } from "@juno/base";
import { ACT_BYTES_MAX, type ActHead, readActHead } from "@juno/proof";
import type { ActKind, Deed } from "./act-kind.ts";
import { ACTIVATE_KIND, CANCEL_ACTIVATION } from "./kinds/activate.ts";
import { CLIENTS } from "./kinds/clients.ts";
import { CONFIGURE_KIND } from "./kinds/configure.ts";
import { HALT, RESUME } from "./kinds/halt.ts";
import { OPERATORS } from "./kinds/operators.ts";
import { ROLES } from "./kinds/roles.ts";
import { STEP_DOWN } from "./kinds/step-down.ts";
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
]);

export type ReadAct = ActHead & Pick<ActKind, "authority"> & { readonly deed: Deed };

/** What a document that is an act's (E54) asks for. */
export function readAct(document: string): Result<ReadAct, Refusal> {
  const json = parseJson(utf8(document), { bytesMax: ACT_BYTES_MAX });
  assert(json.ok, "a document that came in a command was read before");
  return readJson(json.value, "bad_act", (field: JsonField) => {
    const { content, ...head } = readActHead(field);
    const kind = KINDS.get(head.kind);
    if (kind === undefined)
      return field.fail(`there are no acts of kind ${head.kind}; known are ${[...KINDS.keys()].join(", ")}`);
    return { ...head, authority: kind.authority, deed: kind.read(content, head.reason) };
  });
}
