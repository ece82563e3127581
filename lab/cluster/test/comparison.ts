// What a client's journal and the nodes' databases must say of each other.

import { API_PREFIX, type EntryPageJson } from "@juno/api";
import { expect } from "vitest";
import type { Cluster } from "../src/cluster.ts";
import { type Acknowledged, balancesOf } from "../src/journal.ts";
import { readStoppedNode, type StoppedNode } from "../src/stopped-node.ts";

const PAGE_ENTRIES = 1_000;

/** How often each command stands in a list of entries. */
function timesOf(entries: readonly { readonly commandId?: string | undefined }[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { commandId } of entries) {
    if (commandId !== undefined) times.set(commandId, (times.get(commandId) ?? 0) + 1);
  }
  return times;
}

function expectOnce(acknowledged: readonly Acknowledged[], times: ReadonlyMap<string, number>): void {
  const wrong = acknowledged.filter(({ id }) => times.get(id) !== 1);
  expect(wrong.map(({ id, index }) => `${id} acknowledged at ${index}: ${times.get(id) ?? 0} times`)).toEqual(
    [],
  );
  expect([...times.values()].filter((count) => count !== 1)).toEqual([]);
}

/** Each acknowledged command exactly once, at its index, in what one node's API shows of its log. */
export async function expectInEntries(
  cluster: Cluster,
  id: number,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const ids = new Map<number, string | undefined>();
  for (let from: number | undefined = 1; from !== undefined; ) {
    const url = `${cluster.url(id)}${API_PREFIX}/entries?from=${from}&limit=${PAGE_ENTRIES}`;
    const page = (await (await fetch(url)).json()) as EntryPageJson;
    for (const { index, commandId } of page.entries) ids.set(index, commandId);
    from = page.next;
  }
  expectOnce(acknowledged, timesOf([...ids.values()].map((commandId) => ({ commandId }))));
  expect(acknowledged.filter((one) => ids.get(one.index) !== one.id)).toEqual([]);
}

/**
 * Reads the databases of these nodes, which are stopped: each acknowledged command exactly once on every
 * node, one chain, equal outcome roots, and money that is what was credited, account by account.
 */
export function expectInDatabases(
  cluster: Cluster,
  ids: readonly number[],
  acknowledged: readonly Acknowledged[],
): StoppedNode[] {
  const nodes = ids.map((id) => readStoppedNode(cluster.nodeFolder(id)));
  const last = Math.max(...acknowledged.map(({ index }) => index));
  const common = Math.min(...nodes.map(({ applied }) => applied));
  expect(common).toBeGreaterThanOrEqual(last);
  const balances = balancesOf(acknowledged);
  const total = [...balances.values()].reduce((sum, minor) => sum + minor, 0);
  const roots = new Set<string>();
  const heads = new Set<string>();
  for (const node of nodes) {
    const entries = node.entries.slice(0, node.applied);
    expectOnce(acknowledged, timesOf(entries));
    expect(acknowledged.filter(({ id, index }) => entries[index - 1]?.commandId !== id)).toEqual([]);
    expect(node.balances).toEqual(balances);
    expect(node.issued).toBe(total);
    roots.add(node.rootAt(common));
    heads.add(node.entries[common - 1]!.hash);
  }
  expect([...heads]).toHaveLength(1);
  expect([...roots]).toHaveLength(1);
  return nodes;
}
