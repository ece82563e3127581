// `juno replay`: the state after an entry, and what happened at it, out of a node's folder, an archive or a running cluster that
// need not be trusted. Exit code 0 only if nothing is wrong with the log up to there.

import { parseUtf8 } from "@juno/base";
import {
  type AuditProgress,
  type Replayed,
  type ReplayOutcome,
  type ReplayRequest,
  replay,
  type TableName,
} from "@juno/node";
import { Complaint, EXIT, usage } from "../complaint.ts";
import { interruptible } from "../interruptible.ts";
import { ClusterFeed } from "../network/cluster-feed.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import { safeText } from "../terminal/safe-text.ts";
import { factLines, replayJson, replayLines } from "../view/replay-view.ts";
import { stepJson, traceLines } from "../view/trace-view.ts";
import { readGenesis } from "./document.ts";

export type ReplayOptions = NetworkOptions & {
  readonly to: number;
  readonly trace?: boolean;
  readonly table?: string;
  readonly key?: string;
  readonly json?: boolean;
};

const KEY_CHARS = 8;
const TABLES_MAX = 20;

type Source = {
  readonly name: string;
  readonly request: Pick<ReplayRequest, "from" | "genesisBytes">;
  close(): void | Promise<void>;
};

async function openSource(
  source: string | undefined,
  options: ReplayOptions,
  stop: AbortSignal,
): Promise<Source> {
  const isCluster = options.network !== undefined || options.url !== undefined;
  if (isCluster !== (source === undefined)) {
    throw usage("Name one log to replay: a folder, or with --network or --url a running cluster.");
  }
  if (source !== undefined) {
    if (options.genesis === undefined)
      throw usage("Whom to trust? Give --genesis FILE, the network's genesis.");
    const genesisBytes = readGenesis(options.genesis);
    return { name: source, request: { from: source, genesisBytes }, close: () => undefined };
  }
  const place = findNetwork(options);
  const client = connect(place);
  try {
    const from = await ClusterFeed.open(client, place, stop);
    const close = () => from.close().finally(() => client.close());
    const { genesis } = place;
    return {
      name: place.folder ?? "the cluster",
      request: { from, genesisBytes: genesis.bytes },
      close,
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** `MODULE/TABLE`. */
function tableNamed(text: string | undefined, key: string | undefined): TableName | undefined {
  if (text === undefined) {
    if (key !== undefined) throw usage("Of which table? Give --table MODULE/TABLE with --key.");
    return undefined;
  }
  const [module, table, ...more] = text.split("/");
  if (!module || !table || more.length > 0) {
    throw usage(`"${text}" is no table: MODULE/TABLE, such as demo.accounts/accounts.`);
  }
  return { module, table };
}

async function replayed(request: ReplayRequest): Promise<ReplayOutcome> {
  const line = new ProgressLine(process.stderr);
  const onProgress = ({ stage, ...pace }: AuditProgress) =>
    line.show({ label: stage === "entries" ? "entries" : "certificates; entries", ...pace });
  return replay({ ...request, onProgress }).finally(() => line.close());
}

export function runReplay(from: string | undefined, options: ReplayOptions, output: Output): Promise<void> {
  return interruptible((stop) => replayUntil(stop, from, options, output));
}

async function replayUntil(
  signal: AbortSignal,
  from: string | undefined,
  options: ReplayOptions,
  output: Output,
): Promise<void> {
  const table = tableNamed(options.table, options.key);
  const source = await openSource(from, options, signal);
  try {
    const request = { ...source.request, to: options.to, isTraced: options.trace === true, signal };
    const outcome = await replayed(request);
    switch (outcome.kind) {
      case "refused":
        throw new Complaint(`${source.name} cannot be replayed to entry ${options.to}: ${outcome.detail}.`);
      case "stopped":
        throw new Complaint(`Stopped after entry ${outcome.at}; nothing was written.`, EXIT.interrupted);
      case "bad":
        return showBad(source.name, outcome, options, output);
      case "replayed":
        return show(source, outcome, { ...options, table }, output);
    }
  } finally {
    await source.close();
  }
}

function showBad(
  name: string,
  { findings, facts }: ReplayOutcome & { kind: "bad" },
  { to, json }: ReplayOptions,
  output: Output,
): void {
  if (json) output.printJson({ kind: "report", ok: false, from: name, findings, ...facts });
  else {
    const found = findings.map(({ index, place, problem }) =>
      safeText(`  ${index === undefined ? place : `entry ${index}, ${place}`}: ${problem}`),
    );
    const head = `${name}: ${output.paint("red", "BAD")}; nothing is shown of entry ${to}`;
    output.print([head, ...found.map((line) => output.paint("red", line)), ...factLines(facts)].join("\n"));
  }
  process.exitCode = EXIT.refused;
}

type Shown = Omit<ReplayOptions, "table"> & { readonly table: TableName | undefined };

function show(source: Source, outcome: Replayed, options: Shown, output: Output): void {
  const { state, trace } = outcome;
  try {
    demandTable(outcome, options.table);
    if (options.json) output.printJson(replayJson(source.name, outcome));
    else output.print(replayLines(source.name, outcome, output.paint).join("\n"));
    if (trace !== undefined) showTrace(outcome, options, output);
    if (options.table !== undefined) showRows(outcome, options.table, options, output);
  } finally {
    state.close();
  }
}

function demandTable({ point, state }: Replayed, wanted: TableName | undefined): void {
  if (wanted === undefined) return;
  const tables = state.tables();
  if (tables.some(({ module, table }) => module === wanted.module && table === wanted.table)) return;
  const known = tables.slice(0, TABLES_MAX).map(({ module, table }) => `${module}/${table}`);
  throw new Complaint(
    `After entry ${point.index} there is no table ${wanted.module}/${wanted.table}; there are ${known.join(", ")}${tables.length > TABLES_MAX ? " and more" : ""}.`,
  );
}

function showTrace({ reached, trace, state }: Replayed, { json }: Shown, output: Output): void {
  const { steps, omitted } = trace!;
  if (json) {
    for (const step of steps) output.printJson(stepJson(step));
    return;
  }
  const clientOf = (key: string) => state.clientName(key) ?? `key ${key.slice(0, KEY_CHARS)}…`;
  const head =
    steps.length === 0
      ? ["nothing ran at this entry"]
      : ["what ran, step by step, with the gas that the command had used by then"];
  const more = omitted === 0 ? [] : [`and ${omitted} more steps, which are not shown`];
  if (reached?.entry.kind === "command") {
    output.print(["", ...head, ...traceLines(steps, clientOf, output.paint), ...more].join("\n"));
  }
}

function showRows({ point, state }: Replayed, table: TableName, { key, json }: Shown, output: Output): void {
  const name = `${table.module}/${table.table}`;
  if (!json) output.print(`\n${name} after entry ${point.index}`);
  const print = (shownKey: string, row: Uint8Array | undefined): void => {
    const text = row && parseUtf8(row);
    if (json) {
      const value = text === undefined ? null : (JSON.parse(text) as unknown);
      output.printJson({ kind: "row", ...table, key: shownKey, row: value });
    } else output.print(`  ${safeText(`${JSON.stringify(shownKey)}  ${text ?? "there is no such row"}`)}`);
  };
  if (key !== undefined) return print(key, state.row(table, key)?.row);
  for (const { key: one, row } of state.rows(table)) print(one, row);
}
