// `juno replay` with its options, examples and help.

import type { Command } from "commander";
import { withNetwork } from "./network-options.ts";
import { examples, wholeNumber } from "./option-value.ts";
import type { Output } from "./output.ts";

const REPLAY_HELP = `
The log is verified as \`juno verify\` does up to that entry, and executed again from the genesis on: what is shown is
nobody's word. Where entries are pruned, or an archive begins later, it is executed from the certified snapshot there, and
says who signed that; then the entry must be that one or one above.
`;

export function addReplaying(program: Command, output: Output): void {
  withNetwork(program.command("replay"))
    .description("the state after an entry, and what happened at it, out of the log alone")
    .argument("[source]", "a node's folder, or what `juno export` made; none with --network or --url")
    .requiredOption("--to <index>", "the entry", wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    .option("--trace", "show step by step what ran at that entry")
    .option("--table <module/table>", "print the rows of a table")
    .option("--key <key>", "of that table the row of this key alone")
    .option("--json", "lines of JSON: the report, the steps, the rows")
    .addHelpText(
      "after",
      examples(
        "juno replay net/node-1 --to 12 --genesis net/genesis.json",
        "juno replay net/node-1 --to 12 --trace --genesis net/genesis.json",
        "juno replay archive --to 12 --table demo.accounts/accounts --key wjm --genesis genesis.json --json",
        "juno replay --network net --to 12 --trace",
      ) + REPLAY_HELP,
    )
    .action(async (source, options) => {
      const { runReplay } = await import("./command/replay-command.ts");
      await runReplay(source, options, output);
    });
}
