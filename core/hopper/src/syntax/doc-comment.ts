// What the comment lines right above a declaration say about it.

/**
 * The text of the comment lines that end the trivia before a declaration, without `//`, joined by
 * newlines. A blank line ends them; a comment that began behind other code does not belong to them.
 */
export function docBefore({ trivia, begins }: { trivia: string; begins: "line" | "within" }): string {
  const lines = trivia.split("\n");
  const doc: string[] = [];
  // The last piece is the indentation of the declaration itself.
  const first = begins === "within" ? 1 : 0;
  for (let at = lines.length - 2; at >= first; at--) {
    const line = lines[at]!.trim();
    if (!line.startsWith("//")) break;
    doc.push(line.slice(2).replace(/^ /, ""));
  }
  return doc.reverse().join("\n");
}
