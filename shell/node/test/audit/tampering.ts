// The hand of somebody who alters databases with care: whole rows, whole chains hashed anew, checksums
// made to fit. Only keys are out of reach.

import { DatabaseSync } from "node:sqlite";
import { LogIndex, parseUtf8, utf8 } from "@juno/base";
import {
  type BareEntry,
  type Certificate,
  chainEntry,
  decodeCertificate,
  decodeCommand,
  decodeCommitProof,
  type Entry,
  type EvidenceClaim,
  encodeCertificate,
  encodeCommand,
  type SignedCommand,
} from "@juno/proof";
import type { StoredEvidence } from "@juno/runtime";
import { createKeyPair, sha256 } from "../../src/crypto/sodium.ts";
import { blob } from "../../src/store/column.ts";
import { logFile, stateFile } from "../../src/store/folder.ts";
import { loadFloor } from "../../src/store/log/floor.ts";
import { loadMeta, type Meta, SAVE_META, saveMeta } from "../../src/store/log/meta.ts";
import { ENTRY_COLUMNS, entryOf, insertEntry } from "../../src/store/log/stored-entry.ts";
import { evidenceOfRow, INSERT_EVIDENCE, insertEvidence } from "../../src/store/log/stored-evidence.ts";
import {
  type AppliedMeta,
  loadApplied,
  SAVE_APPLIED,
  saveApplied,
} from "../../src/store/state/applied-meta.ts";

/** Changes a node's folder. */
export type Tamper = (folder: string) => void;

function open<T>(file: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export const inLog =
  (sql: string): Tamper =>
  (folder) =>
    open(logFile(folder), (db) => db.exec(sql));

export const inState =
  (sql: string): Tamper =>
  (folder) =>
    open(stateFile(folder), (db) => db.exec(sql));

/** The receipt that a node's folder holds of an entry. */
export const receiptIn = (folder: string, index: number): Uint8Array =>
  open(stateFile(folder), (db) =>
    blob(db.prepare("SELECT receipt FROM outcomes WHERE idx = ?").get(index)?.receipt),
  );

/** Keeps evidence as the node itself would. */
export const accusing =
  (claim: EvidenceClaim, bytes: Uint8Array): Tamper =>
  (folder) =>
    open(logFile(folder), (db) =>
      insertEvidence(db.prepare(INSERT_EVIDENCE), { ...claim, seenMs: 1 }, bytes),
    );

/** Changes the voter's memory, and its checksum with it. */
export const remembering =
  (change: (meta: Meta) => Partial<Meta>): Tamper =>
  (folder) =>
    open(logFile(folder), (db) => {
      const meta = loadMeta(db)!;
      saveMeta(db.prepare(SAVE_META), { ...meta, ...change(meta) });
    });

/** What a kill leaves that came before the last commit was written down: only the proof before it is there. */
export const forgettingTheLastCommit: Tamper = (folder) =>
  open(logFile(folder), (db) => {
    db.exec("DELETE FROM commit_proofs WHERE idx = (SELECT max(idx) FROM commit_proofs)");
    const row = db.prepare("SELECT bytes FROM commit_proofs ORDER BY idx DESC").get();
    const meta = loadMeta(db)!;
    const proof = row === undefined ? undefined : decodeCommitProof(blob(row.bytes));
    const { index, hash } = proof?.ok ? proof.value : { index: LogIndex(0), hash: meta.network };
    saveMeta(db.prepare(SAVE_META), { ...meta, committed: { index, hash } });
  });

export const memoryOf = (folder: string): Meta => open(logFile(folder), (db) => loadMeta(db)!);

export const appliedIn = (folder: string): LogIndex =>
  open(stateFile(folder), (db) => loadApplied(db)!.index);

export const entriesOf = (folder: string): Entry[] =>
  open(logFile(folder), (db) =>
    db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries ORDER BY idx`).all().map(entryOf),
  );

export const evidenceIn = (folder: string): StoredEvidence[] =>
  open(logFile(folder), (db) => db.prepare("SELECT * FROM evidence ORDER BY id").all().map(evidenceOfRow));

/** Replaces the entries, numbered from the first and hashed anew: the chain is whole whatever they say. */
export const rewriting =
  (change: (entries: Entry[]) => readonly BareEntry[]): Tamper =>
  (folder) => {
    const { network } = memoryOf(folder);
    const entries = change(entriesOf(folder));
    open(logFile(folder), (db) => {
      db.exec("BEGIN; DELETE FROM entries");
      const insert = db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      const { index: below, hash } = loadFloor(db) ?? { index: 0, hash: network };
      let previous = hash;
      for (const [at, bare] of entries.entries()) {
        const entry = chainEntry(sha256, previous, { ...bare, index: LogIndex(below + at + 1) });
        if (!entry.ok) throw new Error(entry.error.detail);
        insertEntry(insert, entry.value);
        previous = entry.value.hash;
      }
      db.exec("COMMIT");
    });
  };

/** Changes what state.db says of itself, and its checksum with it. */
export const applying =
  (change: (meta: AppliedMeta) => Partial<AppliedMeta>): Tamper =>
  (folder) =>
    open(stateFile(folder), (db) => {
      const meta = loadApplied(db)!;
      saveApplied(db.prepare(SAVE_APPLIED), { ...meta, ...change(meta) });
    });

/** The entries with the body of one of them changed. */
export const changed = (
  entries: readonly Entry[],
  index: number,
  change: (body: Uint8Array) => Uint8Array,
): BareEntry[] =>
  entries.map((entry) => (entry.index === index ? { ...entry, body: change(entry.body) } : entry));

type ChangeBody = (body: Uint8Array) => Uint8Array;

function commandIn(body: Uint8Array): SignedCommand {
  const command = decodeCommand(body);
  if (!command.ok) throw new Error(command.error.detail);
  return command.value;
}

export const signaturesOf = (body: Uint8Array): SignedCommand["signatures"] => commandIn(body).signatures;

export const signatures =
  (change: (all: SignedCommand["signatures"]) => SignedCommand["signatures"]): ChangeBody =>
  (body) => {
    const command = commandIn(body);
    return encodeCommand({ ...command, signatures: change(command.signatures) });
  };

export const payload =
  (change: (text: string) => string): ChangeBody =>
  (body) => {
    const command = commandIn(body);
    return encodeCommand({ ...command, payload: utf8(change(parseUtf8(command.payload)!)) });
  };

/** Signed well, but with a key that the payload does not name. */
export const otherSigner: ChangeBody = signatures((all) => {
  const { key } = createKeyPair();
  return all.map(({ signature }) => ({ key, signature }));
});

export const certificate =
  (change: (certificate: Certificate) => Certificate): ChangeBody =>
  (body) => {
    const decoded = decodeCertificate(body);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    return encodeCertificate(change(decoded.value));
  };
