// The tables of log.db. `meta` is the voter's memory in one row, with a checksum over it: a flipped
// bit in a term or a vote must never let a node vote twice. Entries carry their hash chain,
// certificates and proofs their signatures, so these need none.

/** 4: links between epochs, and whatever belongs to an epoch says to which. */
export const LOG_FORMAT = 4;

export const LOG_SCHEMA = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL,
  network BLOB NOT NULL,
  node INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  term INTEGER NOT NULL,
  vote BLOB,
  certified BLOB NOT NULL,
  base BLOB NOT NULL,
  committed BLOB NOT NULL,
  mode TEXT NOT NULL,
  reason TEXT NOT NULL,
  checksum BLOB NOT NULL
) STRICT;

CREATE TABLE epochs (
  epoch INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE floor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  idx INTEGER NOT NULL,
  hash BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  term INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE entries (
  idx INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  term INTEGER NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE fetched (
  idx INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  term INTEGER NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE certificates (
  kind TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  term INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (kind, epoch, term)
) STRICT, WITHOUT ROWID;

CREATE TABLE commit_proofs (
  idx INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  accused INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  place INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  checksum BLOB NOT NULL,
  UNIQUE (kind, accused, epoch, place)
) STRICT;

CREATE TABLE heard (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  words BLOB NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
`;

/** While a seat is withheld (S18), and only then: programs of before this table came do without it, and audit what is there. */
export const WITHHELD_SCHEMA = `
CREATE TABLE withheld (
  epoch INTEGER NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
`;

/** Tables that stay small however long the log is: these are checked in full at every start. */
export const SMALL_TABLES = ["meta", "epochs", "fetched", "heard"];
