// Writes the folder that a node leaves behind when it leaves or halts (V16): what it found, the entries around it with what it made of
// them, and its rows if they are not too many. Invariant: the folder has its name only when it is whole and durable; a disk that
// is full leaves nothing behind but a refusal.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderEntry } from "@juno/api";
import { hex, NodeId } from "@juno/base";
import type { Genesis } from "@juno/proof";
import type { Departure } from "@juno/runtime";
import { NodeFeed } from "../archive/node-feed.ts";
import { copyDatabase } from "../backup/copy-database.ts";
import { failureOf } from "../backup/make-backup.ts";
import { syncTree } from "../backup/sync-tree.ts";
import { sha256 } from "../crypto/sodium.ts";
import { stateFile } from "../store/folder.ts";
import { type Kept, readmeText } from "./divergence-readme.ts";
import { EVIDENCE_FILE, evidenceText, type KeptEvidenceFile, readEvidenceFile } from "./evidence-file.ts";

/** Entries before and behind the one that it is about. */
const ENTRIES_AROUND = 16;
const ENTRIES_BYTES_MAX = 16 * 1024 * 1024;
/** A state.db that is larger stays where it is. */
const STATE_BYTES_MAX = 64 * 1024 * 1024;

const NAME = /^divergence-\d+(-\d+)?$/;
/** Stands in the folder of a departure that a re-admission has ended: a later one for the same reason is another one. */
const READMITTED_FILE = "readmitted.txt";

export type KeepRequest = {
  /** The node's folder. */
  readonly folder: string;
  readonly genesis: Genesis;
  readonly node: number;
  readonly departure: Departure;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly stateBytesMax?: number;
};

export type KeptDeparture = KeptEvidenceFile & { readonly place: string };

/** The folders of departures that no re-admission has ended. */
const openPlaces = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => NAME.test(name) && !existsSync(join(folder, name, READMITTED_FILE)))
    .map((name) => join(folder, name));

/** What was kept of the departure for this reason that no re-admission has ended. */
export const keptFor = (folder: string, reason: string): KeptDeparture | undefined =>
  openPlaces(folder)
    .flatMap((place) => {
      const kept = readEvidenceFile(join(place, EVIDENCE_FILE));
      return kept === undefined ? [] : [{ place, ...kept }];
    })
    .find((kept) => kept.reason === reason);

/** Where a resync puts what it replaces: with what was kept, or, where nothing could be, into the same folder at each attempt. */
export const placeFor = (folder: string, reason: string, index: number): string =>
  keptFor(folder, reason)?.place ??
  openPlaces(folder).find((place) => !existsSync(join(place, EVIDENCE_FILE))) ??
  join(folder, freeName(folder, index));

/** V16: of the departures at one entry each has a name of its own. */
function freeName(folder: string, index: number): string {
  const first = `divergence-${index}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? first : `${first}-${number}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

/** To be called before the node speaks again: interrupted in between, it keeps the same departure twice rather than a later one never. */
export function markReadmitted(place: string, because: string): void {
  writeFileSync(join(place, READMITTED_FILE), `${because}\n`);
  syncTree(place);
}

/** Resolves with the folder, or undefined if this departure is kept already. Rejects with Failures. */
export async function keepDivergence(request: KeepRequest): Promise<string | undefined> {
  const { folder, departure } = request;
  if (keptFor(folder, departure.reason) !== undefined) return undefined;
  const name = freeName(folder, departure.index);
  const target = join(folder, name);
  const draft = join(folder, `.${name}.unfinished`);
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    await fill(draft, name, request);
    syncTree(draft);
    renameSync(draft, target);
    syncTree(folder, { isDeep: false });
    return target;
  } catch (error) {
    throw failureOf(target, error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function fill(draft: string, name: string, request: KeepRequest): Promise<void> {
  const { folder, genesis, node, departure, now } = request;
  const { network } = genesis;
  const write = (file: string, text: string) => writeFileSync(join(draft, file), text);
  write(EVIDENCE_FILE, evidenceText(departure, { network, node: NodeId(node) }));
  const entries = await entriesAround(request);
  if (entries !== undefined) write("entries.jsonl", entries.lines.join(""));
  const hasState = bytesOf(stateFile(folder)) <= (request.stateBytesMax ?? STATE_BYTES_MAX);
  if (hasState) {
    await copyDatabase({ from: stateFile(folder), to: stateFile(draft), onProgress: () => undefined });
  }
  const kept: Kept = { entries, hasState };
  const time = new Date(now).toISOString();
  const about = { ...departure, node, network: hex(network), folder, name, time };
  write("README.txt", readmeText(about, kept));
}

const bytesOf = (file: string): number =>
  [file, `${file}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);

type Entries = { readonly from: number; readonly to: number; readonly lines: readonly string[] };

async function entriesAround({ folder, genesis, departure }: KeepRequest): Promise<Entries | undefined> {
  const feed = new NodeFeed(folder, genesis);
  try {
    const from = Math.max(feed.first, departure.index - ENTRIES_AROUND);
    const to = Math.min(feed.last, departure.index + ENTRIES_AROUND);
    const lines: string[] = [];
    let bytes = 0;
    if (from > to) return undefined;
    for await (const portion of feed.entries({ from, to })) {
      for (const applied of portion) {
        const line = `${JSON.stringify(renderEntry({ sha256, hex }, applied))}\n`;
        bytes += line.length;
        if (bytes > ENTRIES_BYTES_MAX) return { from, to: applied.entry.index - 1, lines };
        lines.push(line);
      }
    }
    return { from, to, lines };
  } finally {
    feed.close();
  }
}
