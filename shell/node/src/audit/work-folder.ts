// Where an audit keeps what it has come to, so that a run which is stopped, or killed, need not begin
// anew: the expected state and the place in the log, committed together. It must not know what is
// verified. Invariant: what stands here was verified with its signatures; nothing wrong was found in it.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Epoch, Hash, hex, LogIndex, parseHex, Term } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Point } from "@juno/proof";
import { text } from "../store/column.ts";
import { STATE_FORMAT } from "../store/state/schema.ts";
import type { WalkPosition } from "./log-walk.ts";

const FILE = "expected.db";
/** Counts on when what is kept here, or what it means, changes. */
const WORK_FORMAT = 3;
const SQLITE_BUSY = 5;
const WALK =
  "CREATE TABLE IF NOT EXISTS walk (id INTEGER PRIMARY KEY CHECK (id = 1), said TEXT NOT NULL) STRICT";

/** What must be the same for a run to be gone on with. */
export type WorkIdentity = {
  readonly source: string;
  readonly network: Hash;
  /** Of the program: another version may judge otherwise. */
  readonly version: string;
  /** P32: the hash of the entry that the source begins above; of the network, if that is the genesis. */
  readonly begins: Hash;
};

export type Kept = {
  readonly position: WalkPosition;
  readonly signatures: number;
  readonly remarks: readonly string[];
};

type Said = {
  readonly format: string;
  readonly source: string;
  readonly network: string;
  readonly version: string;
  readonly begins: string;
  readonly last: { index: number; epoch: number; term: number; ends: boolean; time: number; hash: string };
  readonly counts: { entries: number; commands: number; elections: number; signatures: number };
  readonly bases: readonly (readonly [of: string, index: number, hash: string])[];
  readonly remarks: readonly string[];
};

const FORMAT = `${WORK_FORMAT}.${STATE_FORMAT}`;

export class WorkFolder {
  readonly db: DatabaseSync;
  readonly #identity: WorkIdentity;
  /** What an earlier run has come to. */
  readonly kept: Kept | undefined;
  /** Why an earlier run is not gone on with; undefined if it is, or if there was none. */
  readonly anew: string | undefined;

  private constructor(
    db: DatabaseSync,
    identity: WorkIdentity,
    found: { readonly kept?: Kept; readonly anew?: string },
  ) {
    this.db = db;
    this.#identity = identity;
    this.kept = found.kept;
    this.anew = found.anew;
  }

  /**
   * Opens the folder, made if it is missing. `holds`: whether the source still holds the entry that an
   * earlier run ended at. Throws Failure `store_in_use` while another run uses it.
   */
  static open(folder: string, identity: WorkIdentity, holds: (at: Point) => boolean): WorkFolder {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, FILE);
    const db = openWork(file);
    const said = saidIn(db);
    if (said === undefined) return new WorkFolder(db, identity, {});
    const anew = unfitness(said, identity) ?? (holds(pointOf(said)) ? undefined : "the source has changed");
    if (anew === undefined) return new WorkFolder(db, identity, { kept: keptOf(said) });
    db.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    return new WorkFolder(openWork(file), identity, { anew });
  }

  /** P11: keeps a position; to be called in the transaction that holds the expected state at it. */
  save({ position, signatures, remarks }: Kept): void {
    const { source, network, version, begins } = this.#identity;
    const { last, entries, commands, elections, bases } = position;
    const { index, epoch, term, ends, time } = last;
    const said: Said = {
      ...{ format: FORMAT, source, network: hex(network), version, begins: hex(begins) },
      last: { index, epoch, term, ends, time, hash: hex(last.links[0]!) },
      counts: { entries, commands, elections, signatures },
      bases: [...bases].map(([of, base]) => [of, base.index, hex(base.hash)]),
      remarks,
    };
    this.db.exec(WALK);
    this.db.prepare("INSERT OR REPLACE INTO walk VALUES (1, ?)").run(JSON.stringify(said));
  }
}

function openWork(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec(
      "PRAGMA main.locking_mode=EXCLUSIVE; PRAGMA main.journal_mode=WAL; PRAGMA main.synchronous=NORMAL",
    );
    db.exec("BEGIN IMMEDIATE; COMMIT");
    return db;
  } catch (error) {
    db.close();
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
    if (code === SQLITE_BUSY) {
      throw new Failure(
        "store_in_use",
        `another audit works in ${file}: wait for it, or name another folder`,
      );
    }
    const advice = "name another folder with --work, or remove this one";
    throw new Failure("disk_failed", `${file} cannot be used: ${String(error)}; ${advice}`, { cause: error });
  }
}

/** Undefined where nothing was kept yet. */
function saidIn(db: DatabaseSync): Said | undefined {
  const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'walk'").get() !== undefined;
  const row = isThere ? db.prepare("SELECT said FROM walk").get() : undefined;
  return row === undefined ? undefined : (JSON.parse(text(row.said)) as Said);
}

function unfitness(said: Said, { source, network, version, begins }: WorkIdentity): string | undefined {
  if (said.format !== FORMAT || said.version !== version)
    return "it was made by another version of this program";
  if (said.network !== hex(network)) return "it was made with another genesis";
  if (said.source !== source) return `it was made of another source, ${said.source}`;
  if (said.begins !== hex(begins)) return "the source begins at another entry than then";
  return undefined;
}

const hashOf = (digits: string): Hash => Hash(parseHex(digits, 32)!);

const pointOf = ({ last }: Said): Point => ({ index: LogIndex(last.index), hash: hashOf(last.hash) });

function keptOf({ last, counts, bases, remarks }: Said): Kept {
  const { index, epoch, term, ends, time, hash } = last;
  const { signatures, ...walked } = counts;
  return {
    position: {
      last: {
        ...{ index: LogIndex(index), epoch: Epoch(epoch), term: Term(term), ends, time },
        links: [hashOf(hash)],
      },
      ...walked,
      bases: new Map(bases.map(([of, at, text]) => [of, { index: LogIndex(at), hash: hashOf(text) }])),
    },
    signatures,
    remarks,
  };
}
