// Commands of `juno admin` by which later versions of the rules come into force in a network that runs.

import type { Command } from "commander";
import { examples, wholeNumber } from "../option-value.ts";
import type { Output } from "../output.ts";
import { proposing } from "./admin-options.ts";

const TWO_ADMINS = "--key net/admins/admin-1.json --key net/admins/admin-2.json --network net";
const ENTRIES_AHEAD_DEFAULT = 1_000;

const VERSIONS_HELP = `
Every voter is asked whether its program knows the versions; a quorum must. A node that does not know them stops before the entry
that is named, and goes on once it is started with a program that does. \`juno status\` shows what each node knows.
`;

const version = wholeNumber({ min: 1, max: 65_535 });
const entries = wholeNumber({ min: 1, max: 999_999_999_999 });

export function addVersions(admin: Command, output: Output): void {
  proposing(admin.command("activate"))
    .description(
      "have entries applied by later versions of the ledger's rules or of the language, from one on",
    )
    .option("--ledger <version>", "of the ledger's rules (default: the one in force)", version)
    .option("--language <version>", "of the contract language (default: the one in force)", version)
    .option("--at <entry>", "the first entry that is applied so", entries)
    .option(
      "--in <entries>",
      "where --at is not given: so many entries after the last that is applied",
      entries,
      ENTRIES_AHEAD_DEFAULT,
    )
    .addHelpText(
      "after",
      examples(`juno admin activate --ledger 2 --in 500 --reason "all nodes are upgraded" ${TWO_ADMINS}`) +
        VERSIONS_HELP,
    )
    .action(async (options) => {
      const { runActivate } = await import("../command/admin-versions-command.ts");
      await runActivate(options, output);
    });
  proposing(admin.command("cancel-activation"))
    .description("take back an activation whose entry has not come")
    .addHelpText(
      "after",
      examples(`juno admin cancel-activation --reason "node 3 is not upgraded" ${TWO_ADMINS}`),
    )
    .action(async (options) => {
      const { runCancelActivation } = await import("../command/admin-versions-command.ts");
      await runCancelActivation(options, output);
    });
}
