// The module that stands behind a session, put together from what was typed, and the way back: places in it become places
// in what was typed, so that carets stand where people look.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source, Span } from "../diagnostic/source.ts";

type Segment = { readonly start: number; readonly end: number; readonly typed: Source };

export class SessionText {
  readonly #name: string;
  readonly #segments: Segment[] = [];
  #text = "";

  constructor(name: string) {
    this.#name = name;
  }

  /** Text that nobody typed. */
  add(text: string): this {
    this.#text += text;
    return this;
  }

  addTyped(typed: Source): this {
    const start = this.#text.length;
    this.#text += typed.text;
    this.#segments.push({ start, end: this.#text.length, typed });
    return this;
  }

  source(): Source {
    return { name: this.#name, text: this.#text };
  }

  /** What `source` says of a place, said of what was typed; other sources' places stay. */
  typed(source: Source, span: Span): Span {
    if (span.source !== source) return span;
    const segment = this.#segments.find(({ start, end }) => span.start >= start && span.start <= end);
    if (segment === undefined) return span;
    const { start, end, typed } = segment;
    return { source: typed, start: span.start - start, end: Math.min(span.end, end) - start };
  }

  typedDiagnostic(source: Source, diagnostic: Diagnostic): Diagnostic {
    return {
      ...diagnostic,
      span: this.typed(source, diagnostic.span),
      notes: diagnostic.notes.map(({ span, label }) => ({ span: this.typed(source, span), label })),
    };
  }
}
