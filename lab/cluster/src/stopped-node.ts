// An independent reader of a stopped node's databases: plain SQLite and SHA-256 by spec/2-encoding, no
// code of the node's. It hashes the chain and the outcome tree anew, so what it reports is what the
// bytes say, not what the node believes of them.

import { hash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { ACCOUNTS } from "./accounts.ts";

export type StoredEntry = {
  readonly index: number;
  /** H_i, hex, hashed anew. */
  readonly hash: string;
  /** Hex; undefined for entries that are no commands. */
  readonly commandId: string | undefined;
};

export type StoppedNode = {
  /** Entries of log.db, from 1 on without a gap. */
  readonly entries: readonly StoredEntry[];
  /** The last entry that state.db has applied. */
  readonly applied: number;
  /** Minor units by account. */
  readonly balances: ReadonlyMap<string, number>;
  /** Minor units that were issued, less those that were destroyed, by the receipts. */
  readonly issued: number;
  /** E31: the outcome root of the first `size` entries, hex. */
  rootAt(size: number): string;
};

type Row = Record<string, SQLOutputValue>;

const sha256 = (...parts: readonly Uint8Array[]): Buffer => hash("sha256", Buffer.concat(parts), "buffer");

const tagged = (tag: string, ...parts: readonly Uint8Array[]): Buffer =>
  sha256(Buffer.from(`juno/v1/${tag}\0`), ...parts);

function bytesOf(value: SQLOutputValue | undefined): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new Error("a column holds no bytes");
}

const KINDS = ["election", "command", "config"];

/** E13: the payload stands behind its length, the (key, signature) pairs behind their count. */
function commandIn(body: Buffer): { id: Buffer; digest: Buffer } {
  const length = body.readUInt32BE(0);
  const id = sha256(body.subarray(4, 4 + length));
  const pairs = body.subarray(4 + length + 4);
  if (pairs.length !== 96 * body.readUInt32BE(4 + length)) throw new Error("a command is cut short");
  return { id, digest: sha256(id, sha256(pairs)) };
}

/** E10 */
function headerOf(row: Row, digest: Buffer): Buffer {
  const header = Buffer.alloc(33);
  [row.epoch, row.idx, row.term, row.time].forEach((field, at) => {
    header.writeBigUInt64BE(BigInt(field as number), 8 * at);
  });
  header.writeUInt8(1 + KINDS.indexOf(String(row.kind)), 32);
  return Buffer.concat([header, digest]);
}

function readEntries(db: DatabaseSync): StoredEntry[] {
  const entries: StoredEntry[] = [];
  let previous = bytesOf(db.prepare("SELECT network FROM meta").get()?.network);
  for (const row of db.prepare("SELECT * FROM entries ORDER BY idx").iterate()) {
    const index = entries.length + 1;
    const body = bytesOf(row.body);
    const command = row.kind === "command" ? commandIn(body) : undefined;
    previous = tagged("entry", previous, headerOf(row, command?.digest ?? sha256(body)));
    if (row.idx !== index || !previous.equals(bytesOf(row.hash))) {
      throw new Error(`the hash chain breaks at entry ${index}`);
    }
    entries.push({ index, hash: previous.toString("hex"), commandId: command?.id.toString("hex") });
  }
  return entries;
}

/** E30, E32: one leaf for each applied entry. */
function readLeaves(db: DatabaseSync, entries: readonly StoredEntry[]): Buffer[] {
  const leaves: Buffer[] = [];
  for (const row of db.prepare("SELECT idx, receipt FROM outcomes ORDER BY idx").iterate()) {
    const entry = entries[leaves.length];
    if (entry === undefined || row.idx !== entry.index) {
      throw new Error(`outcome ${row.idx} is out of place`);
    }
    const receiptHash = tagged("receipt", bytesOf(row.receipt));
    leaves.push(sha256(Buffer.of(0), Buffer.from(entry.hash, "hex"), receiptHash));
  }
  return leaves;
}

/** E31: by the definition, without the nodes that are stored. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

const documentOf = (value: SQLOutputValue | undefined) => JSON.parse(bytesOf(value).toString("utf8"));

function minorOf(text: unknown): number {
  const match = /^(\d+)\.(\d\d) USD$/.exec(String(text));
  if (match === null) throw new Error(`${String(text)} is no amount`);
  return 100 * Number(match[1]) + Number(match[2]);
}

function readBalances(db: DatabaseSync): StoppedNode["balances"] {
  const balances = new Map<string, number>();
  const rows = db.prepare("SELECT key, value FROM rows WHERE module = ? AND tbl = 'accounts'");
  for (const { key, value } of rows.iterate(ACCOUNTS)) {
    balances.set(bytesOf(key).toString("utf8"), minorOf(documentOf(value).funds));
  }
  return balances;
}

type SupplyJson = { readonly minted: string; readonly burned: string };

/** The contract makes no coins but dollars, and every receipt says how many of them. */
function readIssued(db: DatabaseSync): number {
  let issued = 0;
  for (const { receipt } of db.prepare("SELECT receipt FROM outcomes").iterate()) {
    const actions: readonly { supply: readonly SupplyJson[] }[] = documentOf(receipt).actions ?? [];
    for (const { minted, burned } of actions.flatMap(({ supply }) => supply)) {
      issued += minorOf(minted) - minorOf(burned);
    }
  }
  return issued;
}

function withDatabase<T>(path: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Throws an Error that says where chain, outcomes or applied index do not fit together. */
export function readStoppedNode(folder: string): StoppedNode {
  const entries = withDatabase(join(folder, "log.db"), readEntries);
  return withDatabase(join(folder, "state.db"), (db) => {
    const leaves = readLeaves(db, entries);
    const applied = Number(db.prepare("SELECT idx FROM meta").get()?.idx);
    if (applied !== leaves.length) throw new Error(`${leaves.length} outcomes, but ${applied} applied`);
    return {
      ...{ entries, applied },
      balances: readBalances(db),
      issued: readIssued(db),
      rootAt: (size) => rootOf(leaves.slice(0, size)).toString("hex"),
    };
  });
}
