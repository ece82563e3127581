// Colour, where there are eyes for it: on a terminal, and not if NO_COLOR is set (Node's own rule, which
// knows the other variables too). Everything that prints gets a Paint, so tests give one without colours.

import { styleText } from "node:util";

export type Colour = "red" | "green" | "yellow" | "blue" | "cyan" | "dim" | "bold";

/** The text in the colour, or as it is. */
export type Paint = (colour: Colour, text: string) => string;

export const plainPaint: Paint = (_, text) => text;

/** For what goes to this stream. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  // Asked once: the answer cannot change while the program runs.
  const coloured = styleText("red", "x", { stream }) !== "x";
  return coloured ? (colour, text) => styleText(colour, text, { validateStream: false }) : plainPaint;
}
