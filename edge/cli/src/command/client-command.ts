// `juno client`: the session of the first Juno against a real network: typed at a prompt, piped in, or
// given with --eval.

import { join } from "node:path";
import { createInterface } from "node:readline";
import { EXIT, usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { KeyRing } from "../network/key-ring.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { askNoMore, passphraseIfEncrypted } from "../passphrase.ts";
import { completions, deployedPrefix } from "../repl/completion.ts";
import { deployedNames } from "../repl/deployed-names.ts";
import { LineRunner } from "../repl/line-runner.ts";
import { answer, promptForLines } from "../repl/prompt.ts";
import { Session } from "../repl/session.ts";
import type { SessionContext } from "../repl/session-context.ts";

export type ClientOptions = NetworkOptions & {
  readonly client?: string;
  readonly eval?: readonly string[];
  readonly json?: boolean;
};

const HISTORY_FILE = ".client-history";

/** Lines that nobody types: every one is answered; true if all did what they asked. */
async function runLines(
  runner: LineRunner,
  lines: Iterable<string> | AsyncIterable<string>,
  show: (reply: NonNullable<Awaited<ReturnType<LineRunner["run"]>>>) => void,
): Promise<boolean> {
  let good = true;
  for await (const line of lines) {
    const reply = await runner.run(line);
    if (reply === undefined) continue;
    show(reply);
    good &&= reply.ok;
    if (reply.quits) break;
  }
  return good;
}

export async function runClient(options: ClientOptions, output: Output): Promise<void> {
  const place = findNetwork(options);
  const { folder } = place;
  if (folder === undefined)
    throw usage("A client needs its keys: give --network FOLDER with clients/ in it.");
  const keys = new KeyRing(folder);
  const self = keys.client(options.client);
  const client = connect({ ...place, reader: self }, { signers: [self], output });
  const { paint } = output;
  const context: SessionContext = { client, nodes: place.nodes, self, keys, paint };
  const runner = new LineRunner(new Session(context), context);
  const scripted = options.eval?.flatMap((text) => text.split("\n"));
  try {
    if (scripted === undefined && process.stdin.isTTY && process.stdout.isTTY && !options.json) {
      await passphraseIfEncrypted(keys.clientFile(options.client));
      askNoMore();
      output.print(`Signing as ${self.name}. \`help\` lists the commands, Tab completes them.`);
      await promptForLines({
        run: (line) => runner.run(line),
        complete: async (line) => {
          const prefix = deployedPrefix(line);
          const deployed = prefix === undefined ? undefined : await deployedNames(client, prefix);
          return completions(line, keys.accountNames(), deployed);
        },
        historyPath: join(folder, HISTORY_FILE),
        paint,
      });
      return;
    }
    const lines = scripted ?? createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
    const good = await runLines(runner, lines, (reply) => {
      if (options.json) output.printJson(reply.json);
      else if (reply.lines.length > 0) output.print(answer(reply, paint));
    });
    if (!good) process.exitCode = EXIT.refused;
  } finally {
    client.close();
  }
}
