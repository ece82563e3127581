// Options that several commands of `juno admin` take.

import type { Command } from "commander";
import { withNetwork } from "../network-options.ts";
import { collect, wholeNumber } from "../option-value.ts";

const EXPIRES_DAYS_MAX = 90;
const EXPIRES_DAYS_DEFAULT = 7;
const TIMEOUT_SECONDS_DEFAULT = 120;

export const nodeId = wholeNumber({ min: 1, max: 0xffff_ffff });

/** Of commands that bring something to the ledger. */
const submitting = (command: Command): Command =>
  withNetwork(command, "key file of the registered client that submits it (default: the first in clients/)")
    .option("--no-wait", "do not wait until an approved configuration is in force")
    .option(
      "--timeout <seconds>",
      "how long to wait for that",
      wholeNumber({ min: 1, max: 86_400 }),
      TIMEOUT_SECONDS_DEFAULT,
    )
    .option("--json", "print what came of it as JSON");

/** Of commands that approve. */
export const approving = (command: Command): Command =>
  submitting(command)
    .option("--key <file>", "key file that approves; may be repeated", collect)
    .option("--approval <file>", "approvals that `juno admin sign` made; may be repeated", collect);

/** Of commands that judge an act and propose it. */
export const proposingDocument = (command: Command): Command =>
  approving(command).option("--dry-run", "say what would come of it; sign and send nothing");

/** Of commands that make an act and propose it. */
export const proposing = (command: Command): Command =>
  proposingDocument(command)
    .requiredOption("--reason <text>", "why; it stays in the ledger")
    .option(
      "--expires <days>",
      "after how many days it can be approved no more",
      wholeNumber({ min: 1, max: EXPIRES_DAYS_MAX - 1 }),
      EXPIRES_DAYS_DEFAULT,
    )
    .option("--out <file>", "keep the act's document, to be signed elsewhere; never replaces a file");
