// How many members and items a JSON text has, counted before a parser makes values of them: each takes many times the
// memory of the two bytes that it may be written in, and the time to go with it, and a few megabytes of brackets would
// hold up a node, or whoever asks a lying one, for seconds. It presumes nothing about the text.

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/** In a request's body: 256 commands with 64 signatures each have fewer. */
export const REQUEST_PARTS_MAX = 131_072;
/** In a reply: a page of a thousand entries, each with 64 signatures, has fewer. */
export const REPLY_PARTS_MAX = 524_288;

/** Whether a JSON text in UTF-8 has at most so many members and items, those of texts within it aside. */
export function hasParts(json: Uint8Array, partsMax: number): boolean {
  let parts = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) {
      at = endOfText(json, at);
      continue;
    }
    if (byte !== COMMA && byte !== OPEN_ARRAY && byte !== OPEN_OBJECT) continue;
    parts += 1;
    if (parts > partsMax) return false;
  }
  return true;
}

/** Where the quote stands that ends a text; the end of all, if none does. */
function endOfText(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
