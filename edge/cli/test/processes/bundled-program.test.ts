// What a process of `juno` loads.

import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { PROGRAM } from "./juno-process.ts";

/** Prints the URL of each module that is loaded. */
const TELLING = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    console.error(url);
    return next(url, context);
  },
});
`)}`;

it("a process loads the bundle, and of the sources only what finds it", () => {
  const told = execFileSync(
    "sh",
    ["-c", '"$@" 2>&1', "sh", process.execPath, "--import", TELLING, PROGRAM, "--help"],
    {
      encoding: "utf8",
    },
  );
  const loaded = told.split("\n").filter((line) => line.startsWith("file:"));
  const sources = loaded.filter((url) => !url.includes("/node_modules/"));
  expect(loaded.some((url) => url.endsWith("/program.mjs"))).toBe(true);
  expect(
    sources.filter(
      (url) => !/\/edge\/(?:bundle\/src\/[\w-]+|cli\/src\/(?:juno|load-program))\.ts$/.test(url),
    ),
  ).toEqual([]);
});
