// Diagnostics on a terminal, in colours where there are eyes for them.

import { type Diagnostic, type Role, renderAll, type Style } from "@juno/hopper";
import type { Colour, Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";

const COLOURS: Readonly<Record<Role, Colour | undefined>> = {
  error: "red",
  warning: "yellow",
  message: "bold",
  place: "dim",
  gutter: "dim",
  caret: "red",
  note: undefined,
  known: undefined,
  help: "cyan",
};

export const styleOf =
  (paint: Paint): Style =>
  (text, role) => {
    // What programs name must not move a cursor.
    const safe = safeText(text);
    const colour = COLOURS[role];
    return colour === undefined ? safe : paint(colour, safe);
  };

/** Each followed by an empty line; empty if there are none. */
export const drawDiagnostics = (diagnostics: readonly Diagnostic[], paint: Paint): string =>
  renderAll(diagnostics, { style: styleOf(paint) });
