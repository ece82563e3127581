// The ledger of `hopper run`, kept in a file between runs.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { canonicalText, parseJsonText } from "@juno/base";
import { SessionState } from "@juno/hopper";
import { usage } from "../complaint.ts";

/** Undefined if there is no file yet. */
export function loadState(path: string): SessionState | undefined {
  if (!existsSync(path)) return undefined;
  const json = parseJsonText(readFileSync(path, "utf8"));
  const state = json.ok ? SessionState.fromJson(json.value) : undefined;
  if (state === undefined) throw usage(`${path} is no ledger that \`hopper run --state\` wrote.`);
  return state;
}

export const saveState = (path: string, state: SessionState): void =>
  writeFileSync(path, `${canonicalText(state.toJson())}\n`);
