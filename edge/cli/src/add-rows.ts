// `juno row` and `juno verify-row` with their options, examples and help.

import type { Command } from "commander";
import { EPOCHS_OPTION } from "./add-epochs.ts";
import { withNetwork } from "./network-options.ts";
import { examples, wholeNumber } from "./option-value.ts";
import type { Output } from "./output.ts";

const ROW_HELP = `
A proof shows the row as it was after the checkpoint's entry, which the answer names with its time. It never
shows that the row is still so: give --max-age, or ask for it by a command.
`;

export function addRows(program: Command, output: Output): void {
  withNetwork(program.command("row"))
    .description("a row, or that there is none, proved as of the last checkpoint")
    .argument("<table>", "MODULE.TABLE")
    .argument("<key>", "the row's key")
    .option("--max-age <seconds>", "refuse what is older", wholeNumber({ min: 0, max: 1_000_000_000 }))
    .option("--out <file>", "keep the proof, to be shown; never replaces a file")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      examples("juno row demo.accounts.accounts wjm --network net --out wjm.json") + ROW_HELP,
    )
    .action(async (table, key, options) => {
      const { runRow } = await import("./command/row-command.ts");
      await runRow({ table, key }, options, output);
    });
  program
    .command("verify-row")
    .description("check proven rows offline, with the genesis alone")
    .argument("<file...>", "files that juno row has kept, or - for standard input")
    .requiredOption("--genesis <file>", "the network's genesis file")
    .option(...EPOCHS_OPTION)
    .option("--json", "print each verdict as a line of JSON")
    .addHelpText("after", examples("juno verify-row wjm.json --genesis net/genesis.json") + ROW_HELP)
    .action(async (files, options) => {
      const { runVerifyRow } = await import("./command/verify-row-command.ts");
      await runVerifyRow(files, options, output);
    });
}
