// The command line: every command with its options, examples and help. A command's work stands in a file
// of its own and is loaded when it is asked for, so that `juno --help` is quick.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { addDiff } from "./add-diff.ts";
import { addDoctor } from "./add-doctor.ts";
import { addEpochs, EPOCHS_OPTION } from "./add-epochs.ts";
import { addReplaying } from "./add-replaying.ts";
import { addRows } from "./add-rows.ts";
import { addAdministration } from "./admin/admin-program.ts";
import { addBackups } from "./backup-program.ts";
import { addGoverning } from "./governing.ts";
import { addKeys, addSigner } from "./keys-program.ts";
import { withNetwork } from "./network-options.ts";
import { addNode } from "./node-program.ts";
import { collect, examples, pointToHelp, wholeNumber } from "./option-value.ts";
import type { Output } from "./output.ts";
import { PASSPHRASE_FILE } from "./passphrase-variable.ts";
import { runCommandLine } from "./run-program.ts";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
export const VERSION = manifest.version;

const EXIT_CODES_HELP = `
Exit codes:
  0   done
  1   the answer is no: a command failed on the ledger, a check found something
  2   the command line cannot be understood
  3   no node answered in time, or an outcome stayed unknown
  10… a node cannot run; docs/guides/operator.md lists them
`;

const entryIndex = wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER });
const NODES_MAX = 100;
const PORT_MAX = 60_000;

const PRUNED_HELP = `
Where entries are pruned it begins with the certified snapshot there, fetched from a running cluster if need be.
`;

function addAuditing(program: Command, output: Output): void {
  withNetwork(program.command("verify"))
    .description("check a node's databases, an archive or a running cluster, without trusting them")
    .argument("[source]", "a node's folder, or what `juno export` made; none with --network or --url")
    .option("--follow", "of a running cluster: go on with what comes; end with Ctrl-C")
    .option("--work <folder>", "keep what is verified there, and go on from it when run again")
    .option("--report <file>", "write a report to file, as text, or as JSON with --json")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      examples(
        "juno verify net/node-1 --genesis net/genesis.json",
        "juno verify archive --genesis genesis.json --work work --report report.txt",
        "juno verify --network net --follow",
      ) + PRUNED_HELP,
    )
    .action(async (source, options) => {
      const { runVerify } = await import("./command/verify-command.ts");
      await runVerify(source, { ...options, version: VERSION }, output);
    });
  withNetwork(program.command("export"))
    .description("write the log into an archive, or go on with one")
    .argument(
      "<folders...>",
      "a node's folder and the archive's; with --network or --url the archive's alone",
    )
    .option("--from <index>", "the first entry (default: 1, or where the archive begins)", entryIndex)
    .option("--to <index>", "the last entry (default: all that is applied)", entryIndex)
    .option("--json", "print what the archive holds as JSON")
    .addHelpText(
      "after",
      examples(
        "juno export net/node-1 archive --genesis net/genesis.json",
        "juno export net/node-1 part --genesis net/genesis.json --from 1000 --to 2000",
        "juno export archive --network net",
      ) + PRUNED_HELP,
    )
    .action(async (folders, options) => {
      const { runExport } = await import("./command/export-command.ts");
      await runExport(folders, options, output);
    });
}

function addOperating(program: Command, output: Output): void {
  program
    .command("init")
    .description("make a new network's files: genesis, keys, one folder a node")
    .argument("[folder]", "where; must not hold a network yet")
    .option("--nodes <n>", "how many nodes (at least 4)", wholeNumber({ min: 1, max: NODES_MAX }))
    .option("--host <host>", "the address all nodes listen on", "127.0.0.1")
    .option(
      "--base-port <port>",
      "node i: API at port+i, peers at port+1000+i",
      wholeNumber({ min: 1, max: PORT_MAX }),
    )
    .option("--client <name...>", "names of registered clients")
    .option("--encrypt", "encrypt all private keys with one passphrase, but for those of certificates")
    .option("--api-tls", "serve the APIs over TLS, under certificates of an authority of the network's own")
    .option(
      "--api-certificates <folder>",
      "the same, under certificates that stand there: ca.pem, and node-1.pem with node-1.key.pem for each node",
    )
    .option("--json", "print what was made as JSON")
    .addHelpText(
      "after",
      examples(
        "juno init net",
        "juno init net --nodes 7 --client alice bob --base-port 9100",
        "juno init net --api-tls",
      ),
    )
    .action(async (folder, options) => {
      const { runInit } = await import("./command/init-command.ts");
      await runInit(folder, options, output);
    });
  program
    .command("dev")
    .description("a whole network in this terminal, with a live view")
    .option(
      "--nodes <n>",
      "how many nodes, if the network is new (at least 4)",
      wholeNumber({ min: 1, max: NODES_MAX }),
    )
    .option("--folder <folder>", "where its files are; made if missing", "juno-dev")
    .addHelpText("after", examples("juno dev", "juno dev --nodes 7 --folder /tmp/seven"))
    .addHelpText("after", "\nKeys: 1 to 9 kill or restart that node, l kills the leader, q stops all.\n")
    .action(async (options) => {
      const { runDev } = await import("./command/dev-command.ts");
      await runDev(options, output);
    });
}

function addVerifying(program: Command, output: Output): void {
  program
    .command("verify-evidence")
    .description("check that a file proves a voter's lie, without trusting who made it")
    .argument("<file>", "one element of GET /evidence, or its kind and bytes; - for standard input")
    .requiredOption("--genesis <file>", "the network's genesis file")
    .option(...EPOCHS_OPTION)
    .option("--json", "print what it proves as JSON")
    .addHelpText("after", examples("juno verify-evidence evidence.json --genesis net/genesis.json"))
    .action(async (file, options) => {
      const { runVerifyEvidence } = await import("./command/verify-evidence-command.ts");
      await runVerifyEvidence(file, options, output);
    });
}

const NOT_PROVED_HELP = `
What a good receipt proves: this ledger holds the command of this id at this entry, and applying it ended
as shown, if at most f of the genesis' n >= 3f+1 voters lie.
What it does not prove:
  that the rows still are as shown: later entries may have changed them;
  what else the ledger holds, or that nothing came after;
  what the command asked for, and who signed it: its id is the SHA-256 of its payload, compare that;
  the time, beyond what voters let pass: it is the leader's clock;
  that the genesis is the right one: have it from somebody you trust, not from who shows the receipt.
`;

function addReceipts(program: Command, output: Output): void {
  withNetwork(program.command("receipt"))
    .description("fetch the proof of a command's outcome, to be kept and shown")
    .argument("<id>", "the command's id")
    .option("--out <file>", "where to; never replaces a file (default: standard output)")
    .option("--timeout <seconds>", "how long to wait for a proof", wholeNumber({ min: 0, max: 86_400 }), 30)
    .addHelpText(
      "after",
      examples(`juno receipt ${"3830e771965dab01".repeat(4)} --network net --out receipt.json`),
    )
    .action(async (id, options) => {
      const { runReceipt } = await import("./command/receipt-command.ts");
      await runReceipt(id, options, output);
    });
  program
    .command("verify-receipt")
    .description("check receipts offline, with the genesis alone; tells what they prove")
    .argument("<file...>", "receipt files, or - for standard input")
    .requiredOption("--genesis <file>", "the network's genesis file")
    .option(...EPOCHS_OPTION)
    .option("--json", "print each verdict as a line of JSON")
    .addHelpText(
      "after",
      examples(
        "juno verify-receipt receipt.json --genesis net/genesis.json",
        "cat receipt.json | juno verify-receipt - --genesis net/genesis.json --json",
      ) + NOT_PROVED_HELP,
    )
    .action(async (files, options) => {
      const { runVerifyReceipt } = await import("./command/verify-receipt-command.ts");
      await runVerifyReceipt(files, options, output);
    });
}

function addUsing(program: Command, output: Output): void {
  withNetwork(program.command("client"))
    .description("type commands at a network, as in the first Juno")
    .option("--client <name>", "whose key in clients/ signs (default: the first)")
    .option("--eval <command>", "run this and end; may be repeated", collect)
    .option("--json", "answer each command with one line of JSON")
    .addHelpText(
      "after",
      examples(
        "juno client --network net",
        "juno client --network net --eval 'CreateAccount wjm' --eval 'AdjustAccount wjm 100%1'",
        "echo ObserveAccounts | juno client --network net --json",
      ),
    )
    .action(async (options) => {
      const { runClient } = await import("./command/client-command.ts");
      await runClient(options, output);
    });
  withNetwork(program.command("status"))
    .description("all nodes at a glance; what a stalled quorum lacks")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      examples("juno status --network net", "juno status --url http://127.0.0.1:7101 --genesis genesis.json"),
    )
    .action(async (options) => {
      const { runStatus } = await import("./command/status-command.ts");
      await runStatus(options, output);
    });
}

function addAsking(program: Command, output: Output): void {
  withNetwork(program.command("submit"))
    .description("sign and send actions, a payload or a signed command")
    .argument("<file>", "JSON, or - for standard input")
    .option("--sign <file...>", "key files that sign, the registered client's first")
    .option("--atomic", "all actions or none")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      examples("juno submit actions.json --network net --sign net/clients/client.json net/keys/wjm.json") +
        '\nActions: [{"module":"demo.accounts","action":"transfer","args":{"from":"wjm","via":[],"to":"stu","amount":"10.00 USD"}}]\n',
    )
    .action(async (file, options) => {
      const { runSubmit } = await import("./command/submit-command.ts");
      await runSubmit(file, options, output);
    });
  withNetwork(program.command("query"))
    .description("ask a module's query; prints JSON")
    .argument("<query>", "MODULE.QUERY")
    .argument("[args]", "its arguments as a JSON object", "{}")
    .option("--linearizable", "ask a quorum first: never older than what was acknowledged")
    .addHelpText(
      "after",
      examples(
        `juno query demo.accounts.balance '{"name":"wjm"}' --network net`,
        "juno query demo.accounts.list --linearizable",
      ),
    )
    .action(async (query, args, options) => {
      const { runQuery } = await import("./command/query-command.ts");
      await runQuery({ query, args }, options, output);
    });
  withNetwork(program.command("log"))
    .description("the log's entries: who asked for what, and what it changed")
    .option(
      "--from <index>",
      "the first entry (default: 1, or with --follow what comes next)",
      wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .option("--follow", "go on with what comes; end with Ctrl-C")
    .option("--json", "one line of JSON for each entry")
    .addHelpText("after", examples("juno log --network net", "juno log --network net --follow --json"))
    .action(async (options) => {
      const { runLog } = await import("./command/log-command.ts");
      await runLog(options, output);
    });
}

export function createProgram(output: Output): Command {
  const program = new Command("juno")
    .description("Juno: a private ledger for known participants.")
    .version(VERSION)
    .exitOverride()
    .option("--passphrase-file <file>", `what opens encrypted key files (default: $${PASSPHRASE_FILE})`)
    .configureHelp({ showGlobalOptions: true })
    .hook("preAction", (root) => {
      const { passphraseFile } = root.opts<{ passphraseFile?: string }>();
      if (passphraseFile !== undefined) process.env[PASSPHRASE_FILE] = resolve(passphraseFile);
    })
    .addHelpText(
      "after",
      `${examples("juno dev", "juno init net && juno node net/node-1", "juno client --network net")}${EXIT_CODES_HELP}`,
    );
  addOperating(program, output);
  addNode(program, output, VERSION);
  addAdministration(program, output);
  addBackups(program, output);
  addVerifying(program, output);
  addAuditing(program, output);
  addReplaying(program, output);
  addDiff(program, output);
  addUsing(program, output);
  addDoctor(program, output);
  addAsking(program, output);
  addGoverning(program, output);
  addReceipts(program, output);
  addRows(program, output);
  addEpochs(program, output);
  addKeys(program, output);
  addSigner(program, output);
  pointToHelp(program);
  return program;
}

export const runProgram = (argv: readonly string[]): Promise<void> => runCommandLine(createProgram, argv);
