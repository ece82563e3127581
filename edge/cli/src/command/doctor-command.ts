// `juno doctor`: why a cluster is slow or stalled, in words. Exit code 0 if nothing is the matter, 1 if something is, 2 if it
// could not look.

import { atDesk, type DeskOptions } from "../admin/desk.ts";
import { EXIT } from "../complaint.ts";
import { diagnose } from "../doctor/diagnosis.ts";
import { diagnosisLines } from "../doctor/doctor-view.ts";
import type { State } from "../doctor/examination.ts";
import { examine } from "../doctor/examine.ts";
import type { Output } from "../output.ts";

/** Of a question to one node. */
const READ_TIMEOUT_MS = 3_000;
/** As monitoring programs expect it: what cannot be looked at is neither well nor ill. */
const BLIND = EXIT.usage;

const exitCode = (state: State): number => {
  if (state === "unknown") return BLIND;
  return state === "at-work" ? EXIT.done : EXIT.refused;
};

export async function runDoctor(options: DeskOptions, output: Output): Promise<void> {
  const connecting = { readTimeoutMs: READ_TIMEOUT_MS, decides: false };
  const diagnosis = await atDesk(options, output, async (desk) => diagnose(await examine(desk)), connecting);
  if (options.json) output.printJson(diagnosis);
  else output.print(diagnosisLines(diagnosis, output.paint).join("\n"));
  const code = exitCode(diagnosis.state);
  if (code !== EXIT.done) process.exitCode = code;
}
