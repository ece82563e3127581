// E8 in Python: the small verifier beside the example gives the pinned verdict on every vector. Needs
// python3.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { python } from "./python-verifier.ts";

type Vector = { readonly name: string; readonly valid: boolean };

const VECTORS = new URL("../../../../spec/vectors/ed25519.json", import.meta.url);

/** Prints the verdicts on the vectors that it reads, as a list. */
const PROGRAM = `
import json, sys
import ed25519
of = lambda vector: [bytes.fromhex(vector[name]) for name in ("key", "message", "signature")]
print(json.dumps([ed25519.verify(*of(vector)) for vector in json.load(sys.stdin)["vectors"]]))
`;

it("gives the verdict of each vector, in a language without a library for it (E8)", async () => {
  const document = readFileSync(VECTORS, "utf8");
  const { vectors } = JSON.parse(document) as { vectors: Vector[] };
  const { code, stdout, stderr } = await python(["-B", "-c", PROGRAM], document);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const verdicts = JSON.parse(stdout) as boolean[];
  const named = vectors.map(({ name }, at) => [name, verdicts[at]]);
  expect(named).toEqual(vectors.map(({ name, valid }) => [name, valid]));
  expect(new Set(verdicts)).toEqual(new Set([true, false]));
});
