import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("require-node.js", import.meta.url));

/** Runs the script in a Node that claims another version. */
function runAs(version: string) {
  const claim = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  return spawnSync(process.execPath, ["--input-type=commonjs", "-e", claim + readFileSync(SCRIPT, "utf8")], {
    encoding: "utf8",
  });
}

it("says what is needed and ends with 1 under an older Node", () => {
  for (const version of ["8.17.0", "20.20.2", "23.11.1"]) {
    const { status, stderr } = runAs(version);
    expect(status).toBe(1);
    expect(stderr).toContain("Juno needs Node 24 or newer");
  }
});

it("lets Node 24 and later pass in silence", () => {
  for (const version of ["24.0.0", "24.21.0", "102.1.0"]) {
    expect(runAs(version)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  }
});

it("stands before every root script that does not run another", () => {
  const manifest = readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8");
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
  for (const [name, command] of Object.entries(scripts)) {
    expect(command, name).toMatch(/^(?:node tools\/require-node\.js && |npm run )/);
  }
});
