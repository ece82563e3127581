// `juno keys` with its options, examples and help.

import type { Command } from "commander";
import { collect, examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const PASSPHRASE_HELP = `
A passphrase is asked for on the terminal, or is the one line of the file that --passphrase-file or JUNO_PASSPHRASE_FILE names. A lost
one cannot be recovered: keep a copy of passphrase and file where both cannot be lost together.
`;

export function addKeys(program: Command, output: Output): void {
  const keys = program.command("keys").description("make, encrypt and look at key files");
  keys
    .command("new")
    .description("make a key file (mode 0600); never replaces one")
    .argument("<file>")
    .option("--name <name>", "a name to stand in the file")
    .option("--encrypt", "encrypt it with a passphrase")
    .option("--json", "print the public key as JSON")
    .addHelpText(
      "after",
      examples("juno keys new alice.json --name alice", "juno keys new alice.json --encrypt") +
        PASSPHRASE_HELP,
    )
    .action(async (file, options) => {
      const { runNewKey } = await import("./command/keys-command.ts");
      await runNewKey(file, options, output);
    });
  keys
    .command("show")
    .description("the public key of a key file; never its secret")
    .argument("<file>")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("juno keys show net/clients/client.json"))
    .action(async (file, options) => {
      const { runShowKey } = await import("./command/keys-command.ts");
      runShowKey(file, options, output);
    });
  keys
    .command("encrypt")
    .description("encrypt a key file of a client or a node with a passphrase, in its place")
    .argument("<file>")
    .addHelpText(
      "after",
      examples(
        "juno keys encrypt net/admins/admin-1.json",
        "juno keys encrypt net/node-1/node.json --passphrase-file node-1.passphrase",
      ) + PASSPHRASE_HELP,
    )
    .action(async (file) => {
      const { runEncryptKey } = await import("./command/keys-command.ts");
      await runEncryptKey(file, output);
    });
  keys
    .command("decrypt")
    .description("decrypt a key file, in its place")
    .argument("<file>")
    .addHelpText("after", examples("juno keys decrypt net/admins/admin-1.json"))
    .action(async (file) => {
      const { runDecryptKey } = await import("./command/keys-command.ts");
      await runDecryptKey(file, output);
    });
  addPassphrase(keys, output);
  keys
    .command("split")
    .description("move a node's signing key out of its node.json, into a key file for its signer")
    .argument("<file>", "the node's node.json")
    .requiredOption("--out <file>", "the signer's key file; never replaces one")
    .addHelpText("after", examples("juno keys split net/node-1/node.json --out signer-1.json"))
    .action(async (file, options) => {
      const { runSplitKeys } = await import("./command/keys-command.ts");
      await runSplitKeys(file, options, output);
    });
}

function addPassphrase(keys: Command, output: Output): void {
  keys
    .command("passphrase")
    .description(
      "give an encrypted key file another passphrase, in its place, without a clear one in between",
    )
    .argument("<file>")
    .option("--new-passphrase-file <file>", "holds the new one; else it is asked for")
    .addHelpText(
      "after",
      examples(
        "juno keys passphrase net/admins/admin-1.json",
        "juno keys passphrase net/node-1/node.json --passphrase-file old --new-passphrase-file new",
      ) + PASSPHRASE_HELP,
    )
    .action(async (file, options) => {
      const { runChangePassphrase } = await import("./command/keys-command.ts");
      await runChangePassphrase(file, options, output);
    });
}

export function addSigner(program: Command, output: Output): void {
  program
    .command("signer")
    .description("hold signing keys of nodes in a process of its own, and sign what nodes say, nothing else")
    .requiredOption("--socket <path>", "where nodes on this machine ask it")
    .requiredOption("--keys <file>", "what `juno keys split` made; may be repeated", collect)
    .addHelpText("after", examples("juno signer --socket /run/juno/signer-1 --keys signer-1.json"))
    .action(async (options) => {
      const { runSigner } = await import("./command/signer-command.ts");
      await runSigner(options, output);
    });
}
