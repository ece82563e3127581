// What the table of codes says about one of them. A code is public and stable: it is never given another
// meaning, and a code that is no longer used is never given again.

export type CodeEntry = {
  readonly code: string;
  /** A few words, without a full stop. */
  readonly title: string;
  /** One paragraph for who has never met it: what the rule is, and why there is one. */
  readonly explain: string;
  /** A program, or the part of one that matters, that is refused so. */
  readonly wrong?: string;
  /** The same, mended. */
  readonly right?: string;
};
