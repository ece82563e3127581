// `juno backup` and `juno restore` on the command line, with their options and help.

import type { Command } from "commander";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const RESTORED_HELP = `
A backup is older than what the node signed last, so a restored node must not sign under its key again: it
starts as an observer, which follows the others and answers clients. To vote again it needs other keys: once it
runs, \`juno node new-keys\` makes them, and with \`juno admin rotate-keys\` the administrators bring them into force.
`;

export function addBackups(program: Command, output: Output): void {
  program
    .command("backup")
    .description("copy a node's databases, certified snapshots, genesis and configuration; the node may run")
    .argument("<folder>", "the node's folder, or its config.json")
    .requiredOption("--out <folder>", "where to; never replaces anything")
    .option("--with-keys", "copy node.json too, the node's secrets: keep such a backup like a key")
    .option("--json", "print what was backed up as JSON")
    .addHelpText("after", examples("juno backup net/node-4 --out backups/node-4"))
    .action(async (folder, options) => {
      const { runBackup } = await import("./command/backup-command.ts");
      await runBackup(folder, options, output);
    });
  program
    .command("restore")
    .description("lay out a node's folder from a backup; the node then follows and answers, and never votes")
    .argument("<backup>", "a folder that `juno backup` made")
    .requiredOption(
      "--folder <folder>",
      "the node's folder: made if missing; its databases are never replaced",
    )
    .option("--keys <file>", "the node's node.json, if it is neither in the folder nor in the backup")
    .option("--verify", "check everything that `juno verify` checks first; takes as long")
    .option("--json", "print what was restored as JSON")
    .addHelpText(
      "after",
      examples("juno restore backups/node-4 --folder net/node-4 --verify") + RESTORED_HELP,
    )
    .action(async (backup, options) => {
      const { runRestore } = await import("./command/restore-command.ts");
      await runRestore(backup, options, output);
    });
}
