// `juno doctor` with its options, examples and help.

import type { Command } from "commander";
import { withNetwork } from "./network-options.ts";
import { examples } from "./option-value.ts";
import type { Output } from "./output.ts";

const DOCTOR_HELP = `
It asks every node twice, two seconds apart, believes nothing that is not signed by a member of the network, and needs no key, but
to see open acts and snapshots where reads are guarded (--as). Each finding tells what it means for clients, what to do, and the figures it rests on; docs/guides/monitoring.md lists them. What a node
says of itself is that node's word.

Exit codes: 0, nothing is the matter; 1, there is a warning or worse; 2, it could not look: the command line is wrong, or no node
gives an answer that can be believed.
`;

export function addDoctor(program: Command, output: Output): void {
  withNetwork(program.command("doctor"))
    .description("why a network is slow or stalled, in words, and what to do")
    .option("--json", "print the verdict and the findings as JSON")
    .addHelpText(
      "after",
      examples(
        "juno doctor --network net",
        "juno doctor --url http://127.0.0.1:7101 --genesis genesis.json",
      ) + DOCTOR_HELP,
    )
    .action(async (options) => {
      const { runDoctor } = await import("./command/doctor-command.ts");
      await runDoctor(options, output);
    });
}
