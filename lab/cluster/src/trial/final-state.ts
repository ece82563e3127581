// What nodes show when all is over: each node's ledger and accounts over HTTP, then its databases with the
// node stopped, by a reader of their bytes and by `juno verify`. Whatever one node shows at an index, all
// must show.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type CommandReceiptJson, CommandReceiptSchema, checkShape } from "@juno/api";
import { hex, parseUtf8 } from "@juno/base";
import type { JunoClient } from "@juno/client";
import type { Ledger, LedgerEntry, Portrait } from "@juno/judge";
import type { AppliedEntry } from "@juno/proof";
import { ACCOUNTS } from "../accounts.ts";
import type { Cluster } from "../cluster.ts";
import { readStoppedNode } from "../stopped-node.ts";
import { balancesIn, resultsOf } from "./clients.ts";
import { Unsafe } from "./ending.ts";

const PAGE_ENTRIES = 1_000;
const PROGRAM = fileURLToPath(new URL("../../../../edge/cli/src/juno.ts", import.meta.url));

export type Shown = {
  readonly node: number;
  readonly portrait: Portrait;
  /** From 1 on, without a gap. */
  readonly entries: readonly { readonly hash: string; readonly receipt: string }[];
  readonly ledger: Ledger;
};

function receiptOf({ entry, receipt }: AppliedEntry): CommandReceiptJson {
  const checked = checkShape(CommandReceiptSchema, JSON.parse(parseUtf8(receipt) ?? "null"));
  if (!checked.ok) throw new Error(`entry ${entry.index} has no command's receipt: ${checked.error.detail}`);
  return checked.value;
}

function ledgerOf(applied: readonly AppliedEntry[]): Ledger {
  const commands = applied.filter(({ entry }) => entry.kind === "command");
  const entries = commands.map((one): LedgerEntry => {
    const receipt = receiptOf(one);
    const { status } = receipt;
    return { index: one.entry.index, id: String(receipt.id), status, results: resultsOf(receipt) };
  });
  return { entries, through: applied.length };
}

async function entriesAt(client: JunoClient, node: number): Promise<AppliedEntry[]> {
  const all: AppliedEntry[] = [];
  for (let from: number | undefined = 1; from !== undefined; ) {
    const page = await client.entries({ from, limit: PAGE_ENTRIES });
    for (const one of page.entries) {
      const before = all.at(-1);
      const isNext = one.entry.index === all.length + 1;
      if (!isNext || (before !== undefined && hex(before.entry.hash) !== hex(one.previousHash))) {
        const what = `entry ${one.entry.index}, which does not follow entry ${all.length}`;
        throw new Unsafe([`node ${node} shows ${what}`]);
      }
      all.push(one);
    }
    from = page.next;
  }
  return all;
}

/** What one node shows over HTTP. The portrait comes first, so that the ledger reaches it. */
async function shownBy(cluster: Cluster, node: number): Promise<Shown> {
  const client = cluster.client({ nodes: [node] });
  const { index, result } = await client.query({ module: ACCOUNTS, query: "list" });
  const applied = await entriesAt(client, node);
  return {
    node,
    portrait: { by: `node ${node}`, index, balances: balancesIn(result) },
    entries: applied.map(({ entry, receipt }) => ({ hash: hex(entry.hash), receipt: parseUtf8(receipt)! })),
    ledger: ledgerOf(applied),
  };
}

export const shownByAll = (cluster: Cluster): Promise<Shown[]> =>
  Promise.all(cluster.ids.map((id) => shownBy(cluster, id)));

/** What all nodes have applied, and its outcome root, as all of them attest. */
type Applied = { readonly index: number; readonly root: string };

/** Where nodes show different entries or receipts, one sentence for each node that differs. */
export function disagreements(shown: readonly Shown[], applied: Applied): string[] {
  const longest = longestOf(shown);
  return shown.flatMap(({ node, entries }) => {
    if (entries.length < applied.index) {
      return [`node ${node} shows ${entries.length} entries, but has applied ${applied.index}`];
    }
    const at = entries.findIndex((one, place) => {
      const other = longest.entries[place]!;
      return one.hash !== other.hash || one.receipt !== other.receipt;
    });
    return at < 0 ? [] : [`nodes ${node} and ${longest.node} show different entries at ${at + 1}`];
  });
}

type DatabaseOptions = {
  readonly shown: readonly Shown[];
  readonly applied: Applied;
  /** Ends the audits early. */
  readonly signal: AbortSignal | undefined;
};

export const longestOf = (shown: readonly Shown[]): Shown =>
  shown.reduce((best, one) => (one.entries.length > best.entries.length ? one : best));

/** What is wrong with the databases of nodes that have stopped. */
export async function databaseFaults(
  cluster: Cluster,
  { shown, applied, signal }: DatabaseOptions,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { node, entries } of shown) {
    try {
      const stored = readStoppedNode(cluster.nodeFolder(node));
      const differs = entries.findIndex(({ hash }, at) => stored.entries[at]?.hash !== hash);
      if (differs >= 0) faults.push(`node ${node} has another entry ${differs + 1} on disk than it showed`);
      if (stored.rootAt(applied.index) !== applied.root) {
        faults.push(`node ${node} has another outcome root at ${applied.index} on disk than it attested`);
      }
    } catch (error) {
      faults.push(`node ${node}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const verdict = await verify(cluster, node, signal);
    if (verdict.code !== 0) faults.push(`juno verify refuses node ${node}: ${verdict.text}`);
  }
  return faults;
}

type Verdict = { readonly code: number | null; readonly text: string };

function verify(cluster: Cluster, node: number, signal: AbortSignal | undefined): Promise<Verdict> {
  const args = [PROGRAM, "verify", cluster.nodeFolder(node), "--genesis", cluster.genesisPath];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal, killSignal: "SIGKILL" }),
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return new Promise((resolve) => {
    // An error of its own has its close too.
    child.once("error", (error) => {
      text += error.message;
    });
    child.once("close", (code) => resolve({ code, text }));
  });
}
