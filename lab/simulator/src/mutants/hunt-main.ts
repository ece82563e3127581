// A process of its own for one mutant: loads the changed code, then plays storms until a checker notices.
// Prints one line of JSON.

import { loadWith, mutantNamed, patchesOf } from "./patching.ts";

const [name = "", seeds = "1"] = process.argv.slice(2);
const mutant = name === "none" ? undefined : mutantNamed(name);
loadWith(patchesOf(mutant));
const { hunt } = await import("./hunt.ts");
console.log(JSON.stringify(await hunt({ lies: mutant?.lies, seeds: Number(seeds) })));
