// `juno verify` of a running cluster: every entry is verified as it comes, and what comes out is compared
// with what voters have signed and with what each node says of itself. The first contradiction ends it.

import { hex } from "@juno/base";
import { type ClientEvent, type JunoClient, JunoError } from "@juno/client";
import { FollowAudit } from "@juno/node";
import { EXIT } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { safeText } from "../terminal/safe-text.ts";
import { resumeSentences } from "../view/audit-view.ts";

export type FollowOptions = NetworkOptions & {
  readonly follow?: boolean;
  readonly work?: string;
  readonly version: string;
  readonly json?: boolean;
};

/** Between two times that voters and nodes are asked. */
const ASK_MS = 1_000;
const ASK_ENTRIES = 1_000;

type Watch = {
  readonly audit: FollowAudit;
  readonly client: JunoClient;
  readonly place: NetworkPlace;
};

/** Takes the entry; what is wrong with it, and who gave it. */
function contradictionIn(audit: FollowAudit, event: ClientEvent & { kind: "entry" }): string | undefined {
  const problem = audit.take(event.applied);
  return problem && `Entry ${event.index}, as node ${event.by} gave it: ${problem}`;
}

/** What voters have signed about entries that were taken, and what nodes say; the first contradiction. */
async function contradictionAbroad({ audit, client, place }: Watch): Promise<string | undefined> {
  const { last } = audit;
  if (last === 0) return undefined;
  const proof = await client.entryProof(last).catch((error: unknown) => {
    if (error instanceof JunoError && error.retryable) return undefined;
    throw error;
  });
  const signed = proof && audit.judge(proof.commit.acks);
  if (signed !== undefined) return signed;
  for (const report of await nodeReports(client, place.nodes)) {
    const { index, root } = "status" in report ? report.status.applied : { index: 0, root: "" };
    if (index === 0 || index > last) continue;
    const own = hex(audit.rootAt(index));
    if (root !== own) {
      return `The node at ${report.url} says that the outcome root at entry ${index} is ${root}; executing the log yields ${own}.`;
    }
  }
  return undefined;
}

/** Follows the log until it is stopped or, without --follow, until `until` is taken; the contradiction, if any. */
async function watch(parts: Watch, until: number, stop: AbortSignal): Promise<string | undefined> {
  const { audit, client } = parts;
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  let askedMs = startedMs;
  let asked = 0;
  try {
    const begun = audit.last;
    if (begun >= until) return await contradictionAbroad(parts);
    for await (const event of client.stream({ from: begun + 1, signal: stop })) {
      if (event.kind !== "entry") continue;
      const problem = contradictionIn(audit, event);
      if (problem !== undefined) return problem;
      const now = performance.now();
      const perSecond = Math.round(((audit.last - begun) * 1000) / Math.max(1, now - startedMs));
      line.show({ label: "entries", done: audit.last, total: Math.max(audit.last, until), perSecond });
      const isDue = audit.last >= until || now - askedMs >= ASK_MS || audit.last - asked >= ASK_ENTRIES;
      if (isDue) {
        askedMs = now;
        asked = audit.last;
        const abroad = await contradictionAbroad(parts);
        if (abroad !== undefined) return abroad;
      }
      if (audit.last >= until) return undefined;
    }
    return undefined;
  } finally {
    line.close();
  }
}

export async function runVerifyCluster(options: FollowOptions, output: Output): Promise<void> {
  const place = findNetwork(options);
  const client = connect(place);
  const { work, version } = options;
  const audit = new FollowAudit(
    place.genesis.bytes,
    work === undefined ? undefined : { folder: work, version },
  );
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const { applied } = await client.entries({ from: 1, limit: 1 });
    const until = options.follow ? Number.POSITIVE_INFINITY : applied;
    const problem = await watch({ audit, client, place }, until, stop.signal);
    const { last, signatures, confirmed, resumedFrom, anew } = audit;
    const root = last === 0 ? null : hex(audit.rootAt(last));
    const ok = problem === undefined;
    if (options.json) {
      output.printJson({
        ok,
        entries: last,
        resumedFrom,
        anew: anew ?? null,
        signatures,
        confirmed,
        outcomeRoot: root,
        problem: problem ?? null,
      });
    } else {
      const verdict = ok ? output.paint("green", "good") : output.paint("red", "BAD");
      output.print(
        [
          `${place.folder ?? "the cluster"}: ${verdict}; ${last} entries, ${signatures} signatures verified as they came`,
          `  outcome root ${root ?? "unknown"}; voters have confirmed the one at entry ${confirmed}`,
          ...resumeSentences({ resumedFrom, anew }).map((sentence) => `  ${sentence}`),
          ...(problem === undefined ? [] : [output.paint("red", `  ${safeText(problem)}`)]),
        ].join("\n"),
      );
    }
    if (!ok) process.exitCode = EXIT.refused;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    audit.close();
    client.close();
  }
}
