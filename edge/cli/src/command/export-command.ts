// `juno export`: writes the log of a node or a running cluster into an archive that an auditor can keep, or goes on with one.
// Ctrl-C ends it with an archive of what is written by then; the same command goes on from there.

import {
  type ArchiveFeed,
  type ExportReport,
  type ExportRequest,
  exportArchive,
  loadGenesis,
  NodeFeed,
} from "@juno/node";
import type { Genesis } from "@juno/proof";
import { EXIT, usage } from "../complaint.ts";
import { interruptible } from "../interruptible.ts";
import { ClusterFeed } from "../network/cluster-feed.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { readGenesis } from "./document.ts";

export type ExportOptions = NetworkOptions & {
  readonly from?: number;
  readonly to?: number;
  readonly json?: boolean;
};

function exportLines(
  target: string,
  { manifest, earlier, isComplete, isExecutable }: ExportReport,
): string[] {
  const { first, last, counts, end } = manifest;
  const held = counts.entries === 0 ? "no entries" : `entries ${first} to ${last}`;
  const added = earlier === undefined || earlier === last ? "" : `, ${last - earlier} of them new`;
  const { commands, certificates, evidence } = counts;
  return [
    `${target}: ${held}${added}; ${commands} commands, ${certificates} certificates, ${evidence} evidence`,
    `  outcome root ${end.outcomeRoot}`,
    ...(first === 1 ? [] : [`  ${beginningText(first - 1, isExecutable)}`]),
    ...(isComplete ? [] : ["  It was stopped before the end; the same command goes on from here."]),
  ];
}

/** P34 */
const beginningText = (before: number, isExecutable: boolean): string =>
  isExecutable
    ? `It begins above entry ${before}; the certified snapshot there is in its folder snapshots, to be verified from.`
    : `It begins above entry ${before}, without a snapshot of the state there: its commands cannot be executed.`;

type Source = {
  readonly feed: ArchiveFeed;
  readonly genesis: Genesis;
  readonly target: string;
  close(): void | Promise<void>;
};

/** A node's folder, or the cluster that the options name. */
async function openSource(
  folders: readonly string[],
  options: ExportOptions,
  stop: AbortSignal,
): Promise<Source> {
  const isCluster = options.network !== undefined || options.url !== undefined;
  const [first = "", target = ""] = folders;
  if (folders.length !== (isCluster ? 1 : 2)) {
    throw usage(
      "Name the node's folder and the archive's; or --network or --url for a running cluster, and the archive's folder alone.",
    );
  }
  if (isCluster) {
    const place = findNetwork(options);
    const client = connect(place);
    try {
      const feed = await ClusterFeed.open(client, place, stop);
      const close = () => feed.close().finally(() => client.close());
      return { feed, genesis: place.genesis, target: first, close };
    } catch (error) {
      client.close();
      throw error;
    }
  }
  if (options.genesis === undefined)
    throw usage("Whom to trust? Give --genesis FILE, the network's genesis.");
  readGenesis(options.genesis);
  const genesis = loadGenesis(options.genesis);
  const feed = new NodeFeed(first, genesis);
  return { feed, genesis, target, close: () => feed.close() };
}

/** What was asked for and cannot be is the command line's fault. */
async function exportUnlessUnfit(request: ExportRequest): Promise<ExportReport> {
  try {
    return await exportArchive(request);
  } catch (error) {
    const isUnfit = error instanceof Error && "code" in error && error.code === "config_invalid";
    throw isUnfit ? usage(`${error.message}.`) : error;
  }
}

export function runExport(folders: readonly string[], options: ExportOptions, output: Output): Promise<void> {
  return interruptible(async (stop) =>
    exportFrom(await openSource(folders, options, stop), options, stop, output),
  );
}

async function exportFrom(
  { feed, genesis, target, close }: Source,
  { from, to, json }: ExportOptions,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  try {
    const report = await exportUnlessUnfit({
      ...{ feed, genesis, target, from, to, signal },
      onProgress: ({ begun, done, last }) => {
        const perSecond = Math.round(((done - begun) * 1000) / Math.max(1, performance.now() - startedMs));
        line.show({ label: "entries", done, total: last, perSecond });
      },
    });
    line.close();
    if (json) output.printJson({ target, ...report });
    else output.print(exportLines(target, report).join("\n"));
    if (!report.isComplete) process.exitCode = EXIT.interrupted;
  } finally {
    line.close();
    await close();
  }
}
