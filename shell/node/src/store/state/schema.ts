// The tables of state.db. All of it follows from the log: rows and outcomes of the entries up to the
// applied index, which stands in `meta` with the frontier of the outcome tree and is written in one
// transaction with what it speaks of. Keys of rows are blobs, so that their order is that of bytes.

export const STATE_FORMAT = 2;

export const STATE_SCHEMA = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL,
  network BLOB NOT NULL,
  idx INTEGER NOT NULL,
  hash BLOB NOT NULL,
  time INTEGER NOT NULL,
  peaks BLOB NOT NULL,
  tree_idx INTEGER NOT NULL,
  checksum BLOB NOT NULL
) STRICT;

CREATE TABLE rows (
  module TEXT NOT NULL,
  tbl TEXT NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (module, tbl, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcomes (
  idx INTEGER PRIMARY KEY,
  id BLOB,
  receipt BLOB NOT NULL,
  receipt_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE commands (
  id BLOB PRIMARY KEY,
  idx INTEGER NOT NULL,
  status TEXT NOT NULL,
  expires INTEGER,
  spends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spent (
  expires INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (expires, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
  module TEXT NOT NULL,
  tbl TEXT NOT NULL,
  key BLOB NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (module, tbl, key, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE tree (
  place BLOB PRIMARY KEY,
  page BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tree_before (
  place BLOB PRIMARY KEY,
  page BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  draft BLOB NOT NULL
) STRICT;

CREATE TABLE snapshot_before (
  module TEXT NOT NULL,
  tbl TEXT NOT NULL,
  key BLOB NOT NULL,
  value BLOB,
  PRIMARY KEY (module, tbl, key)
) STRICT, WITHOUT ROWID;
`;

export const SMALL_TABLES = ["meta"];

/**
 * So many changed rows go into the state tree together: many share the pages above them, and no
 * checkpoint is more work than that.
 */
export const FOLDED_ROWS = 1_024;
