// `juno verify` of a running cluster: every entry is verified as it comes, and what comes out is compared
// with what voters have signed and with what each node says of itself. The first contradiction ends it.

import { hex } from "@juno/base";
import { type ClientEvent, type JunoClient, JunoError } from "@juno/client";
import { FollowAudit } from "@juno/node";
import type { SignedStatement } from "@juno/proof";
import { EXIT } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import { appliedBy, nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { safeText } from "../terminal/safe-text.ts";
import { redactionSentences, resumeSentences } from "../view/audit-view.ts";

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

/** So many places of the log are looked at for what voters have signed. */
const PROBES = 16;

/** C22: what was done on the word of receipts must be confirmed, and every missing payload ordered out; the first doubt. */
async function doubtAboutRedactions({ audit, client }: Watch): Promise<string | undefined> {
  const { last, lastRedacted } = audit;
  if (lastRedacted === 0) return undefined;
  const missing = audit.unordered();
  if (missing !== undefined) {
    // The order may stand above what was taken so far.
    const { applied } = await client.entries({ from: last, limit: 1 });
    return applied > last
      ? undefined
      : `The payload of entry ${missing} is missing, and no entry up to ${last} redacts it.`;
  }
  const step = Math.max(1, Math.ceil((last - lastRedacted) / PROBES));
  const acks: SignedStatement[] = [];
  for (let at = last; at > lastRedacted && audit.confirmed < lastRedacted; at -= step) {
    acks.push(...((await client.entryProof(at))?.commit.acks ?? []));
    const signed = audit.judge(acks);
    if (signed !== undefined) return signed;
  }
  if (audit.confirmed >= lastRedacted) return undefined;
  return `The payload of entry ${lastRedacted} is redacted, and its receipt cannot be believed: no outcome root above it is signed by f + 1 voters.`;
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
async function watch(
  parts: Watch,
  { until, applied }: { readonly until: number; readonly applied: number },
  stop: AbortSignal,
): Promise<string | undefined> {
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
        if (audit.last >= applied) {
          const doubt = await doubtAboutRedactions(parts);
          if (doubt !== undefined) return doubt;
        }
      }
      if (audit.last >= until && audit.unordered() === undefined) return undefined;
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
    const told = await client.entries({ from: 1, limit: 1 });
    const reports = await nodeReports(client, place.nodes);
    const applied = appliedBy(reports, client.electorate.faults + 1) ?? told.applied;
    const until = options.follow ? Number.POSITIVE_INFINITY : applied;
    const problem = await watch({ audit, client, place }, { until, applied }, stop.signal);
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
        redacted: audit.redactions.count,
        redactions: audit.redactions.named,
        problem: problem ?? null,
      });
    } else {
      const verdict = ok ? output.paint("green", "good") : output.paint("red", "BAD");
      output.print(
        [
          `${place.folder ?? "the cluster"}: ${verdict}; ${last} entries, ${signatures} signatures verified as they came`,
          `  outcome root ${root ?? "unknown"}; voters have confirmed the one at entry ${confirmed}`,
          ...resumeSentences({ resumedFrom, anew }).map((sentence) => `  ${sentence}`),
          ...redactionSentences(audit.redactions).map((sentence) => `  ${sentence}`),
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
