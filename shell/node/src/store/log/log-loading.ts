// What a voter finds when it starts (protocol 5.7): its memory, checked against its own log. The
// entries above the committed index are hashed again; the committed entry, the certified position
// and the base must be where the memory says. Signatures are for whoever holds the verifier.

import type { DatabaseSync } from "node:sqlite";
import { equalBytes, type Hash, type LogIndex, type NodeId, Term } from "@juno/base";
import type { DurableState } from "@juno/consensus";
import { Failure } from "@juno/failure";
import {
  type CommitProof,
  chainEntry,
  decodeCertificate,
  decodeCommitProof,
  decodeEpochLink,
  type Entry,
  type EpochLink,
  FIRST_EPOCH,
  type Point,
} from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, integer } from "../column.ts";
import { checkPages, damaged } from "../database.ts";
import { loadFloor } from "./floor.ts";
import { loadMeta, type Meta } from "./meta.ts";
import { LOG_FORMAT, SMALL_TABLES } from "./schema.ts";
import { ENTRY_COLUMNS, entryOf } from "./stored-entry.ts";
import { CLAIM_COLUMNS, keptOfRow } from "./stored-evidence.ts";
import { loadHeard } from "./stored-heard.ts";
import { loadWithheld } from "./stored-withheld.ts";

export type LogIdentity = { readonly network: Hash; readonly nodeId: NodeId };

/** Below this size SQLite checks every page at the start, above only the small tables. */
const WHOLE_CHECK_BYTES_MAX = 32 * 1024 * 1024;

/** Reads and judges the voter's memory. */
export function loadVoter(db: DatabaseSync, file: string, identity: LogIdentity): Meta {
  const pages = integer(db.prepare("PRAGMA page_count").get()?.page_count);
  const pageBytes = integer(db.prepare("PRAGMA page_size").get()?.page_size);
  checkPages(db, file, { whole: pages * pageBytes <= WHOLE_CHECK_BYTES_MAX, tables: SMALL_TABLES });
  const meta = loadMeta(db);
  if (meta === undefined) throw damaged(file, "it holds no voter's memory");
  if (meta.format !== LOG_FORMAT) {
    throw new Failure(
      "store_foreign",
      `${file} has format ${meta.format}, this program reads ${LOG_FORMAT}: use the version of Juno that wrote it`,
    );
  }
  if (!equalBytes(meta.network, identity.network)) {
    throw new Failure(
      "store_foreign",
      `${file} belongs to another network: check the data folder and the genesis file`,
    );
  }
  if (meta.node !== identity.nodeId) {
    throw new Failure(
      "store_foreign",
      `${file} belongs to node ${meta.node}, not to node ${identity.nodeId}`,
    );
  }
  return meta;
}

/** The whole of what the core starts from, or a Failure that names what does not fit. */
export function loadDurableState(db: DatabaseSync, file: string, meta: Meta): DurableState {
  const certified = decodeCertificate(meta.certified);
  if (!certified.ok) throw damaged(file, certified.error.detail);
  const floor = loadFloor(db);
  const bottom = floor ?? { index: 0, hash: meta.network, epoch: FIRST_EPOCH, time: 0, term: Term(0) };
  const committedEntry = meta.committed.index === floor?.index ? floor : entryAt(db, meta.committed.index);
  const hashAt = (index: LogIndex): Hash | undefined =>
    index === bottom.index ? bottom.hash : entryAt(db, index)?.hash;
  const demand = (point: Point, what: string): void => {
    // What lies below is gone, and was checked when it was there.
    if (point.index < bottom.index && what !== "committed entry") return;
    const hash = hashAt(point.index);
    if (hash !== undefined && equalBytes(hash, point.hash)) return;
    throw damaged(file, `the log does not hold the ${what} at index ${point.index} that it was left with`);
  };
  demand(meta.committed, "committed entry");
  demand(meta.base, "base of the term");
  demand(certified.value.position, "certified entry");
  // A node without a vote certifies nothing beyond the beginning of its epoch.
  const isVoter = certified.value.kind !== "genesis";
  if (isVoter && certified.value.position.index < meta.committed.index) {
    throw damaged(file, "the certified position lies below the committed one");
  }
  return {
    epoch: meta.epoch,
    isWithheld: loadWithheld(db) === meta.epoch,
    links: loadLinks(db, file, meta.epoch),
    currentTerm: meta.term,
    votedBase: meta.vote,
    certified: certified.value,
    base: meta.base,
    committed: meta.committed,
    committedTime: committedEntry?.time ?? 0,
    committedTerm: committedEntry?.term ?? Term(0),
    committedEpoch: committedEntry?.epoch ?? FIRST_EPOCH,
    commitProof: loadCommitProof(db, file, meta.committed),
    termCertificate: loadTermCertificate(db, meta),
    mode: meta.mode,
    reason: meta.reason,
    evidence: db.prepare(`SELECT ${CLAIM_COLUMNS} FROM evidence ORDER BY id`).all().map(keptOfRow),
    heard: loadHeard(db),
    suffix: loadSuffix(db, file, meta.committed),
  };
}

function entryAt(db: DatabaseSync, index: LogIndex): Entry | undefined {
  const row = db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE idx = ?`).get(index);
  return row === undefined ? undefined : entryOf(row);
}

function loadCommitProof(db: DatabaseSync, file: string, committed: Point): CommitProof | undefined {
  if (committed.index === 0) return undefined;
  const row = db.prepare("SELECT bytes FROM commit_proofs WHERE idx = ?").get(committed.index);
  const proof = row === undefined ? undefined : decodeCommitProof(blob(row.bytes));
  if (proof === undefined || !proof.ok || !equalBytes(proof.value.hash, committed.hash)) {
    throw damaged(file, `the commit proof of entry ${committed.index} is missing or not readable`);
  }
  return proof.value;
}

/** E56: from the first epoch on, without a gap, at least to the own one. Their signatures are verified elsewhere. */
function loadLinks(db: DatabaseSync, file: string, own: number): EpochLink[] {
  const links: EpochLink[] = [];
  for (const row of db.prepare("SELECT epoch, bytes FROM epochs ORDER BY epoch").iterate()) {
    const link = decodeEpochLink(blob(row.bytes));
    if (!link.ok || integer(row.epoch) !== links.length + 1)
      throw damaged(file, `the link to epoch ${links.length + 1} is missing or not readable`);
    links.push(link.value);
  }
  if (links.length < own) throw damaged(file, `the link to epoch ${links.length + 1} is missing`);
  return links;
}

function loadTermCertificate(db: DatabaseSync, { epoch, term }: Meta): Uint8Array | undefined {
  const row = db
    .prepare("SELECT bytes FROM certificates WHERE kind = 'term-certificate' AND epoch = ? AND term = ?")
    .get(epoch, term);
  return row === undefined ? undefined : blob(row.bytes);
}

/** The entries above a point, each hashed onto the one before it. */
function loadSuffix(db: DatabaseSync, file: string, above: Point): Entry[] {
  const suffix: Entry[] = [];
  let { index, hash }: { index: number; hash: Hash } = above;
  const rows = db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE idx > ? ORDER BY idx`);
  for (const row of rows.iterate(above.index)) {
    const entry = entryOf(row);
    const again = chainEntry(sha256, hash, entry);
    if (entry.index !== ++index || !again.ok || !equalBytes(again.value.hash, entry.hash)) {
      throw damaged(file, `the hash chain breaks at entry ${index}`);
    }
    if (!equalBytes(again.value.bodyDigest, entry.bodyDigest)) {
      throw damaged(file, `the digest of entry ${index} is not that of its body`);
    }
    hash = entry.hash;
    suffix.push(entry);
  }
  return suffix;
}
