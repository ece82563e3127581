// Texts: between double quotes on one line, with the escapes \n \t \r \" \\ \u{…}. A text is well-formed
// Unicode in normalisation form C (L33), so that two texts that look alike are alike; what draws nothing
// must be written as an escape, where a reader sees it.

import { isWellFormedText } from "@juno/base";
import type { Reports } from "../diagnostic/reports.ts";
import type { Range } from "../diagnostic/source.ts";
import { isText, textOf } from "../machine/text-form.ts";
import { brief } from "./brief.ts";
import { codePointName, isDeceptive } from "./characters.ts";

export type TextLiteral = { readonly end: number; readonly value: string; readonly closed: boolean };

type Escape = { readonly end: number; readonly value: string };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const CODE_POINT_MAX = 0x10ffff;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ['"', '"'],
  ["\\", "\\"],
]);

const UNICODE_ESCAPE = /\\u\{([0-9a-fA-F]{1,6})\}/y;

/** The escape at `start` and where it ends; an unknown one is refused and stands for nothing. */
function readEscape(reports: Reports, start: number): Escape {
  const { text } = reports.source;
  const letter = text.charAt(start + 1);
  const plain = ESCAPES.get(letter);
  if (plain !== undefined) return { end: start + 2, value: plain };
  UNICODE_ESCAPE.lastIndex = start;
  const digits = UNICODE_ESCAPE.exec(text)?.[1];
  if (digits !== undefined) {
    const point = Number.parseInt(digits, 16);
    const end = start + digits.length + 4;
    const exists = point <= CODE_POINT_MAX && !(point >= 0xd800 && point <= 0xdfff);
    if (exists) return { end, value: String.fromCodePoint(point) };
    reports.error({
      code: "H0003",
      start,
      end,
      message: `${codePointName(point)} is no character of Unicode`,
      help: "a character is at most U+10FFFF, and none lies between U+D800 and U+DFFF",
    });
    return { end, value: "" };
  }
  const newline = letter === "\n" || letter === "\r" || letter === "";
  const end = newline ? start + 1 : start + 1 + String.fromCodePoint(text.codePointAt(start + 1)!).length;
  reports.error({
    code: "H0003",
    start,
    end,
    message: `\`${text.slice(start, end)}\` is no escape`,
    help: 'the escapes are \\n \\t \\r \\" \\\\ and \\u{1F600}; a backslash itself is \\\\',
  });
  return { end, value: "" };
}

function refuseUnclosed(reports: Reports, start: number, end: number): void {
  reports.error({
    code: "H0002",
    start,
    end,
    message: "this text is not closed on its line",
    help: 'end it with "; a newline within a text is written \\n',
  });
}

function refuseDeceptive(reports: Reports, at: number): void {
  const name = codePointName(reports.source.text.charCodeAt(at));
  reports.error({
    code: "H0008",
    start: at,
    end: at + 1,
    message: `the invisible character ${name} stands in a text`,
    help: `write it as \\u{${name.slice(2)}}, so that a reader sees it`,
  });
}

function checkForm(reports: Reports, range: Range, value: string): void {
  if (isText(value)) return;
  if (!isWellFormedText(value)) {
    reports.error({
      code: "H0005",
      ...range,
      message: "this text holds half of a surrogate pair, which is no character",
      help: "save the file as UTF-8, and write the character itself or \\u{…}",
    });
    return;
  }
  const normal = textOf(value);
  reports.error({
    code: "H0004",
    ...range,
    ...(normal === undefined
      ? { message: "this text holds a character that Unicode does not know yet", help: "remove it" }
      : {
          message: "this text is not in Unicode normalisation form C",
          help: `write composed characters: "${brief(normal)}"`,
        }),
  });
}

/** Reads the text whose opening quote is at `start`. */
export function readText(reports: Reports, start: number): TextLiteral {
  const { text } = reports.source;
  const quote = text.charCodeAt(start);
  const parts: string[] = [];
  let at = start + 1;
  let from = at;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (Number.isNaN(unit) || unit === NEWLINE || (unit === RETURN && text.charCodeAt(at + 1) === NEWLINE)) {
      parts.push(text.slice(from, at));
      refuseUnclosed(reports, start, at);
      return { end: at, value: parts.join(""), closed: false };
    }
    if (unit === quote) break;
    if (unit === BACKSLASH) {
      parts.push(text.slice(from, at));
      const read = readEscape(reports, at);
      parts.push(read.value);
      at = read.end;
      from = at;
    } else {
      if (isDeceptive(unit)) refuseDeceptive(reports, at);
      at += 1;
    }
  }
  parts.push(text.slice(from, at));
  const value = parts.join("");
  const end = at + 1;
  checkForm(reports, { start, end }, value);
  return { end, value, closed: true };
}
