// Everything that can be done to one place of a receipt file, place by place: each variant says something
// else than the file it was made from, or is no JSON of the profile. It knows no receipt, only JSON.

export type Variant = {
  /** Where, and what was done. */
  readonly name: string;
  readonly text: string;
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const HEX = /^[0-9a-f]+$/;

/** One character of a text replaced by another of its kind: a hex digit has its lowest bit flipped. */
function otherCharacter(text: string, at: number): string {
  const character = text[at]!;
  const other = HEX.test(text)
    ? (Number.parseInt(character, 16) ^ 1).toString(16)
    : String.fromCharCode(character.charCodeAt(0) ^ 1);
  return text.slice(0, at) + other + text.slice(at + 1);
}

export type VariantOptions = {
  /** Of each text at most about so many characters are changed: the first, and others at equal distances. */
  readonly characters: number;
};

function* changesOfText(text: string, { characters }: VariantOptions): Generator<readonly [string, unknown]> {
  const step = Math.ceil(text.length / characters) || 1;
  for (let at = 0; at < text.length; at += step) yield [`character ${at}`, otherCharacter(text, at)];
  yield ["cut at its beginning", text.slice(1)];
  yield ["cut at its end", text.slice(0, -1)];
  yield ["two cut at its end", text.slice(0, -2)];
  for (const more of ["0", "00", " ", "\n", "\u0000"])
    yield [`with ${JSON.stringify(more)} more`, text + more];
  yield ["with a space before", ` ${text}`];
  yield ["in upper case", text.toUpperCase()];
  yield ["empty", ""];
  for (const other of [0, null, [text], { text }]) yield [`as ${JSON.stringify(other).slice(0, 8)}`, other];
}

function* changesOfNumber(number: number): Generator<readonly [string, unknown]> {
  for (const step of [1, -1, 256, 2 ** 32]) yield [`${step} more`, number + step];
  for (const other of [-number - 1, 0.5, String(number), null, true, [number], 2 ** 53]) {
    yield [`as ${JSON.stringify(other)}`, other];
  }
}

function* changesOfList(list: readonly unknown[]): Generator<readonly [string, unknown]> {
  for (const [at, item] of list.entries()) {
    yield [`without ${at}`, list.toSpliced(at, 1)];
    yield [`with ${at} twice`, list.toSpliced(at, 0, item)];
    yield [`with ${at} at the end, too`, [...list, item]];
    yield [`with ${at} as null`, list.with(at, null)];
    for (let other = at + 1; other < list.length; other++) {
      yield [`with ${at} and ${other} exchanged`, list.with(at, list[other]).with(other, item)];
    }
  }
  for (const other of [[], {}, null, [list]]) yield [`as ${JSON.stringify(other).slice(0, 8)}`, other];
}

function* changesOfObject(object: Readonly<Record<string, unknown>>): Generator<readonly [string, unknown]> {
  for (const name of Object.keys(object)) {
    const { [name]: member, ...others } = object;
    yield [`without ${name}`, others];
    yield [`with ${name} under another name`, { ...others, [`${name}?`]: member }];
  }
  for (const name of ["more", "*", "", "__proto__"]) yield [`with ${name} more`, { ...object, [name]: 1 }];
  yield ["as a list", Object.values(object)];
  yield ["as null", null];
}

function changesOf(value: unknown, options: VariantOptions): Iterable<readonly [string, unknown]> {
  if (typeof value === "string") return changesOfText(value, options);
  if (typeof value === "number") return changesOfNumber(value);
  if (isList(value)) return changesOfList(value);
  if (isObject(value)) return changesOfObject(value);
  throw new Error(`a receipt file has no ${String(value)}`);
}

/** Each value within with the way to it, and what puts another in its place. */
function* placesIn(
  value: unknown,
  name: string,
  put: (other: unknown) => unknown,
): Generator<{ readonly name: string; readonly value: unknown; readonly put: (other: unknown) => unknown }> {
  yield { name, value, put };
  if (isList(value)) {
    for (const [at, item] of value.entries()) {
      yield* placesIn(item, `${name}[${at}]`, (other) => put(value.with(at, other)));
    }
  } else if (isObject(value)) {
    for (const [member, item] of Object.entries(value)) {
      yield* placesIn(item, `${name}.${member}`, (other) => put({ ...value, [member]: other }));
    }
  }
}

/** Names of all places, so that a test can show that none was left out. */
export const placeNames = (document: unknown): string[] =>
  [...placesIn(document, "file", (other) => other)].map(({ name }) => name);

/** The document with one place changed, in every way. */
export function* valueVariants(document: unknown, options: VariantOptions): Generator<Variant> {
  const original = JSON.stringify(document);
  for (const { name, value, put } of placesIn(document, "file", (other) => other)) {
    for (const [change, other] of changesOf(value, options)) {
      const text = JSON.stringify(put(other));
      // Equal siblings may be exchanged, and zero's opposite is zero: that is no change.
      if (text !== original) yield { name: `${name} ${change}`, text };
    }
  }
}

/** Texts that a careless reader takes for the document. */
export function* spellingVariants(document: unknown): Generator<Variant> {
  const text = JSON.stringify(document);
  for (const after of ["0", "{}", "\u0000", ",", text, "//", "\u00a0"]) {
    yield { name: `with ${JSON.stringify(after.slice(0, 8))} after it`, text: text + after };
  }
  for (const before of ["\ufeff", "\u00a0", "/**/", "["]) {
    yield { name: `with ${JSON.stringify(before)} before it`, text: before + text };
  }
  for (const [name, change] of [
    ["a comma too many", (all: string) => all.replace(/\}$/, ",}")],
    ["a text in single quotes", (all: string) => all.replace('"command"', "'command'")],
    ["half a pair", (all: string) => all.replace('"receipt":"', '"receipt":"\\ud800')],
    ["a raw control character", (all: string) => all.replace('"receipt":"', '"receipt":"\t')],
    ["an unknown escape", (all: string) => all.replace('"command"', '"c\\ommand"')],
  ] as const) {
    yield { name, text: change(text) };
  }
  for (const match of text.matchAll(/"(\w+)":(\d+)(?=[,}])/g)) {
    const [whole, name, digits] = match;
    const rest = text.slice(match.index + whole.length);
    for (const spelling of [
      `${digits}.0`,
      `${digits}e0`,
      `0${digits}`,
      `+${digits}`,
      `-${digits}`,
      "-0",
      "NaN",
    ]) {
      yield {
        name: `${name} as ${spelling}`,
        text: `${text.slice(0, match.index)}"${name}":${spelling}${rest}`,
      };
    }
  }
  for (const match of text.matchAll(/"(\w+)":(?=(.))/g)) {
    const at = match.index;
    for (const twice of [
      `"${match[1]}":0,`,
      `"${match[1]!.replace(/^./, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)}":0,`,
    ]) {
      yield { name: `${twice} at ${at}`, text: text.slice(0, at) + twice + text.slice(at) };
    }
  }
  for (const length of [0, 1, text.length >> 1, text.length - 1]) {
    yield { name: `cut after ${length}`, text: text.slice(0, length) };
  }
}
