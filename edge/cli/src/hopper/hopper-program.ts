// The command line of `hopper`: every command with its options, examples and help. A command's work stands in a file of
// its own and is loaded when it is asked for, so that `hopper --help` is quick.

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { withNetwork } from "../network-options.ts";
import { examples, pointToHelp, wholeNumber } from "../option-value.ts";
import type { Output } from "../output.ts";
import { runCommandLine } from "../run-program.ts";
import { withLanguage } from "./language-option.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  the answer is no: an error in a program, a test that fails, a command that the ledger refuses
  2  the command line cannot be understood
  3  no node answered in time, or an outcome stayed unknown
`;

const SOURCES = "`.hop` files and folders (default: this folder)";

function addWriting(program: Command, output: Output): void {
  program
    .command("new")
    .description("make a folder with a contract, its tests and a README; replaces nothing")
    .argument("<name>", "the folder; its last name becomes the module's")
    .addHelpText("after", examples("hopper new purse", "hopper new contracts/purse"))
    .action(async (name) => {
      const { runNew } = await import("./new-command.ts");
      runNew(name, output);
    });
  withLanguage(program.command("check"))
    .description("say what is wrong with sources; imported modules are found beside them")
    .argument("[sources...]", SOURCES)
    .option("--json", "print an array of {code, severity, message, file, line, column}")
    .addHelpText("after", examples("hopper check", "hopper check bank.hop", "hopper check contracts --json"))
    .action(async (sources, options) => {
      const { runCheck } = await import("./check-command.ts");
      runCheck(sources, options, output);
    });
  withLanguage(program.command("test"))
    .description("run the tests in sources, each on an empty ledger of its own")
    .argument("[sources...]", SOURCES)
    .option("--filter <text>", "only tests whose title, or module's name, has this in it")
    .option("--coverage", "say what never runs, and what each action costs")
    .option("--gas", "say what each action costs")
    .option("--gas-limit <n>", "what one test may use", wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    .option("--json", "print {passed, failed, tests, coverage, gas} as one line")
    .addHelpText(
      "after",
      examples("hopper test", "hopper test bank.hop --filter fee", "hopper test contracts --coverage"),
    )
    .action(async (sources, options) => {
      const { runTests } = await import("./test-command.ts");
      runTests(sources, options, output);
    });
  program
    .command("fmt")
    .description("lay sources out in the one form; comments stay")
    .argument("[sources...]", `${SOURCES}; - for standard input`)
    .option("--check", "change nothing; say which are not laid out")
    .addHelpText("after", examples("hopper fmt", "hopper fmt --check contracts", "hopper fmt - < bank.hop"))
    .action(async (sources, options) => {
      const { runFormat } = await import("./format-command.ts");
      runFormat(sources, options, output);
    });
}

function addReading(program: Command, output: Output): void {
  program
    .command("doc")
    .description("the library's reference, or the documentation of modules, as Markdown")
    .argument("[what...]", "`.hop` files and folders, or modules of the library, such as std.list")
    .option("--out <file>", "write it there")
    .addHelpText(
      "after",
      examples(
        "hopper doc",
        "hopper doc std.list",
        "hopper doc bank.hop",
        "hopper doc contracts --out contracts.md",
      ),
    )
    .action(async (what, options) => {
      const { runDoc } = await import("./doc-command.ts");
      runDoc(what, options, output);
    });
  program
    .command("explain")
    .description("tell what a diagnostic code means, with an example; without a code, list all")
    .argument("[code]", "such as H0203, or 203")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("hopper explain", "hopper explain H0203"))
    .action(async (code, options) => {
      const { runExplain } = await import("./explain-command.ts");
      runExplain(code, options, output);
    });
}

function addTrying(program: Command, output: Output): void {
  withLanguage(program.command("run"))
    .description("call an action or query on a ledger in memory; without one, list them")
    .argument("<file>", "the module; what it imports is found beside it")
    .argument("[action]", "such as open, or bank.open")
    .argument("[args...]", "name=value, values in order, or a JSON object; @ann is ann's policy")
    .option("--sign <name...>", "made-up signers; each has the role of its name")
    .option("--state <file>", "the ledger, kept in this file from run to run")
    .option("--time <time>", "the command's time, such as 2026-01-31T12:00:00Z")
    .option("--gas-limit <n>", "what it may use", wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    .option("--json", "print the receipt as JSON")
    .addHelpText(
      "after",
      examples(
        "hopper run bank.hop",
        "hopper run bank.hop open name=ann owner=@ann",
        "hopper run bank.hop open ann @ann --state ledger.json",
        "hopper run bank.hop issue ann '100.00 USD' --sign treasury risk --state ledger.json",
        "hopper run bank.hop balance ann --state ledger.json",
      ),
    )
    .action(async (file, action, args, options) => {
      const { runRun } = await import("./run-command.ts");
      runRun(file, action, args, options, output);
    });
  withLanguage(program.command("repl"))
    .description("try contracts line by line, on a ledger in memory")
    .argument("[sources...]", "`.hop` files and folders to load")
    .addHelpText("after", examples("hopper repl", "hopper repl bank.hop", "echo '1 + 1' | hopper repl"))
    .action(async (sources, options) => {
      const { runRepl } = await import("./repl-command.ts");
      await runRepl(sources, options, output);
    });
}

function addLedger(program: Command, output: Output): void {
  withNetwork(program.command("deploy"))
    .description("check sources, and make them modules of a network")
    .argument("<sources...>", "`.hop` files and folders; what they import and is new goes along")
    .option(
      "--sign <file...>",
      "key files that sign: the registered client's first (default: client and operators)",
    )
    .option("--dry-run", "say what would happen; send nothing")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      examples(
        "hopper deploy bank.hop --network net",
        "hopper deploy bank.hop --network net --dry-run",
        "hopper deploy bank.hop --url http://127.0.0.1:7101 --genesis net/genesis.json --sign client.json cfo.json risk.json",
      ),
    )
    .action(async (sources, options) => {
      const { runDeploy } = await import("./deploy-command.ts");
      await runDeploy(sources, options, output);
    });
  withNetwork(program.command("call"))
    .description("call an action or a query of a deployed module")
    .argument("<call>", "MODULE.ACTION or MODULE.QUERY")
    .argument("[args...]", "name=value, values in order, or a JSON object; @ann is the policy of ann's key")
    .option("--sign <key...>", "who signs besides the client: key files, or names in the network's folder")
    .option("--dry-run", "say what would happen; send nothing")
    .option("--linearizable", "of a query: ask a quorum first")
    .option("--json", "print the outcome or the answer as JSON")
    .addHelpText(
      "after",
      examples(
        "hopper call demo.bank.open name=ann owner=@ann --network net",
        "hopper call demo.bank.issue ann '100.00 USD' --sign treasury risk --network net",
        "hopper call demo.bank.balance ann --network net",
      ),
    )
    .action(async (call, args, options) => {
      const { runCall } = await import("./call-command.ts");
      await runCall({ call, args }, options, output);
    });
}

export function createHopperProgram(output: Output): Command {
  const program = new Command("hopper")
    .description("Hopper: contracts whose money can be neither copied nor lost.")
    .version(manifest.version)
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.remark(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText(
      "after",
      `${examples("hopper new purse", "hopper check purse", "hopper explain H0203")}${EXIT_CODES_HELP}`,
    );
  addWriting(program, output);
  addReading(program, output);
  addTrying(program, output);
  addLedger(program, output);
  pointToHelp(program);
  return program;
}

export const runHopper = (argv: readonly string[]): Promise<void> =>
  runCommandLine(createHopperProgram, argv);
