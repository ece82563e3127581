// The document of an act (E54), as the command line writes it: what administrators or operators sign.

import { randomBytes } from "node:crypto";
import { canonicalText, hex, type Json, jsonObject, parseJsonText, readJson, utf8 } from "@juno/base";
import { sha256 } from "@juno/node/light";
import { type ActHead, actId, readActHead } from "@juno/proof";
import { usage } from "../complaint.ts";

export type ActDocument = ActHead & {
  /** Lower-case hex. */
  readonly id: string;
  /** Verbatim. */
  readonly text: string;
  readonly content: Json;
};

const NONCE_BYTES = 16;

const idOf = (document: string): string => hex(actId(sha256, utf8(document)));

export function makeAct(says: ActHead & { readonly content: Json }): ActDocument {
  const nonce = hex(randomBytes(NONCE_BYTES));
  const { kind, expires, reason, content } = says;
  const text = canonicalText(jsonObject({ format: 1, kind, nonce, expires, reason, content }));
  return readActDocument(text, "The act");
}

/** Throws a Complaint if it is no act's document; `what` names it there. */
export function readActDocument(text: string, what: string): ActDocument {
  const json = parseJsonText(text);
  if (!json.ok) throw usage(`${what} is not JSON: ${json.error.detail}`);
  const read = readJson(json.value, "bad_act", readActHead);
  if (!read.ok) throw usage(`${what} is no act: ${read.error.detail}`);
  const { content, ...head } = read.value;
  return { ...head, content: content.json, id: idOf(text), text };
}
