// `juno diff` with its options, examples and help.

import type { Command } from "commander";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const DIFF_HELP = `
A and B are folders of nodes (best of stopped ones), what is left of one in its folder divergence-N, archives of \`juno export\`, or
the API of a running node, which takes --genesis. Neither is judged: \`juno verify\` says which of them is right.

It says the first entry at which the logs part, the first at which outcomes of the same entries do and in which part of the
outcome, and which rows differ after the last entry that both have applied.

Exit codes:
  0   they are the same, or one goes on where the other ends, and nothing differs up to there
  1   they part
  2   they could not be compared
`;

export function addDiff(program: Command, output: Output): void {
  program
    .command("diff")
    .description("where two nodes' logs, outcomes or rows part")
    .argument("<a>", "a folder, or http://HOST:PORT")
    .argument("<b>", "another one")
    .option("--genesis <file>", "the network's genesis file: where one of the two is an API")
    .option(
      "--ca <file>",
      "certificates (PEM) that that of an https:// API is trusted by (default: ca.pem beside the genesis file, else the system's)",
    )
    .option("--as <file>", "key file of whoever reads from an API, where reads are guarded")
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      examples(
        "juno diff net/node-1 net/node-3",
        "juno diff net/node-3/divergence-17 net/node-1 --json",
        "juno diff net/node-3 http://127.0.0.1:7101 --genesis net/genesis.json",
      ) + DIFF_HELP,
    )
    .action(async (a, b, options) => {
      const { runDiff } = await import("./command/diff-command.ts");
      await runDiff([a, b], options, output);
    });
}
