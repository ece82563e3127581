// The state of all nodes of a network at one glance: a table, and beneath it, in sentences, what a
// stalled quorum lacks. A row is one node's own word, signed by it.

import type { StatusJson } from "@juno/api";
import { shortKey } from "../admin/words.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { evidenceSentence } from "./evidence-view.ts";

export type NodeReport = {
  readonly url: string;
  /** The node's number if it is known without asking it. */
  readonly id?: number;
  /** It does not answer, and no configuration in force names it. */
  readonly member?: false;
} & ({ readonly status: StatusJson } | { readonly problem: string });

const ROOT_CHARS = 12;

const OBSERVES =
  "only observes: its memory was rolled back, restored or lost, so it answers clients but never votes again under its key";

export const COLUMNS = [
  { title: "node", align: "right" },
  { title: "role" },
  { title: "epoch", align: "right" },
  { title: "term", align: "right" },
  { title: "leader", align: "right" },
  { title: "committed", align: "right" },
  { title: "applied", align: "right" },
  { title: "outcome root" },
  { title: "peers", align: "right" },
  { title: "pending", align: "right" },
] as const;

const ALARMING: ReadonlySet<StatusJson["state"]> = new Set(["halted", "removed", "read-only", "amnesiac"]);

/** Of a voter its part in the term, of any other node what it is (A31). */
function roleText({ role, state }: StatusJson, paint: Paint): string {
  if (state !== "voter") return paint(ALARMING.has(state) ? "red" : "yellow", state);
  if (role === "leader") return paint("green", role);
  return role === "follower" ? role : paint("yellow", role);
}

/** The cells of one node under COLUMNS. */
export function statusCells(report: NodeReport, paint: Paint): string[] {
  if ("problem" in report) {
    const isMissed = report.member !== false;
    return [String(report.id ?? "?"), isMissed ? paint("red", "down") : "no member"];
  }
  const { status } = report;
  const connected = status.peers.filter((peer) => peer.connected).length;
  return [
    String(status.node),
    roleText(status, paint),
    String(status.epoch),
    String(status.term),
    String(status.leader?.node ?? "-"),
    String(status.committed),
    String(status.applied.index),
    status.applied.root.slice(0, ROOT_CHARS),
    `${connected}/${status.peers.length}`,
    String(status.pending.commands),
  ];
}

/** A32 */
const heldText = ({ key, since, reason }: NonNullable<StatusJson["halted"]>): string =>
  `was halted by its operator (key ${shortKey(key)}) at ${new Date(since).toISOString()}: ${safeText(reason)}`;

const shortage = (stall: NonNullable<StatusJson["stall"]>): string => {
  const seconds = (stall.sinceMs / 1000).toFixed(0);
  return `stalled for ${seconds} s: ${safeText(stall.detail)}`;
};

const isSpeaking = (report: NodeReport): boolean => "status" in report && report.status.role !== "observer";

/**
 * What somebody on call should read: one sentence a finding; none if all is well. `quorum` is how many
 * nodes must agree, if the reports are of all nodes.
 */
export function findings(reports: readonly NodeReport[], quorum = 0): string[] {
  const lines: string[] = [];
  const speaking = reports.filter(isSpeaking).length;
  if (speaking < quorum) {
    const answering = reports.filter((report) => "status" in report).length;
    const what = speaking === answering ? "answer" : "answer and vote,";
    lines.push(
      `${speaking} of ${reports.filter(({ member }) => member !== false).length} nodes ${what} and ${quorum} must agree: nothing can be committed`,
    );
  }
  for (const report of reports) {
    if ("problem" in report) {
      lines.push(`node ${report.id ?? "?"}: ${safeText(report.problem)}`);
      continue;
    }
    const { status } = report;
    lines.push(...tooOldLines(status));
    if (status.stall !== undefined) lines.push(`node ${status.node}: ${shortage(status.stall)}`);
    if (status.state === "amnesiac") lines.push(`node ${status.node} ${OBSERVES}`);
    if (status.halted !== undefined) lines.push(`node ${status.node} ${heldText(status.halted)}`);
    const { pending } = status.redactions;
    if (pending > 0) {
      lines.push(
        `node ${status.node} still holds the payloads of ${pending} redacted commands: no certified snapshot covers them yet`,
      );
    }
    if (status.notReadyBecause.length > 0) {
      lines.push(`node ${status.node} is not ready: ${safeText(status.notReadyBecause.join("; "))}`);
    }
  }
  lines.push(...activations(reports));
  return [...ledgerHalts(reports), ...lines, ...disagreements(reports), ...accusations(reports)];
}

const versionsText = ({ ledger, language }: StatusJson["versions"]["known"]): string =>
  `ledger version ${ledger} and language version ${language}`;

/** C37: what a node's operator has to do, and by when. */
function tooOldLines({ node, versions: { known, stopsBefore } }: StatusJson): string[] {
  if (stopsBefore === undefined) return [];
  const knows = `its program knows ${versionsText(known)}; start it with a newer one`;
  return [`node ${node} STOPS BEFORE ENTRY ${stopsBefore}: ${knows}`];
}

/** C36: what is decided, as each node that has applied it tells. */
const activations = (reports: readonly NodeReport[]): string[] =>
  [
    ...sentencesWithNodes(reports, ({ versions: { next } }) =>
      next === undefined ? [] : [`entries from ${next.index} on are applied by ${versionsText(next)}`],
    ),
  ].map(([sentence, nodes]) => `${sentence} (${nodesText(nodes)})`);

/** The red button (A30), as each node that has applied it tells. */
function ledgerHalts(reports: readonly NodeReport[]): string[] {
  return [...sentencesWithNodes(reports, ({ ledgerHalt }) => ledgerHalt && [haltSentence(ledgerHalt)])].map(
    ([sentence, nodes]) => `${sentence} (${nodesText(nodes)})`,
  );
}

function haltSentence({ since, index, act, by, reason }: NonNullable<StatusJson["ledgerHalt"]>): string {
  const names = by.map(({ key, name }) => name ?? `key ${shortKey(key)}`).sort();
  const where = `entry ${index}, act ${shortKey(act)}`;
  const text = `THE LEDGER IS HALTED since ${new Date(since).toISOString()} (${where}) by ${names.join(", ")}: ${reason}`;
  return `${safeText(text)}; it takes nothing but decisions about itself`;
}

const nodesText = (nodes: readonly number[]) => `${nodes.length > 1 ? "nodes" : "node"} ${nodes.join(", ")}`;

/** Each sentence once, with the nodes that say it. */
function sentencesWithNodes(
  reports: readonly NodeReport[],
  told: (status: StatusJson) => readonly string[] | undefined,
): ReadonlyMap<string, readonly number[]> {
  const nodes = new Map<string, number[]>();
  for (const report of reports) {
    if ("problem" in report) continue;
    for (const sentence of new Set(told(report.status)))
      nodes.set(sentence, [...(nodes.get(sentence) ?? []), report.status.node]);
  }
  return nodes;
}

/** One sentence a lie, whichever nodes hold the proof of it. */
function accusations(reports: readonly NodeReport[]): string[] {
  const lies = sentencesWithNodes(reports, ({ evidence }) => evidence.map(evidenceSentence));
  return [...lies].map(([sentence, nodes]) => `${sentence} (proof at ${nodesText(nodes)})`);
}

/** Two roots at one index: one of the nodes is wrong, and everybody should stop and look. */
function disagreements(reports: readonly NodeReport[]): string[] {
  const roots = new Map<number, { node: number; root: string }>();
  const lines: string[] = [];
  for (const report of reports) {
    if ("problem" in report) continue;
    const { node, applied } = report.status;
    const other = roots.get(applied.index);
    if (other === undefined) roots.set(applied.index, { node, root: applied.root });
    else if (other.root !== applied.root) {
      lines.push(`nodes ${other.node} and ${node} have DIFFERENT outcome roots at index ${applied.index}`);
    }
  }
  return lines;
}

/** What concerns everybody stands above the table. */
export function statusLines(reports: readonly NodeReport[], paint: Paint, quorum = 0): string[] {
  const cells = reports.map((report) => statusCells(report, paint));
  const halts = ledgerHalts(reports);
  return [
    ...halts.flatMap((line) => [paint("red", line), ""]),
    ...renderTable(COLUMNS, cells, paint),
    ...findings(reports, quorum)
      .slice(halts.length)
      .map((line) => paint("yellow", line)),
  ];
}
