// `juno epochs` with its options, examples and help.

import type { Command } from "commander";
import { withNetwork } from "./network-options.ts";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const EPOCHS_HELP = `
Nobody's word is taken: each link shows that the voters of one epoch have committed the configuration of the next, approved by
the administrators, from the genesis on. The file proves itself; \`juno verify-receipt\`, \`verify-row\` and \`verify-evidence\`
take it as --epochs.
`;

/** Of commands that judge files. */
export const EPOCHS_OPTION = [
  "--epochs <file>",
  "links to later epochs than the first, from `juno epochs`",
] as const;

export function addEpochs(program: Command, output: Output): void {
  withNetwork(program.command("epochs"))
    .description("who votes when, proved link by link from the genesis on")
    .option("--out <file>", "keep the links, to judge files with; never replaces a file")
    .option("--json", "print the epochs as JSON")
    .addHelpText("after", examples("juno epochs --network net --out epochs.json") + EPOCHS_HELP)
    .action(async (options) => {
      const { runEpochs } = await import("./command/epochs-command.ts");
      await runEpochs(options, output);
    });
}
