import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { encodingVectors } from "./vectors/encoding.ts";

it("the golden vectors are what the code makes; a change here is a change of format (E1–E39)", () => {
  const file = new URL("../spec/vectors/encoding.json", import.meta.url);
  expect(encodingVectors()).toBe(readFileSync(file, "utf8"));
});
