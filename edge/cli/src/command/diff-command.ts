// `juno diff`: where two nodes' logs, outcomes or rows part. Exit code 2 says that nothing was compared, whatever the
// reason, so that scripts can tell that from an answer.

import { type DiffProgress, type DiffSide, diff, feedSide, openDiffSide } from "@juno/node";
import { Complaint, EXIT, usage } from "../complaint.ts";
import { interruptible } from "../interruptible.ts";
import { ClusterFeed } from "../network/cluster-feed.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { diffJson, diffLines } from "../view/diff-view.ts";

export type DiffOptions = Pick<NetworkOptions, "genesis" | "ca" | "as"> & { readonly json?: boolean };

const API = /^https?:\/\//;

export async function runDiff(
  [a, b]: readonly [string, string],
  options: DiffOptions,
  output: Output,
): Promise<void> {
  const { verdict } = await interruptible(async (stop) => {
    try {
      return await compare([a, b], options, { output, stop });
    } catch (cause) {
      if (stop.aborted) throw new Complaint("Stopped before all was compared.", EXIT.interrupted, { cause });
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Complaint(`${a} and ${b} could not be compared: ${message}.`, EXIT.usage, { cause });
    }
  });
  if (verdict === "part") process.exitCode = EXIT.refused;
}

async function compare(
  names: readonly [string, string],
  options: DiffOptions,
  { output, stop }: { readonly output: Output; readonly stop: AbortSignal },
) {
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  const onProgress = ({ stage, done, total }: DiffProgress) => {
    const perSecond = Math.round((done * 1000) / Math.max(1, performance.now() - startedMs));
    line.show({ label: stage, done, total, perSecond });
  };
  const sides: DiffSide[] = [];
  try {
    for (const name of names) sides.push(await openSide(name, options, stop));
    const [a, b] = sides as [DiffSide, DiffSide];
    const report = await diff({ a, b, signal: stop, onProgress });
    line.close();
    if (options.json) output.printJson(diffJson(report));
    else output.print(diffLines(report, output.paint).join("\n"));
    return report;
  } finally {
    line.close();
    for (const side of sides) await side.close();
  }
}

async function openSide(
  name: string,
  { genesis: path, ca, as }: DiffOptions,
  stop: AbortSignal,
): Promise<DiffSide> {
  if (!API.test(name)) return openDiffSide(name);
  if (path === undefined)
    throw usage("whom to believe that this is the network? Give --genesis FILE with an API");
  const trusted = ca === undefined ? {} : { ca };
  const place = findNetwork({ url: [name], genesis: path, ...trusted, ...(as === undefined ? {} : { as }) });
  const client = connect(place);
  try {
    const feed = await ClusterFeed.open(client, place, stop);
    const close = () => feed.close().finally(() => client.close());
    return { ...feedSide(name, place.genesis.network, feed), close };
  } catch (error) {
    client.close();
    throw error;
  }
}
