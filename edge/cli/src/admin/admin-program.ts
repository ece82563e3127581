// `juno admin`: the commands by which administrators and operators change a network that runs.

import type { Command } from "commander";
import { withNetwork } from "../network-options.ts";
import { collect, examples, wholeNumber } from "../option-value.ts";
import type { Output } from "../output.ts";
import { approving, proposing, proposingDocument } from "./admin-options.ts";
import { addNodeChanges } from "./node-changes-program.ts";
import { addVersions } from "./versions-program.ts";

const ADMIN_HELP = `
What administrators (or operators) decide is an act: a document that their keys sign, wherever these are. Any registered client
brings it to the ledger, which gathers approvals and carries it out as soon as the policy is satisfied. Commands that make one say
in words what it does, ask the ledger what it would say (--dry-run stops there), sign with each --key, and propose it. If that is
not enough, the others run \`juno admin approve\`.
`;

const OFFLINE_HELP = `
Where keys are kept offline:
  1. whoever proposes writes the document: --dry-run --out act.json
  2. whoever holds a key signs it: juno admin sign act.json --key admin-2.json --genesis genesis.json > approval.json
  3. anybody proposes it: juno admin propose act.json --approval approval.json
`;

export function addAdministration(program: Command, output: Output): void {
  const admin = program
    .command("admin")
    .description("change a network that runs: nodes, keys, clients, policies, halting")
    .addHelpText("after", ADMIN_HELP + OFFLINE_HELP);
  addNodeChanges(admin, output);
  addSwitches(admin, output);
  addVersions(admin, output);
  addPeople(admin, output);
  addActs(admin, output);
  addWithdrawing(admin, output);
  addOffline(admin, output);
}

function addSwitches(admin: Command, output: Output): void {
  for (const kind of ["halt", "resume"] as const) {
    const does =
      kind === "halt" ? "refuse all commands but decisions about the network" : "take commands again";
    proposing(admin.command(kind))
      .description(`have the ledger ${does}; operators or administrators`)
      .addHelpText(
        "after",
        examples(
          `juno admin ${kind} --reason "keys were stolen" --key net/operators/risk.json --key net/operators/cfo.json --network net`,
        ),
      )
      .action(async (options) => {
        const { runSwitch } = await import("../command/admin-propose-command.ts");
        await runSwitch(options, kind, output);
      });
  }
  proposing(admin.command("step-down"))
    .description("have the nodes leave the term they are in, and its leader; operators or administrators")
    .addHelpText(
      "after",
      examples(
        'juno admin step-down --reason "node 2 serves slowly" --key net/operators/risk.json --key net/operators/cfo.json --network net',
      ),
    )
    .action(async (options) => {
      const { runStepDown } = await import("../command/admin-propose-command.ts");
      await runStepDown(options, output);
    });
}

const TWO_ADMINS = "--key net/admins/admin-1.json --key net/admins/admin-2.json --network net";

function addPeople(admin: Command, output: Output): void {
  const clients = admin
    .command("clients")
    .description("register clients, change their keys and roles, remove them");
  proposing(clients.command("set"))
    .description("a client with exactly this key and these roles, new or in place of what it had")
    .argument("<name>")
    .argument("<key>", "its public key, as `juno keys show` prints it")
    .option("--role <role>", "a role that contracts ask for; may be repeated", collect)
    .addHelpText(
      "after",
      examples(
        `juno admin clients set carol ${"3830e771965dab01".repeat(4)} --reason "a new desk" ${TWO_ADMINS}`,
      ),
    )
    .action(async (name, key, options) => {
      const { runClients } = await import("../command/admin-propose-command.ts");
      await runClients(options, { set: { name, key, roles: options.role ?? [] } }, output);
    });
  proposing(clients.command("remove"))
    .description("clients that are none any more")
    .argument("<names...>")
    .addHelpText(
      "after",
      examples(`juno admin clients remove carol --reason "the desk is closed" ${TWO_ADMINS}`),
    )
    .action(async (names, options) => {
      const { runClients } = await import("../command/admin-propose-command.ts");
      await runClients(options, { remove: names }, output);
    });
  addRoles(admin, output);
  proposing(admin.command("operators"))
    .description("another policy of the operators")
    .requiredOption("--policy <file>", 'JSON: {"atLeast": 2, "of": [{"key": "…"}, …]}')
    .addHelpText(
      "after",
      examples(`juno admin operators --policy policy.json --reason "a new cfo" ${TWO_ADMINS}`),
    )
    .action(async (options) => {
      const { runOperators } = await import("../command/admin-propose-command.ts");
      await runOperators(options, output);
    });
}

const quota = wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER });

function addRoles(admin: Command, output: Output): void {
  const roles = admin.command("roles").description("what roles let their clients do, and how much of it");
  proposing(roles.command("set"))
    .description("say all of what a role allows, in place of what was said of it")
    .argument("<name>", "`default`: for clients of whose roles nothing is said")
    .requiredOption("--submit <modules...>", 'modules that may be called and deployed; "*": all; none')
    .requiredOption(
      "--read <modules...>",
      'modules, or module/table, that may be read; "*": everything; none (asked once `default` does not read "*")',
    )
    .option("--commands-per-minute <count>", "of each client, by log time", quota)
    .option("--gas-per-minute <gas>", "of each client, by log time", quota)
    .addHelpText(
      "after",
      examples(
        `juno admin roles set teller --submit demo.accounts --read demo.accounts --commands-per-minute 600 --reason "one desk each" ${TWO_ADMINS}`,
        `juno admin roles set audit --submit none --read "*" --reason "auditors look, and touch nothing" ${TWO_ADMINS}`,
      ),
    )
    .action(async (name, options) => {
      const { runDefineRole } = await import("../command/admin-propose-command.ts");
      await runDefineRole(name, options, output);
    });
  proposing(roles.command("remove"))
    .description(
      "say nothing of these roles any more: their clients have what `default` says, or may do everything",
    )
    .argument("<names...>")
    .addHelpText("after", examples(`juno admin roles remove teller --reason "no limits" ${TWO_ADMINS}`))
    .action(async (names, options) => {
      const { runRemoveRoles } = await import("../command/admin-propose-command.ts");
      await runRemoveRoles(names, options, output);
    });
}

const ACT = "3830e771965dab01".repeat(4);

function addActs(admin: Command, output: Output): void {
  withNetwork(admin.command("acts"))
    .description("what is proposed: who approved, what is lacking, when it expires")
    .option("--all", "those that were decided or expired, too")
    .option("--json", "one line of JSON for each")
    .addHelpText(
      "after",
      examples("juno admin acts --network net", "juno admin acts --all --json --network net"),
    )
    .action(async (options) => {
      const { runActs } = await import("../command/admin-acts-command.ts");
      await runActs(options, output);
    });
  withNetwork(admin.command("show"))
    .description("all of an act: in words, and its document")
    .argument("<act>", "its id")
    .option("--out <file>", "keep the document, to be signed elsewhere; never replaces a file")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples(`juno admin show ${ACT} --network net --out act.json`))
    .action(async (act, options) => {
      const { runShowAct } = await import("../command/admin-acts-command.ts");
      await runShowAct(act, options, output);
    });
  approving(admin.command("approve"))
    .description("approve an act that was proposed; read what it does first (show)")
    .argument("<act>", "its id")
    .addHelpText(
      "after",
      examples(
        `juno admin approve ${ACT} --key net/admins/admin-2.json --network net`,
        `juno admin approve ${ACT} --approval approval.json --network net`,
      ),
    )
    .action(async (act, options) => {
      const { runApprove } = await import("../command/admin-acts-command.ts");
      await runApprove(act, options, output);
    });
}

function addWithdrawing(admin: Command, output: Output): void {
  proposing(admin.command("withdraw"))
    .description("take back an act that is proposed and not carried out; from ledger version 2 on")
    .argument("<act>", "its id")
    .addHelpText("after", examples(`juno admin withdraw ${ACT} --reason "the wrong key" ${TWO_ADMINS}`))
    .action(async (act, options) => {
      const { runWithdraw } = await import("../command/admin-propose-command.ts");
      await runWithdraw(act, options, output);
    });
}

function addOffline(admin: Command, output: Output): void {
  admin
    .command("sign")
    .description("approve an act's document offline: prints the approval as JSON, sends nothing")
    .argument("<document>", "the act's document, as --out has kept it; - for standard input")
    .option("--key <file>", "key file that approves; may be repeated", collect)
    .option("--network <folder>", "the network's folder")
    .option("--genesis <file>", "the network's genesis file, where there is no network folder")
    .addHelpText(
      "after",
      examples("juno admin sign act.json --key admin-2.json --genesis genesis.json > approval.json") +
        OFFLINE_HELP,
    )
    .action(async (path, options) => {
      const { runSignAct } = await import("../command/admin-acts-command.ts");
      await runSignAct(path, options, output);
    });
  proposingDocument(admin.command("propose"))
    .description("propose an act whose document was made before")
    .argument("<document>", "the act's document, as --out has kept it; - for standard input")
    .addHelpText(
      "after",
      examples("juno admin propose act.json --approval approval.json --network net") + OFFLINE_HELP,
    )
    .action(async (path, options) => {
      const { runPropose } = await import("../command/admin-propose-command.ts");
      await runPropose(path, options, output);
    });
}
