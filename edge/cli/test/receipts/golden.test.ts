// The receipt in spec/vectors, which four real nodes made: it stays good under both verifiers (E35), and the
// README beside the verifier in Python shows what really comes of its commands. Needs python3.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { juno } from "../processes/juno-process.ts";
import { FOLDER, verifyInPython } from "./python-verifier.ts";

const VECTORS = fileURLToPath(new URL("../../../../spec/vectors", import.meta.url));
const RECEIPT = join(VECTORS, "receipt.json");
const GENESIS = join(VECTORS, "receipt-genesis.json");

it("is good for ever: a change here is a change of format (E35)", async () => {
  const [ours, theirs] = await Promise.all([
    juno(["verify-receipt", RECEIPT, "--genesis", GENESIS, "--json"]),
    verifyInPython([RECEIPT], GENESIS),
  ]);
  expect(JSON.parse(ours.stdout)).toMatchObject({ ok: true, status: "ok", index: 5, attestedBy: [1, 2] });
  expect(theirs).toMatchObject({ code: 0, stderr: "" });
  expect(theirs.stdout.match(/^ {2}change: /gm)).toHaveLength(2);
});

it("is what the README beside the verifier shows", () => {
  const shown = readFileSync(join(FOLDER, "README.md"), "utf8");
  const lines = [...shown.matchAll(/^ {4}(.+)$/gm)].map(([, line]) => line!);
  const commands = lines.filter((line) => line.includes("python3"));
  expect(commands).toHaveLength(2);
  const said = commands.map((command) => {
    // The pipe's last program ends with 1 where it refuses; what it says is what counts here.
    const stdout = execFileSync("bash", ["-c", `${command} || true`], { cwd: FOLDER, encoding: "utf8" });
    return stdout.split("\n")[0]!;
  });
  expect(said).toEqual(lines.filter((line) => !line.includes("python3")));
});
