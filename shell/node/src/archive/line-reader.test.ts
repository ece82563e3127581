// Lines of an archive of unknown origin (P5): none is taken that no entry could be.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ContentError } from "../store/column.ts";
import { linesIn } from "./line-reader.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-lines-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function linesOf(text: string, length = Buffer.byteLength(text)): string[] {
  const path = join(folder, "lines");
  writeFileSync(path, text);
  return [...linesIn(path, length)];
}

it("are read one after another, whatever length they have", () => {
  const long = JSON.stringify({ text: "[,{".repeat(200_000) });
  expect(linesOf(`{}\n${long}\nü\n`)).toEqual(["{}", long, "ü"]);
  expect(linesOf("{}\nbehind it", 3)).toEqual(["{}"]);
});

it.each([
  ["a line without an end", "{}"],
  ["more bytes than there are", "{}\n", 4],
  ["a line that would take far more memory than its bytes", `{}\n${"[".repeat(70_000)}\n`],
])("are refused with %s", (_, text, length?: number) => {
  expect(() => linesOf(text, length)).toThrow(ContentError);
});
