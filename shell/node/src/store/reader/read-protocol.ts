// What the main thread asks of the read thread.

export const READ_REQUEST = {
  entries: 1,
  commitProof: 2,
  fold: 3,
  applied: 4,
  appliedEntries: 5,
  entryProof: 6,
  command: 7,
  rows: 8,
  history: 9,
  query: 10,
  simulate: 11,
  modules: 12,
  module: 13,
  rowProof: 14,
  close: 15,
  evidence: 16,
  floor: 17,
} as const;

/** Which of the two databases. */
export type Store = "log" | "state";
export const STORES: readonly Store[] = ["log", "state"];
