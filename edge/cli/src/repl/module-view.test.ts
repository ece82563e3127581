import { expect, it } from "vitest";
import { plainPaint } from "../terminal/paint.ts";
import { showModule } from "./module-view.ts";
import type { SessionContext } from "./session-context.ts";

const NOTHING = {
  actions: [],
  queries: [],
  tables: [],
  assets: [],
  errors: [],
  events: [],
  capabilities: [],
};

it("a module is shown with the language that it is of, if that is a later version (C34)", async () => {
  const shown = async (more: object) => {
    const json = { name: "demo.bank", version: 2, at: 9, source: "module demo.bank", ...NOTHING, ...more };
    const context = { client: { module: async () => json }, paint: plainPaint } as never as SessionContext;
    return (await showModule(context, "demo.bank")).lines;
  };
  expect(await shown({})).toEqual(["demo.bank, version 2, since entry 9"]);
  expect(await shown({ language: 2 })).toEqual([
    "demo.bank, version 2, since entry 9, in version 2 of the language",
  ]);
});
