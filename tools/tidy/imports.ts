// What a file imports: static imports and re-exports, `import()` as value or type, and `require`.

import type { Source } from "./source.ts";

export type Import = { readonly specifier: string; readonly line: number };

/** The code right before a string literal that makes it a module specifier. */
const IMPORTING = /(?:\bfrom|(?:^|[;}\s])import|(?:\bimport|\brequire)\s*\()\s*$/;
const LOOK_BACK = 32;

export function importsOf(source: Source): Import[] {
  const opens = (start: number) => source.code[start] !== "}";
  return source.literals
    .filter(
      ({ start }) => opens(start) && IMPORTING.test(source.code.slice(Math.max(0, start - LOOK_BACK), start)),
    )
    .map(({ start, text }) => ({ specifier: text, line: source.lineAt(start) }));
}
