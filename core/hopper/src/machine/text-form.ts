// The one form of a Text (L33): well-formed, of assigned characters, in Unicode's normal form C. Texts come in
// by the border and are put together by builtins; both ask here. At most 1 MiB in UTF-8 (L32).

import { isWellFormedText, utf8Length } from "@juno/base";
import { allAssigned } from "./unicode-assigned.ts";
import { hasFewMarks } from "./unicode-marks.ts";

export const TEXT_BYTES_MAX = 1_048_576;

/** Below this no character combines with another. */
const FIRST_COMBINING = 0x300;

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= FIRST_COMBINING) return false;
  return true;
}

/** Whether it has a normal form that all hosts agree on, and find in linear time. */
const canBeNormalized = (text: string): boolean =>
  isWellFormedText(text) && allAssigned(text) && hasFewMarks(text);

/** Whether the text may be a Text. */
export function isText(text: string): boolean {
  if (text.length > TEXT_BYTES_MAX) return false;
  if (isPlain(text)) return 2 * text.length <= TEXT_BYTES_MAX || utf8Length(text) <= TEXT_BYTES_MAX;
  if (!canBeNormalized(text)) return false;
  return text.normalize("NFC") === text && utf8Length(text) <= TEXT_BYTES_MAX;
}

/** The Text that a well-formed text stands for, or undefined: unassigned characters, too many marks, or too long. */
export function textOf(text: string): string | undefined {
  if (isText(text)) return text;
  if (text.length > TEXT_BYTES_MAX || !canBeNormalized(text)) return undefined;
  const normal = text.normalize("NFC");
  // A character may stand for several, marks among them.
  return utf8Length(normal) <= TEXT_BYTES_MAX && hasFewMarks(normal) ? normal : undefined;
}
