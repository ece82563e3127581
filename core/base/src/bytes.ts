// Plain byte-string operations. No Buffer, no host: the browser and every node share them.

const HEX_DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
/** Bytes turned into text at once: a call takes only so many arguments. */
const HEX_PIECE = 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** The text of valid UTF-8, or undefined. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function hex(bytes: Uint8Array): string {
  if (bytes.length <= HEX_PIECE) return hexPiece(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += HEX_PIECE) text += hexPiece(bytes.subarray(at, at + HEX_PIECE));
  return text;
}

/** One flat string, which as a key of a map is found faster than one of many parts. */
function hexPiece(bytes: Uint8Array): string {
  const units = new Array<number>(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    units[2 * i] = HEX_DIGITS[byte >> 4]!;
    units[2 * i + 1] = HEX_DIGITS[byte & 15]!;
  }
  return String.fromCharCode.apply(null, units);
}

/** The value of a lower-case hex digit by its UTF-16 unit, 0xff for everything else. */
const DIGITS = new Uint8Array(0x1_0000).fill(0xff);
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).charCodeAt(0)] = digit;

/** Bytes of lower-case hex, or undefined. There is one spelling of each byte string (E2). */
export function parseHex(text: string, length?: number): Uint8Array<ArrayBuffer> | undefined {
  if (length !== undefined && text.length !== 2 * length) return undefined;
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = DIGITS[text.charCodeAt(2 * i)]!;
    const low = DIGITS[text.charCodeAt(2 * i + 1)]!;
    if (high > 15 || low > 15) return undefined;
    bytes[i] = 16 * high + low;
  }
  return bytes;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order of unsigned bytes: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
