// What a statement answers: lines for eyes, a value for programs, and whether it did what was asked.

import { safeLines } from "../terminal/safe-text.ts";

export type Reply = {
  readonly ok: boolean;
  readonly lines: readonly string[];
  /** For --json: one line. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The session ends here. */
  readonly quits?: boolean;
};

/** `message` may be a node's words. */
export const failed = (code: string, message: string): Reply => ({
  ok: false,
  lines: safeLines(message),
  json: { ok: false, code, message },
});
