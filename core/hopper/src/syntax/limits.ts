// What a source may be at most. The checker is consensus code (L21, L33): these trip long before any
// limit of a host does, and a change of one is a new language version.

/** Bytes of UTF-8. */
export const SOURCE_BYTES_MAX = 256 * 1024;

/** Letters of a name: whatever quotes one stays readable. */
export const NAME_LENGTH_MAX = 128;

/** Levels of expressions, types, patterns and blocks within each other; chains of operators count. */
export const NESTING_MAX = 128;

/** Digits of one number, before and behind the point together. */
export const LITERAL_DIGITS_MAX = 1_000;
