// Time travel for engineers and auditors (P21): from a node's folder, an archive or a running cluster to the state after any
// entry, and to what happened at it. Nothing is written to what is read.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Genesis } from "@juno/proof";
import type { Verifier } from "@juno/runtime";
import type { ArchiveFeed } from "../archive/archive-feed.ts";
import { MANIFEST } from "../archive/manifest.ts";
import { auditContext, trustedGenesis } from "../audit/audit-context.ts";
import type { AuditProgress } from "../audit/audit-report.ts";
import { EpochAudit } from "../audit/epoch-audit.ts";
import { Findings } from "../audit/findings.ts";
import { growingVerifier } from "../audit/growing-verifier.ts";
import { SignatureQueue } from "../audit/signature-queue.ts";
import { FINDINGS_MAX } from "../audit/verify-databases.ts";
import { openArchiveFeed } from "./archive-feed-rows.ts";
import { clusterFeed } from "./cluster-feed-rows.ts";
import { openNodeFeed } from "./node-feed-rows.ts";
import type { OpenedFeed, ReplayFeed } from "./replay-feed.ts";
import type { ReplayOutcome } from "./replay-report.ts";
import { ReplayRun } from "./replay-run.ts";

export type ReplayRequest = {
  /** A node's folder or an archive's; or what hands out the entries of a running cluster. */
  readonly from: string | ArchiveFeed;
  /** The genesis file's exact bytes: all that is trusted. */
  readonly genesisBytes: Uint8Array;
  readonly to: number;
  readonly isTraced?: boolean;
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly signal?: AbortSignal;
  /** Verifies signatures in place of threads of its own. */
  readonly verifier?: Verifier;
};

function opened({ from, to }: ReplayRequest, genesis: Genesis, findings: Findings): OpenedFeed {
  if (typeof from !== "string") return { ok: true, value: clusterFeed(from, to) };
  const isArchive = existsSync(join(from, MANIFEST));
  return isArchive ? openArchiveFeed(from, genesis, findings) : openNodeFeed(from, genesis);
}

/** A21 */
function refusedBelow({ first, elsewhere }: ReplayFeed, hasSnapshot: boolean): ReplayOutcome {
  const end = first - 1;
  const left = hasSnapshot
    ? `with the snapshot there it can be replayed to entry ${end} and those above`
    : "no snapshot of the state there is at hand";
  const rest =
    elsewhere ?? "replay an archive that begins at entry 1, or the folder of a node that keeps more";
  const detail = `the entries up to ${end} are not there, and ${left}; ${rest}`;
  return { kind: "refused", code: "entry_pruned", detail };
}

const OVERTAKEN: ReplayOutcome = {
  kind: "refused",
  code: "entry_pruned",
  detail: "the node has pruned its log while it was read: run this again, or stop the node",
};

/** Rejects with a Failure only if the genesis, the disk or the verifier cannot be used, or what the feed throws. */
export async function replay(request: ReplayRequest): Promise<ReplayOutcome> {
  const { genesisBytes, to, isTraced = false, onProgress, signal } = request;
  const genesis = trustedGenesis(genesisBytes);
  const findings = new Findings(FINDINGS_MAX);
  const feed = opened(request, genesis, findings);
  if (!feed.ok) return { kind: "refused", ...feed.error };
  const { first, last, close } = feed.value;
  const verifier = request.verifier ?? growingVerifier();
  try {
    if (to > last) {
      return { kind: "refused", code: "entry_unknown", detail: `the log is committed up to entry ${last}` };
    }
    if (to < first - 1) return refusedBelow(feed.value, true);
    const context = auditContext(genesis);
    const signatures = new SignatureQueue(verifier);
    const links = await feed.value.links();
    const place = (table: "epochs") => feed.value.source.place(table);
    const source = { links: () => links, place };
    new EpochAudit({ source, context, signatures, findings: () => findings }).learn();
    const snapshot = await feed.value.begin({ context, signatures, findings });
    const isBegun = first === 1 || snapshot !== undefined;
    if (!isBegun && findings.list.length === 0) return refusedBelow(feed.value, false);
    if (to < first && isTraced) {
      const detail = `what happened at entry ${to} is not there, only the state after it: leave --trace out`;
      return { kind: "refused", code: "entry_pruned", detail };
    }
    const parts = { feed: feed.value, snapshot, context, signatures, to, isTraced, findings };
    const outcome = await new ReplayRun({ ...parts, onProgress, signal }).outcome();
    const isOvertaken = outcome.kind === "bad" && feed.value.isOvertaken?.() === true;
    return isOvertaken ? OVERTAKEN : outcome;
  } finally {
    close.call(feed.value);
    if (request.verifier === undefined) await verifier.close();
  }
}
