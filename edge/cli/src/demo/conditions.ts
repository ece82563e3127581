// What the demo waits for, each as a look at what the nodes say: met, or what is lacking in words.

import type { StatusJson } from "@juno/api";
import type { NodeReport } from "../view/status-view.ts";
import type { Finding } from "./waiting.ts";

export type Leader = { readonly node: number; readonly term: number };

export type Agreement = { readonly committed: number; readonly root: string };

const statuses = (reports: readonly NodeReport[]): StatusJson[] =>
  reports.flatMap((report) => ("status" in report ? [report.status] : []));

function silent(reports: readonly NodeReport[], expected: number): string | undefined {
  const missing = reports.flatMap((report) => ("problem" in report ? [report] : []));
  if (reports.length - missing.length >= expected) return undefined;
  return `no answer from ${missing.map(({ id, url }) => `node ${id ?? url}`).join(", ")}`;
}

const roleText = ({ node, role, term, stall }: StatusJson): string =>
  `node ${node} is ${role} in term ${term}${stall === undefined ? "" : ` (${stall.detail})`}`;

/** Of the nodes that run, all follow one leader, in a term above `after`. */
export function oneLeader(
  reports: readonly NodeReport[],
  facts: { readonly running: number; readonly after: number },
): Finding<Leader> {
  const lacking = silent(reports, facts.running);
  if (lacking !== undefined) return { lacking };
  const all = statuses(reports);
  const leading = all.find(({ role, term }) => role === "leader" && term > facts.after);
  if (leading === undefined) return { lacking: all.map(roleText).join(", ") };
  const { node, term } = leading;
  const others = all.filter(
    (status) => status.term !== term || status.leader?.node !== node || !status.ready,
  );
  if (others.length > 0) {
    const reasons = others.map((status) => `${roleText(status)} ${status.notReadyBecause.join(", ")}`.trim());
    return { lacking: `node ${node} leads term ${term}, but ${reasons.join(", ")}` };
  }
  return { met: { node, term } };
}

/** All nodes answer, have committed and applied the same, and show one outcome root. */
export function agreement(reports: readonly NodeReport[]): Finding<Agreement> {
  const lacking = silent(reports, reports.length);
  if (lacking !== undefined) return { lacking };
  const all = statuses(reports);
  const [first] = all;
  if (first === undefined) return { lacking: "there are no nodes" };
  const { committed } = first;
  const { root } = first.applied;
  const same = all.every(
    ({ applied, ...status }) =>
      status.committed === committed && applied.index === committed && applied.root === root,
  );
  if (same) return { met: { committed, root } };
  const positions = all.map(
    ({ node, applied, ...status }) =>
      `node ${node} committed ${status.committed}, applied ${applied.index}, root ${applied.root.slice(0, 12)}`,
  );
  return { lacking: positions.join("; ") };
}
