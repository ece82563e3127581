// What the checker says: a code, the claim in plain words, where, what is known there, what is missing,
// how to mend it (L63). A diagnostic is data; how it is drawn is the renderer's business.

import type { Span } from "./source.ts";

export type Severity = "error" | "warning";

/** A place that belongs to the story, and what is to be said about it there. */
export type Note = { readonly span: Span; readonly label: string };

export type Diagnostic = {
  /** Stable and public: `H` and four digits; the table of codes is in codes.ts. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence without a full stop, about this program: names and types stand in `backticks`. */
  readonly message: string;
  readonly span: Span;
  /** What stands under the carets; absent where the message says it all. */
  readonly label?: string;
  readonly notes: readonly Note[];
  /** Facts in scope that matter, such as `amount >= 0 USD (line 38)`. */
  readonly known: readonly string[];
  /** Values for which the claim fails, such as `amount = 1 USD, funds.amount = 0 USD`. */
  readonly counterexample?: string;
  /** How to mend it, an imperative sentence. */
  readonly help?: string;
};
