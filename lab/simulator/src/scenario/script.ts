// A scenario file as a value. Paragraphs are separated by empty lines; one that contains a line of
// four dashes is a block, commands above the dashes and their outcome below; every other is prose.

export type Block = { readonly kind: "block"; readonly commands: readonly string[] };
export type Prose = { readonly kind: "prose"; readonly text: string };
export type Script = readonly (Block | Prose)[];

const DASHES = "----";

export function parseScript(text: string): Script {
  const paragraphs = text.trim().split(/\n{2,}/);
  return paragraphs.map((paragraph) => {
    const lines = paragraph.split("\n");
    const dashes = lines.indexOf(DASHES);
    if (dashes === -1) return { kind: "prose", text: paragraph };
    return { kind: "block", commands: lines.slice(0, dashes) };
  });
}

/** The file again, with each block's outcome as `outcomeOf` tells it. */
export function renderScript(script: Script, outcomeOf: (block: Block) => readonly string[]): string {
  const paragraphs = script.map((part) =>
    part.kind === "prose" ? part.text : [...part.commands, DASHES, ...outcomeOf(part)].join("\n"),
  );
  return `${paragraphs.join("\n\n")}\n`;
}
