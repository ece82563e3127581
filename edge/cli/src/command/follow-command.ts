// `juno verify` of a running cluster: every entry is verified as it comes, and what comes out is compared
// with what voters have signed and with what each node says of itself. The first contradiction ends it.

import { hex } from "@juno/base";
import { type ClientEvent, type JunoClient, JunoError } from "@juno/client";
import { FollowAudit, snapshotsFolder } from "@juno/node";
import type { SignedStatement } from "@juno/proof";
import { Complaint, EXIT } from "../complaint.ts";
import { interruptible } from "../interruptible.ts";
import { ClusterBeginning, prunedAt } from "../network/cluster-beginning.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import { appliedBy, nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { safeText } from "../terminal/safe-text.ts";
import { beginningSentences, redactionSentences, resumeSentences } from "../view/audit-view.ts";

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

/** Takes the entry, once it is known who votes in its epoch; what is wrong with it, and who gave it. */
async function contradictionIn(
  { audit, client }: Watch,
  event: ClientEvent & { kind: "entry" },
): Promise<string | undefined> {
  const { epoch } = event.applied.entry;
  while (client.epochs.of(epoch) === undefined && (await client.learnEpochs()));
  const problem = audit.take(event.applied);
  return problem && `Entry ${event.index}, as node ${event.by} gave it: ${problem}`;
}

const isPruned = (error: unknown): boolean => error instanceof JunoError && error.code === "pruned";

/** Nothing is wrong with the log: nobody is left to ask. */
const overtaken = (index: number): Complaint =>
  new Complaint(
    `The payload of entry ${index} is redacted, and the nodes have pruned meanwhile what would confirm its receipt: run this again, with another work folder if there is one.`,
  );

/** So many places of the log are looked at for what voters have signed. */
const PROBES = 16;

/** C22: what was done on the word of receipts must be confirmed, and every missing payload ordered out; the first doubt. */
async function doubtAboutRedactions({ audit, client }: Watch): Promise<string | undefined> {
  const { last, lastRedacted } = audit;
  if (lastRedacted === 0) return undefined;
  const missing = audit.unordered();
  if (missing !== undefined) {
    // The order may stand above what was taken so far.
    const { applied } = await client.entries({ from: last + 1, limit: 1 });
    return applied > last
      ? undefined
      : `The payload of entry ${missing} is missing, and no entry up to ${last} redacts it.`;
  }
  const step = Math.max(1, Math.ceil((last - lastRedacted) / PROBES));
  const acks: SignedStatement[] = [];
  for (let at = last; at > lastRedacted && audit.confirmed < lastRedacted; at -= step) {
    const proof = await client.entryProof(at).catch((error: unknown) => {
      throw isPruned(error) ? overtaken(lastRedacted) : error;
    });
    acks.push(...(proof?.commit.acks ?? []));
    const signed = audit.judge(acks);
    if (signed !== undefined) return signed;
  }
  if (audit.confirmed >= lastRedacted) return undefined;
  return `The payload of entry ${lastRedacted} is redacted, and its receipt cannot be believed: no outcome root above it is signed by f + 1 voters.`;
}

/** What voters have signed about entries that were taken, and what nodes say; the first contradiction. */
async function contradictionAbroad({ audit, client, place }: Watch): Promise<string | undefined> {
  const { last, prunedThrough } = audit;
  if (last === prunedThrough) return undefined;
  const proof = await client.entryProof(last).catch((error: unknown) => {
    // The nodes may have let go of the entry since it was taken.
    if (isPruned(error) || (error instanceof JunoError && error.retryable)) return undefined;
    throw error;
  });
  const signed = proof && audit.judge(proof.commit.acks);
  if (signed !== undefined) return signed;
  for (const report of await nodeReports(client, place.nodes)) {
    const { index, root } = "status" in report ? report.status.applied : { index: 0, root: "" };
    if (index <= prunedThrough || index > last) continue;
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
    if (begun >= until) return (await contradictionAbroad(parts)) ?? (await doubtAboutRedactions(parts));
    for await (const event of client.stream({ from: begun + 1, signal: stop })) {
      if (event.kind !== "entry") continue;
      const problem = await contradictionIn(parts, event);
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

/** A cluster may prune what is being read: then it is read again, from where it begins by then. */
const ATTEMPTS = 3;

/** What an audit has come to, and what is wrong with the log, if anything is. */
type Watched = { readonly audit: FollowAudit; readonly problem: string | undefined };

/** P35: goes on with what is kept, or begins at entry 1, or with a snapshot, as far as the nodes hand out what comes next. */
async function beginAudit(
  { client, place }: Omit<Watch, "audit">,
  { work, version }: FollowOptions,
  stop: AbortSignal,
): Promise<FollowAudit> {
  const genesisBytes = place.genesis.bytes;
  const kept = work === undefined ? undefined : { folder: work, version };
  while (await client.learnEpochs());
  const { epochs } = client;
  const audit = await FollowAudit.open({ genesisBytes, epochs, work: kept });
  try {
    if ((await prunedAt(client, audit.last + 1)) === undefined) return audit;
  } catch (error) {
    audit.close();
    throw error;
  }
  audit.close();
  const beginning = await ClusterBeginning.find(client, place, stop);
  try {
    const snapshot = await beginning.snapshot(work && snapshotsFolder(work));
    return await FollowAudit.open({ genesisBytes, epochs, work: kept, snapshot });
  } finally {
    await beginning.close();
  }
}

/** Until the end of the log, or for good; throws a Complaint if the nodes prune faster than anybody verifies. */
async function watchThrough(
  parts: Omit<Watch, "audit">,
  options: FollowOptions,
  stop: AbortSignal,
): Promise<Watched> {
  const { client } = parts;
  let audit = await beginAudit(parts, options, stop);
  for (let attempt = 1; ; ) {
    try {
      if (audit.unfit !== undefined) return { audit, problem: audit.unfit };
      const told = await client.entries({ from: audit.last + 1, limit: 1 });
      const reports = await nodeReports(client, parts.place.nodes);
      const applied = appliedBy(reports, client.epochs.last.electorate.faults + 1) ?? told.applied;
      const until = options.follow ? Number.POSITIVE_INFINITY : applied;
      return { audit, problem: await watch({ ...parts, audit }, { until, applied }, stop) };
    } catch (error) {
      const isOver = isPruned(error) && (await prunedAt(client, audit.last + 1)) !== undefined;
      if (isPruned(error) && !isOver) continue;
      audit.close();
      if (!isOver) throw error;
      if (!options.follow && attempt++ === ATTEMPTS) {
        throw new Complaint(
          `The nodes have pruned what comes after entry ${audit.last} while it was read, ${ATTEMPTS} times: verify a node's folder.`,
        );
      }
      audit = await beginAudit(parts, options, stop);
    }
  }
}

function reportText(place: NetworkPlace, { audit, problem }: Watched, output: Output): string {
  const { last, prunedThrough, vouchers, signatures, confirmed, resumedFrom, anew } = audit;
  const verdict = problem === undefined ? output.paint("green", "good") : output.paint("red", "BAD");
  const root = audit.unfit === undefined && last > 0 ? hex(audit.rootAt(last)) : "unknown";
  const sentences = [
    ...beginningSentences({ source: "cluster", prunedThrough, vouchers }),
    ...resumeSentences({ first: prunedThrough + 1, resumedFrom, anew }),
    ...redactionSentences(audit.redactions),
  ];
  return [
    `${place.folder ?? "the cluster"}: ${verdict}; ${last - prunedThrough} entries, ${signatures} signatures verified as they came`,
    `  outcome root ${root}; voters have confirmed the one at entry ${confirmed}`,
    ...sentences.map((sentence) => `  ${sentence}`),
    ...(problem === undefined ? [] : [output.paint("red", `  ${safeText(problem)}`)]),
  ].join("\n");
}

function reportJson({ audit, problem }: Watched): Record<string, unknown> {
  const { last, prunedThrough, vouchers, signatures, confirmed, resumedFrom, anew } = audit;
  return {
    ok: problem === undefined,
    entries: last - prunedThrough,
    ...{ last, prunedThrough, vouchers, resumedFrom },
    anew: anew ?? null,
    signatures,
    confirmed,
    outcomeRoot: audit.unfit === undefined && last > 0 ? hex(audit.rootAt(last)) : null,
    redacted: audit.redactions.count,
    redactions: audit.redactions.named,
    problem: problem ?? null,
  };
}

export async function runVerifyCluster(options: FollowOptions, output: Output): Promise<void> {
  const place = findNetwork(options);
  const client = connect(place);
  try {
    const watched = await interruptible((stop) => watchThrough({ client, place }, options, stop));
    try {
      if (options.json) output.printJson(reportJson(watched));
      else output.print(reportText(place, watched, output));
    } finally {
      watched.audit.close();
    }
    if (watched.problem !== undefined) process.exitCode = EXIT.refused;
  } finally {
    client.close();
  }
}
