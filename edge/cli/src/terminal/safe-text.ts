// What others named or said, made safe for a terminal: no control character of theirs reaches it, nor
// what changes the direction of writing.

const UNSAFE = /[\p{Cc}\p{Cf}]/gu;

/** For one line. */
export const safeText = (text: string): string => text.replaceAll(UNSAFE, "\u{fffd}");

/** Line breaks stay. */
export const safeLines = (text: string): string[] => text.split("\n").map(safeText);
