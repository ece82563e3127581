// spec/vectors/ledger-json.json: the JSON profile (C1) and its canonical form (C2) as any
// implementation must have them.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hex, parseHex, utf8 } from "./bytes.ts";
import { canonicalJson } from "./json.ts";
import { parseJson } from "./json-parser.ts";

type Vectors = {
  readonly canonical: readonly { readonly text: string; readonly canonical: string }[];
  readonly refused: readonly { readonly why: string; readonly bytes: string }[];
};

const file = new URL("../../../spec/vectors/ledger-json.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const parse = (bytes: Uint8Array) => parseJson(bytes, { bytesMax: 1 << 16 });

describe("golden JSON (C1, C2)", () => {
  test.each(vectors.canonical)("$text is $canonical", ({ text, canonical }) => {
    const value = parse(utf8(text));
    expect(value.ok && hex(canonicalJson(value.value))).toBe(hex(utf8(canonical)));
  });

  test.each(vectors.refused)("refused: $why", ({ bytes }) => {
    expect(parse(parseHex(bytes)!).ok).toBe(false);
  });
});
