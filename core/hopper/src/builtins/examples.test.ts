import { createHash } from "node:crypto";
import { Hash } from "@juno/base";
import { describe, expect, test } from "vitest";
import { compile, libraryCode } from "../compile.ts";
import { Program } from "../machine/program.ts";
import { effectsForTest } from "../machine/testing-effects.ts";
import { examplePrograms } from "./example-program.ts";
import { referenceModules } from "./reference-entry.ts";

const sha256 = (bytes: Uint8Array): Hash =>
  Hash(Uint8Array.from(createHash("sha256").update(bytes).digest()));

const programs = examplePrograms().map((program) => [program.source.name, program] as const);

describe.each(programs)("%s", (_, { source, language }) => {
  const { diagnostics, modules } = compile([source], { tests: true, language });
  const codes = modules.map(({ code }) => code);

  test("is a sound program", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test.each(codes.flatMap((code) => code.tests.map((one) => [one.title, code.name, one.fn] as const)))(
    "%s",
    (_title, module, name) => {
      const program = new Program([...libraryCode(), ...codes]);
      const effects = effectsForTest({ ...program.effectParts(), sha256, module });
      const machine = program.start({ fn: { module, name }, args: [], effects, gasLimit: 1_000_000 });
      expect(machine.run()).toMatchObject({ kind: "done" });
    },
  );
});

test("everything that the library offers has a meaning and, types and errors apart, an example", () => {
  for (const { entries, doc } of referenceModules()) {
    expect(doc).not.toBe("");
    for (const entry of entries) {
      expect(entry.name).not.toBe("");
      expect(entry.doc, entry.declaration).toMatch(/\.$/);
      const shown = entry.declaration.startsWith("fn ") || entry.declaration.startsWith("const ");
      if (shown) expect(entry.examples.length, entry.declaration).toBeGreaterThan(0);
    }
  }
});
