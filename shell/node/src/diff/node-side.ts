// A node's folder as one of the two that are compared: log.db and state.db of a stopped node, or state.db alone, as a
// node that left keeps it. One state of each is read, so that a running node does not change under the comparison.

import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, type Hash } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Span } from "../archive/archive-feed.ts";
import { blob, hashOf, integer } from "../store/column.ts";
import { damaged, guarded, openForReading } from "../store/database.ts";
import { logFile, stateFile } from "../store/folder.ts";
import { loadFloor } from "../store/log/floor.ts";
import { loadMeta } from "../store/log/meta.ts";
import { ENTRY_COLUMNS, entryOf } from "../store/log/stored-entry.ts";
import { type AppliedMeta, appliedOf, loadApplied } from "../store/state/applied-meta.ts";
import type { DiffSide, Step } from "./diff-side.ts";

/** Entries read at once: whatever their bodies hold, so many fit into memory. */
const CHUNK_ENTRIES = 32;

type Log = {
  readonly db: DatabaseSync;
  readonly first: number;
  readonly committed: number;
  readonly network: Hash;
};
type State = { readonly db: DatabaseSync; readonly meta: AppliedMeta; readonly first: number };

/** Throws the Failures of files that are missing, damaged or of two networks. */
export function openNodeSide(folder: string): DiffSide {
  const files = { log: logFile(folder), state: stateFile(folder) };
  if (!existsSync(files.log) && !existsSync(files.state)) {
    throw new Failure(
      "store_missing",
      `${folder} holds neither log.db nor state.db: name a node's folder, or an archive of \`juno export\``,
    );
  }
  const log = existsSync(files.log) ? guarded(files.log, () => openLog(files.log)) : undefined;
  try {
    const state = existsSync(files.state) ? guarded(files.state, () => openState(files.state)) : undefined;
    if (log !== undefined && state !== undefined && !equalBytes(log.network, state.meta.network)) {
      throw new Failure("store_foreign", `${folder}: log.db and state.db belong to different networks`);
    }
    return sideOf(folder, log, state);
  } catch (error) {
    log?.db.close();
    throw error;
  }
}

function openLog(file: string): Log {
  return opened(file, (db) => {
    const meta = loadMeta(db);
    if (meta === undefined) throw damaged(file, "it holds no voter's memory");
    const { network, committed } = meta;
    return { db, first: (loadFloor(db)?.index ?? 0) + 1, committed: committed.index, network };
  });
}

function openState(file: string): State {
  return opened(file, (db) => {
    const meta = loadApplied(db);
    if (meta === undefined) throw damaged(file, "it holds no applied index");
    const row = db.prepare("SELECT min(idx) AS first FROM outcomes").get();
    return { db, meta, first: row?.first === null ? meta.index + 1 : integer(row?.first) };
  });
}

function opened<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = openForReading(file);
  try {
    db.exec("BEGIN");
    return read(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function sideOf(folder: string, log: Log | undefined, state: State | undefined): DiffSide {
  const applied = state === undefined ? undefined : appliedOf(state.meta);
  return {
    held: {
      name: folder,
      kind: log === undefined ? "state" : "node",
      first: log?.first ?? state!.first,
      // A node that was killed may have applied more than it had recorded as committed (spec/3, 3.5).
      last: Math.max(log?.committed ?? 0, applied?.index ?? 0),
      applied: { index: applied?.index ?? 0, root: applied?.root },
    },
    network: log?.network ?? state!.meta.network,
    steps: (span) => stepsOf(folder, { log: log?.db, state: state?.db }, span),
    stateFile: state === undefined ? undefined : stateFile(folder),
    close: () => {
      state?.db.close();
      log?.db.close();
    },
  };
}

type Databases = { readonly log: DatabaseSync | undefined; readonly state: DatabaseSync | undefined };

async function* stepsOf(folder: string, dbs: Databases, { from, to }: Span): AsyncGenerator<Step> {
  for (let next = from; next <= to; next += CHUNK_ENTRIES) {
    const end = Math.min(to, next + CHUNK_ENTRIES - 1);
    yield* guarded(folder, () => chunkOf(dbs, { from: next, to: end }));
  }
}

function chunkOf({ log, state }: Databases, { from, to }: Span): Step[] {
  const range = "WHERE idx BETWEEN ? AND ? ORDER BY idx";
  const outcomes = new Map<number, { readonly hash: Hash; readonly receipt: Uint8Array }>();
  for (const row of state?.prepare(`SELECT idx, hash, receipt FROM outcomes ${range}`).all(from, to) ?? []) {
    outcomes.set(integer(row.idx), { hash: hashOf(row.hash), receipt: blob(row.receipt) });
  }
  if (log === undefined) {
    return [...outcomes].map(([index, { hash, receipt }]) => ({ index, hash, entry: undefined, receipt }));
  }
  const rows = log.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries ${range}`).all(from, to);
  return rows.map(entryOf).map((entry) => {
    return { index: entry.index, hash: entry.hash, entry, receipt: outcomes.get(entry.index)?.receipt };
  });
}
