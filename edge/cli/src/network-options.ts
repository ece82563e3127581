// Options of every command that talks to a network.

import type { Command } from "commander";
import { collect } from "./option-value.ts";

const READS = "key file of whoever reads, where reads are guarded (default: the first in clients/)";

export function withNetwork(command: Command, as = READS): Command {
  return command
    .option("--as <file>", as)
    .option("--network <folder>", "the network's folder (default: $JUNO_NETWORK, . or ./juno-dev)")
    .option("--url <url>", "a node's address; once for each node that is known", collect)
    .option("--genesis <file>", "the network's genesis file, where there is no network folder")
    .option(
      "--ca <file>",
      "certificates (PEM) that those of https:// nodes are trusted by (default: ca.pem beside the genesis file, else the system's)",
    );
}
