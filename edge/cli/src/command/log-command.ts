// `juno log`: the log, entry by entry, each checked to follow the one before; with --follow, as it grows.

import type { AppliedEntry } from "@juno/proof";
import { clientNames } from "../network/client-names.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { type ClientNameOf, entryJson, entryLines } from "../view/entry-view.ts";

export type LogOptions = NetworkOptions & {
  readonly from?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
};

function show(
  nameOf: ClientNameOf,
  applied: AppliedEntry,
  context: { options: LogOptions; output: Output },
): void {
  const { options, output } = context;
  if (options.json) output.printJson(entryJson(applied));
  else output.print(entryLines(nameOf, applied, output.paint).join("\n"));
}

export async function runLog(options: LogOptions, output: Output): Promise<void> {
  const place = findNetwork(options);
  const client = connect(place);
  const context = { options, output };
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const nameOf = await clientNames(client, place.genesis);
    if (options.follow) {
      const from = options.from === undefined ? {} : { from: options.from };
      for await (const event of client.stream({ ...from, signal: stop.signal })) {
        if (event.kind === "entry") show(nameOf, event.applied, context);
      }
      return;
    }
    let from: number | undefined = options.from ?? 1;
    while (from !== undefined && !stop.signal.aborted) {
      const page = await client.entries({ from });
      for (const applied of page.entries) show(nameOf, applied, context);
      from = page.next;
    }
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    client.close();
  }
}
