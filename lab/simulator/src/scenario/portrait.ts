// What the nodes believe, one line for all that believe the same.

import type { NodeId } from "@juno/base";
import { roleOf } from "@juno/consensus";
import type { Entry } from "@juno/proof";
import type { Cluster } from "../cluster.ts";
import type { SimulatedNode } from "../node.ts";
import { entryName } from "./narration.ts";

function merged(nodes: readonly SimulatedNode[], describe: (node: SimulatedNode) => string): string[] {
  const byText = new Map<string, NodeId[]>();
  for (const node of nodes) {
    const text = describe(node);
    byText.set(text, [...(byText.get(text) ?? []), node.id]);
  }
  return [...byText].map(([text, ids]) => `${ids.join(" ")}: ${text}`);
}

/** Role, term and how far log, certificate and commits reach. */
export function portrait(cluster: Cluster, ids: readonly NodeId[]): string[] {
  return merged(
    ids.map((id) => cluster.node(id)),
    describeNode,
  );
}

function describeNode(node: SimulatedNode): string {
  const { state, context } = node;
  if (state === undefined) return "down";
  const { currentTerm, log, certified, committed, mode } = state;
  const { term, index } = certified.position;
  const ofTerm = term === currentTerm ? "" : ` of term ${term}`;
  const parts = [
    mode === "halted" ? "halted" : `${roleOf(context, state)}, term ${currentTerm}`,
    `log ${log.last.index}`,
    `certified ${index}${ofTerm}`,
    `committed ${committed.index}`,
  ];
  if (state.pending.size > 0) parts.push(`pending ${state.pending.size}`);
  if (mode === "readOnly") parts.push("read-only");
  return parts.join(", ");
}

const LINE_ENTRIES_MAX = 12;

function names(entries: readonly Entry[]): string {
  const all = entries.map(entryName);
  if (all.length <= LINE_ENTRIES_MAX) return all.join(" ");
  return `${all.slice(0, 3).join(" ")} (${all.length - 6} more) ${all.slice(-3).join(" ")}`;
}

/** The logs as they stand on disk: entries that the node has committed, certified, or merely stored. */
export function logs(cluster: Cluster, ids: readonly NodeId[]): string[] {
  return merged(
    ids.map((id) => cluster.node(id)),
    ({ disk, committed }) => {
      const { certified } = disk.load();
      const { entries } = disk;
      const parts = [
        ["committed", entries.slice(0, committed)] as const,
        ["certified", entries.slice(committed, certified.position.index)] as const,
        ["stored", entries.slice(Math.max(committed, certified.position.index))] as const,
      ];
      const told = parts.filter(([, part]) => part.length > 0);
      if (told.length === 0) return "an empty log";
      return told.map(([what, part]) => `${what} ${names(part)}`).join("; ");
    },
  );
}
