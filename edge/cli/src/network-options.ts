// Options of every command that talks to a network.

import type { Command } from "commander";
import { collect } from "./option-value.ts";

export function withNetwork(command: Command): Command {
  return command
    .option("--network <folder>", "the network's folder (default: $JUNO_NETWORK, . or ./juno-dev)")
    .option("--url <url>", "a node's address; once for each node that is known", collect)
    .option("--genesis <file>", "the network's genesis file, where there is no network folder")
    .option(
      "--ca <file>",
      "certificates (PEM) that those of https:// nodes are trusted by (default: the system's)",
    );
}
