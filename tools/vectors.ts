// Golden vectors of the encoding. Without a flag: says whether spec/vectors/encoding.json is what the
// code makes, exit code 1 if not. With --write: writes it. A changed vector is a changed format.

import { readFileSync, writeFileSync } from "node:fs";
import { encodingVectors } from "./vectors/encoding.ts";

const file = new URL("../spec/vectors/encoding.json", import.meta.url);
const made = encodingVectors();

if (process.argv.includes("--write")) {
  writeFileSync(file, made);
} else if (readFileSync(file, "utf8") !== made) {
  console.error("spec/vectors/encoding.json is not what the code makes: the format changed.");
  process.exitCode = 1;
}
