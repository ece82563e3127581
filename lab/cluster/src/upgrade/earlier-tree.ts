// The tree of an earlier commit, to run its programs beside the present ones: what git keeps of it, with the libraries of the
// present tree, which must be the same. Invariant: where the history or the libraries do not allow it, that is said, and nothing runs.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Unusable } from "../trial/ending.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/**
 * The last commit whose program knows ledger version 1 alone. Whatever is changed later in how entries are applied, without a version
 * of its own, shows here: the two programs part.
 */
export const EARLIER_COMMIT = "adf1dd8223a986e7921cb2888b2666410a7d1a9a";
const LOCK_FILE = "package-lock.json";
const OWN_PACKAGES = "@juno";
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

function git(args: readonly string[]): Buffer {
  try {
    const options = { maxBuffer: OUTPUT_BYTES_MAX, stdio: ["ignore", "pipe", "pipe"] as const };
    return execFileSync("git", ["-C", ROOT, ...args], { ...options, stdio: [...options.stdio] });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Unusable(`git ${args[0]} failed: ${said}`, { cause: error });
  }
}

/** Hashes of the libraries that the lock file names; of the project's own packages it tells nothing. */
const librariesAt = (commit: string): string =>
  git(["rev-parse", `${commit}:${LOCK_FILE}`])
    .toString()
    .trim();

/** Lays out the commit's tree in an empty folder; the path of the file that is its `juno`. Throws Unusable. */
export function layOutEarlierTree(commit: string, folder: string): string {
  try {
    git(["cat-file", "-e", `${commit}^{commit}`]);
  } catch (cause) {
    const message = `the history here lacks the commit ${commit}: fetch it with \`git fetch --unshallow\``;
    throw new Unusable(message, { cause });
  }
  const present = git(["hash-object", LOCK_FILE]).toString().trim();
  if (librariesAt(commit) !== present) {
    const message = `${LOCK_FILE} was another one at ${commit}: its program cannot use the libraries that are installed here`;
    throw new Unusable(message);
  }
  const tree = git(["archive", "--format=tar", commit]);
  execFileSync("tar", ["-x", "-C", folder], { input: tree });
  linkLibraries(folder);
  return join(folder, "edge/cli/src/juno.ts");
}

/** The project's own packages are links within a tree; all others are shared. */
function linkLibraries(folder: string): void {
  const [from, to] = [ROOT, folder].map((tree) => join(tree, "node_modules")) as [string, string];
  mkdirSync(join(to, OWN_PACKAGES), { recursive: true });
  for (const name of readdirSync(from))
    if (!name.startsWith(".") && name !== OWN_PACKAGES) symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(from, OWN_PACKAGES)))
    symlinkSync(readlinkSync(join(from, OWN_PACKAGES, name)), join(to, OWN_PACKAGES, name));
}
