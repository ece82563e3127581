// Pieces of a source in messages: a message stays a line, whatever it quotes.

const LENGTH_MAX = 40;

/** The text, or its beginning; never half of a character. */
export function brief(text: string): string {
  if (text.length <= LENGTH_MAX) return text;
  return `${[...text.slice(0, LENGTH_MAX)].slice(0, LENGTH_MAX - 3).join("")}…`;
}
