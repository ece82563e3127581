// What a person reads about each bad program, to the letter. `npx vitest run core/hopper/test/golden.test.ts -u` writes the
// texts anew; whoever does so reads the difference.

import { describe, expect, it } from "vitest";
import { type CompiledModule, compile } from "../src/compile.ts";
import { renderAll } from "../src/diagnostic/render.ts";
import { badPrograms, examplePrograms, meets } from "./programs.ts";

const examples: ReadonlyMap<string, CompiledModule> = new Map(
  compile(examplePrograms(), { tests: true }).modules.map((module) => [module.name, module]),
);

/** What is malformed is read in syntax-diagnostics.test.ts. */
const checked = badPrograms().filter(({ group, name }) => group !== "syntax" || name === "missing-module");

describe.each(checked.map((program) => [`${program.group}/${program.name}`, program] as const))(
  "%s",
  (path, { source, expectation }) => {
    const { diagnostics } = compile([{ ...source, name: "source.hop" }], { deployed: examples, tests: true });

    it("is told to the letter", async () => {
      await expect(renderAll(diagnostics)).toMatchFileSnapshot(`bad/${path}/expected.txt`);
    });

    it("is told what is to be done, in a sentence without a full stop", () => {
      const found = diagnostics.find((one) => meets(expectation, one));
      expect(found?.help ?? found?.label ?? found?.notes[0]?.label).toBeDefined();
      for (const { message, help = "" } of diagnostics) {
        expect(message).not.toMatch(/[.\n]$/);
        expect(help).not.toMatch(/[.\n]$/);
      }
    });
  },
);
