// `juno node halt`, `resume` and `drain` with their options, examples and help.

import type { NodeOrderKind } from "@juno/proof";
import type { Command } from "commander";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const HELP = `
Signed with a key of the node's operator: one that stands as \`operators\` in its config.json. No other node is asked, and none obeys.
With --folder, address, genesis and key (operator.json) are those of the node's folder; from elsewhere give --url, --genesis and --key.
`;

const ORDERS = {
  halt: "halt one node at once, without consensus: it signs nothing more until it is resumed, also after a restart",
  resume: "let a node that was halted or drained take part again",
  drain: "have a node take no more commands, and hand over if it leads, so that it can be stopped",
} as const satisfies Readonly<Record<NodeOrderKind, string>>;

export function addNodeOrders(node: Command, output: Output): void {
  for (const order of ["halt", "resume", "drain"] as const) {
    const command = node
      .command(order)
      .description(ORDERS[order])
      .option("--folder <folder>", "the node's folder")
      .option("--url <url>", "where its API is")
      .option("--genesis <file>", "the network's genesis file")
      .option("--key <file>", "the operator's key file")
      .option(
        "--ca <file>",
        "PEM: whose certificates of an https API are trusted (default: ca.pem beside the genesis)",
      )
      .option("--json", "print the node's answer as JSON");
    if (order === "halt")
      command.requiredOption("--reason <text>", "why: it is shown to whoever asks the node");
    else command.option("--reason <text>", "why", `juno node ${order}`);
    command
      .addHelpText(
        "after",
        examples(
          `juno node ${order} --folder net/node-2${order === "halt" ? ' --reason "it was broken into"' : ""}`,
        ) + HELP,
      )
      .action(async (options) => {
        const { runNodeOrder } = await import("./command/node-order-command.ts");
        await runNodeOrder(order, options, output);
      });
  }
}
