// Commands of the command line by which a network's operators govern it.

import type { Command } from "commander";
import { withNetwork } from "./network-options.ts";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const REDACT_HELP = `
The payloads are taken out of the log of every node; ids, hashes, outcomes and receipts stay, and stay provable. What the
commands brought into rows, events and receipts stays too, and so do backups and archives that were made before (of archives,
see \`juno redact-archive\`). The order is part of the ledger for ever: which commands, whose signatures, when, and the reason.
`;

const REDACT_ARCHIVE_HELP = `
The archive is verified first; only what its own entries order is taken out, and only where voters have confirmed the receipt
that stays. Where the order is newer than the archive, run \`juno export\` into it first. What was handed on before, and what
the file system or a backup keeps of files that were replaced, is not reached.
`;

export function addGoverning(program: Command, output: Output): void {
  withNetwork(program.command("redact"))
    .description("have payloads of commands taken out of the log; signed by the operators")
    .argument("<ids...>", "the commands' ids, at most 64")
    .requiredOption("--reason <text>", "why; it stays in the ledger")
    .option("--sign <file...>", "key files that sign: the registered client's first, then the operators'")
    .option("--dry-run", "say what would come of it, and send nothing")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      examples(`juno redact ${"3830e771965dab01".repeat(4)} --reason "a name in clear" --network net`) +
        REDACT_HELP,
    )
    .action(async (ids, options) => {
      const { runRedact } = await import("./command/redact-command.ts");
      await runRedact(ids, options, output);
    });
  program
    .command("redact-archive")
    .description("take payloads out of an archive that the log orders out")
    .argument("<archive>", "what `juno export` made, or a node before it pruned")
    .requiredOption("--genesis <file>", "the network's genesis file")
    .option("--dry-run", "say what would be taken out, and change nothing")
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      examples(
        "juno redact-archive archive --genesis net/genesis.json --dry-run",
        "juno redact-archive archive --genesis net/genesis.json",
      ) + REDACT_ARCHIVE_HELP,
    )
    .action(async (archive, options) => {
      const { runRedactArchive } = await import("./command/redact-archive-command.ts");
      await runRedactArchive(archive, options, output);
    });
}
