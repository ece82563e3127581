// Time travel for engineers and auditors (P21): from a node's folder, an archive or a running cluster to the state after any
// entry, and to what happened at it. Nothing is written to what is read.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Genesis } from "@juno/proof";
import type { Verifier } from "@juno/runtime";
import type { ArchiveFeed } from "../archive/archive-feed.ts";
import { MANIFEST } from "../archive/manifest.ts";
import { trustedGenesis } from "../audit/audit-context.ts";
import type { AuditProgress } from "../audit/audit-report.ts";
import { Findings } from "../audit/findings.ts";
import { growingVerifier } from "../audit/growing-verifier.ts";
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

const pruned = ({ first }: ReplayFeed): ReplayOutcome => ({
  ...{ kind: "refused", code: "entry_pruned" },
  detail: `the entries before ${first} are not there; replay an archive that begins at entry 1`,
});

/** Rejects with a Failure only if the genesis, the disk or the verifier cannot be used, or what the feed throws. */
export async function replay(request: ReplayRequest): Promise<ReplayOutcome> {
  const { genesisBytes, to, isTraced = false, onProgress, signal } = request;
  const genesis = trustedGenesis(genesisBytes);
  const findings = new Findings(FINDINGS_MAX);
  const feed = opened(request, genesis, findings);
  if (!feed.ok) return { kind: "refused", ...feed.error };
  const { last, close } = feed.value;
  const verifier = request.verifier ?? growingVerifier();
  try {
    if (to > last) {
      return { kind: "refused", code: "entry_unknown", detail: `the log is committed up to entry ${last}` };
    }
    if (feed.value.first > 1) return pruned(feed.value);
    const parts = { feed: feed.value, genesis, to, isTraced, verifier, findings, onProgress, signal };
    const outcome = await new ReplayRun(parts).outcome();
    return outcome.kind === "bad" && feed.value.first > 1 ? pruned(feed.value) : outcome;
  } finally {
    close.call(feed.value);
    if (request.verifier === undefined) await verifier.close();
  }
}
