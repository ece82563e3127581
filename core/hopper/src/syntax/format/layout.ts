// Documents to text of at most WIDTH columns where that is possible. Both loops have stacks of their own,
// and what is looked ahead is never more than a line: the time is linear in the document.

import { type Document, type Group, huggedIn, type Line } from "./document.ts";

export const WIDTH = 120;
const INDENTATION = 2;

/**
 * `flat`: no line ends. `open`: the lines of this group do not end, but a forced group within it ends one,
 * so the others within it are judged by themselves. `broken`: every line ends.
 */
type Mode = "flat" | "open" | "broken";

type Command = { readonly indentation: number; readonly mode: Mode; readonly document: Document };

class Layout {
  readonly #pending: Command[];
  readonly #lines: string[] = [];
  #line = "";

  constructor(document: Document) {
    this.#pending = [{ indentation: 0, mode: "broken", document }];
  }

  run(): string {
    for (let command = this.#pending.pop(); command !== undefined; command = this.#pending.pop()) {
      const { document, indentation, mode } = command;
      if (typeof document === "string") this.#line += document;
      else if (!("kind" in document)) this.#push(document, indentation, mode);
      else if (document.kind === "indent") {
        const deeper = mode === "broken" ? indentation + INDENTATION : indentation;
        this.#pending.push({ indentation: deeper, mode, document: document.content });
      } else if (document.kind === "group") this.#group(document, indentation, mode);
      else this.#end(document, indentation, mode);
    }
    this.#endLine();
    return this.#lines.join("\n");
  }

  #push(documents: readonly Document[], indentation: number, mode: Mode): void {
    for (let at = documents.length - 1; at >= 0; at--) {
      this.#pending.push({ indentation, mode, document: documents[at]! });
    }
  }

  #group(group: Group, indentation: number, mode: Mode): void {
    this.#pending.push({ indentation, mode: this.#modeOf(group, mode), document: group.content });
  }

  #modeOf(group: Group, outer: Mode): Mode {
    if (group.forced) return "broken";
    if (outer === "flat") return "flat";
    const fit = this.#fits(group.content, undefined);
    if (fit !== "no") return fit === "whole" ? "flat" : "open";
    // Within an open group the others fit, as was just seen, so the hugged one is what breaks.
    const hugged = group.hug ?? huggedIn(group);
    if (hugged === undefined || hugged === group || this.#fits(group.content, hugged) === "no")
      return "broken";
    return "open";
  }

  #end(line: Line, indentation: number, mode: Mode): void {
    const ends =
      line.when === "always" ||
      (mode === "broken" &&
        (line.when === "group" || this.#fits([line.flat, line.next], undefined) === "no"));
    if (!ends) {
      this.#line += line.flat;
      return;
    }
    this.#line += line.broken;
    this.#endLine();
    if (line.blank) this.#lines.push("");
    this.#line = " ".repeat(indentation);
  }

  #endLine(): void {
    this.#lines.push(this.#line.trimEnd());
    this.#line = "";
  }

  /**
   * Whether the document, laid out flat behind what stands on the line, fits together with what must stand
   * behind it. `start`: it does up to the first newline of a forced group, or of `hugged`.
   */
  #fits(document: Document, hugged: Group | undefined): "whole" | "start" | "no" {
    let room = WIDTH - this.#line.length;
    const own: Command[] = [{ indentation: 0, mode: "flat", document }];
    let behind = this.#pending.length;
    let within = true;
    while (room >= 0) {
      let command = own.pop();
      if (command === undefined) {
        within = false;
        behind -= 1;
        command = this.#pending[behind];
        if (command === undefined) return "whole";
      }
      const { mode, document: part } = command;
      if (typeof part === "string") room -= part.length;
      else if (!("kind" in part)) {
        for (let at = part.length - 1; at >= 0; at--) own.push({ indentation: 0, mode, document: part[at]! });
      } else if (part.kind === "indent") own.push({ indentation: 0, mode, document: part.content });
      else if (part.kind === "group") {
        const forced = part.forced || part === hugged;
        // What comes behind may still break wherever it can.
        const inner = forced || (!within && mode !== "flat") ? "broken" : mode;
        own.push({ indentation: 0, mode: inner, document: part.content });
      } else if (part.when === "always" || mode === "broken") {
        return room < part.broken.length ? "no" : within ? "start" : "whole";
      } else room -= part.flat.length;
    }
    return "no";
  }
}

/** The text of the document, without a newline at its end. */
export const layOut = (document: Document): string => new Layout(document).run();
