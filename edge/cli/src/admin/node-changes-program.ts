// Commands of `juno admin` that propose the next configuration: nodes, their roles and keys, the administrators.

import { type Command, Option } from "commander";
import { examples } from "../option-value.ts";
import type { Output } from "../output.ts";
import { nodeId, proposing } from "./admin-options.ts";

const TWO_ADMINS = "--key net/admins/admin-1.json --key net/admins/admin-2.json --network net";

const CONFIGURE_HELP = `
The act names the complete next configuration. Each voter of it is asked whether it is ready, holds the key that the act names and
follows the log; a quorum must be. A node that is not in the network folder is asked at the --url that is given for it.
`;

const forKeys = (command: Command): Command =>
  command
    .requiredOption(
      "--keys <file>",
      "what `juno node create` or `juno node keys` printed; - for standard input",
    )
    .option("--id <n>", "the node that these keys must be of", nodeId)
    .option("--address <host:port>", "where other nodes find it (default: what the file says)");

export function addNodeChanges(admin: Command, output: Output): void {
  addMembers(admin, output);
  addRoles(admin, output);
  addKeyChanges(admin, output);
}

function addMembers(admin: Command, output: Output): void {
  forKeys(proposing(admin.command("add-node")))
    .description("admit a node; as an observer it follows and answers, and is promoted once it has caught up")
    .addOption(new Option("--role <role>", "what it is").choices(["observer", "voter"]).default("observer"))
    .addHelpText(
      "after",
      examples(`juno admin add-node --keys node-5.keys.json --reason "one more" ${TWO_ADMINS}`) +
        CONFIGURE_HELP,
    )
    .action(async (options) => {
      const { runAddNode } = await import("../command/admin-propose-command.ts");
      await runAddNode(options, output);
    });
  proposing(admin.command("remove-node"))
    .description("dismiss a node")
    .requiredOption("--id <n>", "the node", nodeId)
    .addHelpText(
      "after",
      examples(`juno admin remove-node --id 5 --reason "no longer needed" ${TWO_ADMINS}`) + CONFIGURE_HELP,
    )
    .action(async (options) => {
      const { runRemoveNode } = await import("../command/admin-propose-command.ts");
      await runRemoveNode(options, output);
    });
}

function addRoles(admin: Command, output: Output): void {
  const changes = [
    { name: "promote", role: "voter", does: "an observer votes from then on" },
    { name: "demote", role: "observer", does: "a voter only observes from then on" },
  ] as const;
  for (const { name, role, does } of changes) {
    proposing(admin.command(name))
      .description(does)
      .requiredOption("--id <n>", "the node", nodeId)
      .addHelpText(
        "after",
        examples(`juno admin ${name} --id 5 --reason "as agreed" ${TWO_ADMINS}`) + CONFIGURE_HELP,
      )
      .action(async (options) => {
        const { runSetRole } = await import("../command/admin-propose-command.ts");
        await runSetRole(options, role, output);
      });
  }
}

function addKeyChanges(admin: Command, output: Output): void {
  forKeys(proposing(admin.command("rotate-keys")))
    .description("other keys for a node")
    .addHelpText(
      "after",
      examples(`juno admin rotate-keys --keys node-4.keys.json --reason "yearly" ${TWO_ADMINS}`) +
        CONFIGURE_HELP,
    )
    .action(async (options) => {
      const { runRotateKeys } = await import("../command/admin-propose-command.ts");
      await runRotateKeys(options, output);
    });
  proposing(admin.command("replace-node"))
    .description("another machine, with keys of its own, in the place and role of a node")
    .requiredOption("--id <n>", "the node that goes", nodeId)
    .requiredOption("--with-keys <file>", "the new node's, as `juno node create` printed them")
    .option("--address <host:port>", "where other nodes find the new one (default: what the file says)")
    .addHelpText(
      "after",
      examples(
        `juno admin replace-node --id 4 --with-keys node-5.keys.json --reason "the machine burnt" ${TWO_ADMINS}`,
      ) + CONFIGURE_HELP,
    )
    .action(async (options) => {
      const { runReplaceNode } = await import("../command/admin-propose-command.ts");
      await runReplaceNode(options, output);
    });
  proposing(admin.command("admins"))
    .description("another policy of the administrators")
    .requiredOption("--policy <file>", 'JSON: {"atLeast": 2, "of": [{"key": "…"}, …]}')
    .addHelpText(
      "after",
      examples(`juno admin admins --policy policy.json --reason "a new administrator" ${TWO_ADMINS}`) +
        CONFIGURE_HELP,
    )
    .action(async (options) => {
      const { runAdmins } = await import("../command/admin-propose-command.ts");
      await runAdmins(options, output);
    });
}
