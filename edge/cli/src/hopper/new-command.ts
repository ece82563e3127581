// `hopper new`: a folder with a contract that works, its tests, and what to type next. Nothing is ever overwritten.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { programName } from "../program-name.ts";
import { EXTENSION } from "./source-files.ts";

const TEMPLATE = fileURLToPath(new URL("../../template/", import.meta.url));
/** What the template calls itself; the new module's name takes its place. */
const PLACEHOLDER = /\bcontract(?=\b|_)/g;
const MODULE_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Words of the language cannot be names, and `std` is the library's. */
const TAKEN = new Set(
  "let if else match require abort emit update fn with mod true false pub theorem std".split(" "),
);

function moduleNameOf(folder: string): string {
  const name = basename(folder).replaceAll("-", "_");
  if (MODULE_NAME.test(name) && !TAKEN.has(name)) return name;
  throw usage(
    `"${basename(folder)}" cannot name a module: small letters, digits, - and _, a letter first, and no word of the language.`,
  );
}

export function runNew(folder: string, output: Output): void {
  const name = moduleNameOf(folder);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw usage(`${folder} is there already: choose a new or empty folder.`);
  }
  mkdirSync(folder, { recursive: true });
  const write = (template: string, file: string): void => {
    const text = readFileSync(join(TEMPLATE, template), "utf8").replaceAll(PLACEHOLDER, name);
    writeFileSync(join(folder, file), text, { flag: "wx" });
  };
  write("contract.hop", `${name}${EXTENSION}`);
  write("tests.hop", `${name}_tests${EXTENSION}`);
  write("README.md", "README.md");
  const { paint } = output;
  const made = `${name}${EXTENSION}, ${name}_tests${EXTENSION} and README.md`;
  output.print(`${paint("green", "Made")} ${made} in ${folder}. Next:\n`);
  for (const command of ["check", "test"]) {
    output.print(`  ${paint("bold", `${programName("hopper")} ${command} ${folder}`)}`);
  }
}
