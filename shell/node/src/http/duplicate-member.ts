// Finds a member that stands twice in one object of a JSON text. The host's parser keeps the last and
// says nothing, so that two readers of one request could see two different things. It presumes that the
// text is JSON, and takes one pass and no recursion.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/** The index right behind the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** The name of a member that its object has already, or undefined if there is none. */
export function duplicateMember(text: string): string | undefined {
  /** The names met so far in each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let isNameNext = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (isNameNext && names !== undefined) {
        const written = text.slice(at, end);
        const name = written.includes("\\") ? String(JSON.parse(written)) : written.slice(1, -1);
        if (names.has(name)) return name;
        names.add(name);
        isNameNext = false;
      }
      at = end - 1;
    } else if (unit === OPEN_OBJECT) {
      open.push(new Set());
      isNameNext = true;
    } else if (unit === OPEN_ARRAY) {
      open.push(undefined);
      isNameNext = false;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      open.pop();
      isNameNext = false;
    } else if (unit === COMMA) {
      isNameNext = open.at(-1) !== undefined;
    }
  }
  return undefined;
}
