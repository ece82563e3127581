// Characters of a text by their places. The host counts units of UTF-16; a program counts code points.

export type Span = { readonly start: number; readonly end: number };

const isSecondHalf = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (isSecondHalf(text.charCodeAt(i))) count -= 1;
  return count;
}

/** The units of the characters from place `from` to before `to`; undefined if there are no such places. */
export function charactersOf(text: string, { from, to }: { from: number; to: number }): Span | undefined {
  if (from > to) return undefined;
  let place = 0;
  let start = from === 0 ? 0 : -1;
  for (let i = 0; i < text.length; i++) {
    if (isSecondHalf(text.charCodeAt(i))) continue;
    if (place === from) start = i;
    if (place === to) return { start, end: i };
    place += 1;
  }
  if (place !== to) return undefined;
  return { start: from === to ? text.length : start, end: text.length };
}
