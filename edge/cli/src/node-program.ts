// `juno node` with its options, examples and help: runs a node, makes the folder of a new one, shows its public keys.

import type { Command } from "commander";
import { addNodeOrders } from "./node-orders-program.ts";
import { collect, examples, wholeNumber } from "./option-value.ts";
import type { Output } from "./output.ts";

const CREATE_HELP = `
Other nodes whose folders stand beside the genesis file are found there; for others give --peer, and --peer-api so that the
node can fetch a snapshot from them. Beside ca.pem and its key (\`juno init --api-tls\`) it gets a certificate for its API. It prints the public part of the keys as JSON: what \`juno admin add-node\` reads.
`;

const RESYNC_HELP = `
The log is executed again, from the genesis or from the certified snapshot that it begins at. What the node has promised, its votes and
acknowledgements, stays as it is. The state that it had is kept in its folder divergence-N. Exit code 0: it is re-admitted. 1: what came out is not what
the others have signed, or too little that they signed is at hand: it stays away.
`;

export function addNode(program: Command, output: Output, version: string): void {
  const node = program
    .command("node")
    .description("run one node in the foreground; its log goes to standard error")
    .argument("<config>", "its config.json, or the folder that holds it")
    .option(
      "--links <url>",
      "another node's API that shows who votes by now, besides those of the configuration; may be repeated",
      collect,
    )
    .option("--until-stdin-ends", "stop when standard input ends: for programs that start nodes")
    .addHelpText(
      "after",
      examples(
        "juno node net/node-1",
        "juno node net/node-1 2>> node-1.log",
        "juno node net/node-1 --links http://10.0.0.2:7102",
      ),
    )
    .action(async (config, options) => {
      const { runNodeCommand } = await import("./command/node-command.ts");
      await runNodeCommand(config, { ...options, version });
    });
  node
    .command("create")
    .description("make the folder of a node that joins a network: keys, configuration, an empty log")
    .requiredOption("--folder <folder>", "where; must not hold a node yet")
    .requiredOption("--genesis <file>", "the network's genesis file; it stays where it is")
    .requiredOption("--id <n>", "a number that no node has had", wholeNumber({ min: 1, max: 999_999_999 }))
    .requiredOption("--listen <host:port>", "where it listens for other nodes")
    .requiredOption("--api <host:port>", "where it listens for clients")
    .option("--peer <n=host:port>", "where another node listens; may be repeated", collect)
    .option("--peer-api <n=url>", "where another node's API is; may be repeated", collect)
    .option("--encrypt", "encrypt its private keys with a passphrase")
    .addHelpText(
      "after",
      examples(
        "juno node create --folder net/node-5 --genesis net/genesis.json --id 5 --listen 127.0.0.1:8105 --api 127.0.0.1:7105",
      ) + CREATE_HELP,
    )
    .action(async (options) => {
      const { runNodeCreate } = await import("./command/node-folder-command.ts");
      await runNodeCreate(options, output);
    });
  node
    .command("keys")
    .description("the public part of a node's keys, as JSON; never a secret")
    .requiredOption("--folder <folder>", "the node's folder")
    .addHelpText("after", examples("juno node keys --folder net/node-5 > node-5.keys.json"))
    .action(async (options) => {
      const { runNodeKeys } = await import("./command/node-folder-command.ts");
      runNodeKeys(options, output);
    });
  addNewKeys(node, output);
  addResync(node, output);
  addNodeOrders(node, output);
}

function addNewKeys(node: Command, output: Output): void {
  node
    .command("new-keys")
    .description(
      "make the keys that a node is to have next, and print their public part as JSON; the node may run",
    )
    .requiredOption("--folder <folder>", "the node's folder")
    .option(
      "--encrypt",
      "encrypt them with a passphrase; those of a node whose keys are encrypted are so anyway, under the same",
    )
    .addHelpText("after", examples("juno node new-keys --folder net/node-2 > node-2.next.keys.json"))
    .action(async (options) => {
      const { runNodeNewKeys } = await import("./command/node-folder-command.ts");
      await runNodeNewKeys(options, output);
    });
}

function addResync(node: Command, output: Output): void {
  node
    .command("resync")
    .description(
      "make the state of a stopped node that has left anew, and re-admit it if the others confirm it",
    )
    .argument("<folder>", "the node's folder, or its config.json")
    .option("--json", "print what came of it as JSON")
    .addHelpText("after", examples("juno node resync net/node-3") + RESYNC_HELP)
    .action(async (folder, options) => {
      const { runNodeResync } = await import("./command/node-resync-command.ts");
      await runNodeResync(folder, options, output);
    });
}
