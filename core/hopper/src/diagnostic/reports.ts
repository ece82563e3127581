// Where a pass over one source puts what it has to say. Nothing is drawn, ordered or cut off here.

import type { Diagnostic, Note } from "./diagnostic.ts";
import type { Range, Source } from "./source.ts";

export type Report = Range & {
  readonly code: string;
  readonly message: string;
  readonly label?: string | undefined;
  readonly help?: string | undefined;
  readonly notes?: readonly (Range & { readonly label: string })[] | undefined;
};

/** Of one source; what comes after them is not collected, so that a list is bounded whatever the source is. */
export const REPORTS_MAX = 1_000;

export class Reports {
  readonly source: Source;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  error(report: Report): void {
    if (this.#diagnostics.length === REPORTS_MAX) return;
    const { code, message, start, end, label, help } = report;
    const notes: Note[] = (report.notes ?? []).map((note) => ({
      span: { source: this.source, start: note.start, end: note.end },
      label: note.label,
    }));
    this.#diagnostics.push({
      code,
      severity: "error",
      message,
      span: { source: this.source, start, end },
      ...(label === undefined ? {} : { label }),
      notes,
      known: [],
      ...(help === undefined ? {} : { help }),
    });
  }
}
