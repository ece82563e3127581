// What the node says of itself: status, probes, metrics, and the contract it serves.

import {
  PAGE_BYTES_MAX,
  PAGE_ITEMS_DEFAULT,
  type ReadyJson,
  renderEvidence,
  renderEvidenceClaim,
  type StatusJson,
} from "@juno/api";
import type { Backend, LeaderHint, LedgerHalt, NodeVersions, PeerProgress, Stall } from "@juno/runtime";
import { type Answer, type Handlers, json } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";
import type { HttpMetrics } from "./http-metrics.ts";
import type { HostReport, ReplySigner } from "./http-options.ts";

/** The members that are there: JSON has no undefined. */
function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const leaderJson = (leader: LeaderHint | undefined) =>
  leader === undefined ? undefined : present({ node: leader.node, url: leader.url });

const peerJson = (peer: PeerProgress) => present({ ...peer });

const stallJson = (stall: Stall | undefined) =>
  stall === undefined ? undefined : { ...stall, have: [...stall.have], lacks: [...stall.lacks] };

const ledgerHaltJson = (halt: LedgerHalt | undefined) =>
  halt === undefined ? undefined : { ...halt, by: halt.by.map(present) };

const versionsJson = ({ known, inForce, next, stopsBefore }: NodeVersions) => ({
  known: { ...known },
  inForce: { ...inForce },
  ...present({ next: next && { ...next }, stopsBefore }),
});

export type NodeContext = {
  readonly backend: Backend;
  readonly signer: ReplySigner;
  readonly version: string;
  readonly metrics: HttpMetrics;
  readonly host: HostReport | undefined;
  /** Texts that are ready once all routes are known. */
  readonly contract: () => { readonly openapi: string; readonly page: string };
  readonly isClosing: () => boolean;
};

export function statusJson(context: NodeContext): StatusJson {
  const { backend, signer, version } = context;
  const status = backend.status();
  const reasons = readiness(context);
  const optional = present({
    leader: leaderJson(status.leader),
    stall: stallJson(status.stall),
    halted: status.halted && { ...status.halted },
    ledgerHalt: ledgerHaltJson(status.ledgerHalt),
    host: context.host?.status(),
  });
  return {
    node: signer.node,
    network: fastHex(signer.network),
    version,
    state: status.state,
    mode: status.mode,
    ...(status.modeReason === undefined ? {} : { modeReason: status.modeReason }),
    role: status.role,
    epoch: status.epoch,
    term: status.term,
    time: status.time,
    uptimeMs: status.uptimeMs,
    stored: status.stored,
    certified: status.certified,
    committed: status.committed,
    applied: { index: status.applied.index, root: fastHex(status.applied.root) },
    prunedThrough: status.prunedThrough,
    pending: { ...status.pending },
    redactions: { ...status.redactions },
    versions: versionsJson(status.versions),
    queues: { ...status.queues, ...context.metrics.levels },
    peers: status.peers.map(peerJson),
    evidence: status.evidence.map(renderEvidenceClaim),
    ready: reasons.length === 0,
    notReadyBecause: reasons,
    counters: { ...status.counters },
    ...optional,
  };
}

function readiness(context: NodeContext): string[] {
  const reasons = [...context.backend.status().notReadyBecause];
  if (context.isClosing()) reasons.push("The node is shutting down.");
  return reasons;
}

const text = (mediaType: string, body: string): Answer => ({ status: 200, mediaType, body });

type NodeRoutes = Pick<Handlers, "status" | "evidence" | "live" | "ready" | "metrics" | "openapi" | "docs">;

export function nodeRoutes(context: NodeContext): NodeRoutes {
  return {
    status: () => json(200, statusJson(context)),
    evidence: async ({ query }) => {
      const from = Math.max(1, query.from ?? 1);
      const limit = query.limit ?? PAGE_ITEMS_DEFAULT;
      const page = await context.backend.evidence({ from, limit, bytesMax: PAGE_BYTES_MAX });
      const last = page.at(-1)?.number;
      const more = last !== undefined && last < context.backend.status().evidence.length;
      return json(200, {
        evidence: page.map((stored) => renderEvidence(stored, fastHex)),
        ...(more ? { next: last + 1 } : {}),
      });
    },
    live: () => json(200, { live: true, node: context.signer.node }),
    ready: () => {
      const notReadyBecause = readiness(context);
      const body: ReadyJson = { ready: notReadyBecause.length === 0, notReadyBecause };
      return json(body.ready ? 200 : 503, body);
    },
    metrics: async () => {
      const ofNode = [...context.backend.metrics(), ...(context.host?.metrics() ?? [])];
      return text("text/plain; version=0.0.4; charset=utf-8", await context.metrics.text(ofNode));
    },
    openapi: () => text("application/json; charset=utf-8", context.contract().openapi),
    docs: () => text("text/html; charset=utf-8", context.contract().page),
  };
}
