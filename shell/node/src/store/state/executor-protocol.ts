// What the main thread asks of the executor and what the executor says unasked.

/** `delivered`: a batch was taken in; the executor is allowed one more. */
export const EXECUTOR_REQUEST = {
  open: 1,
  apply: 2,
  delivered: 3,
  paths: 4,
  folded: 5,
  close: 6,
  prune: 7,
} as const;

export const EXECUTOR_EVENT = { applied: 1, failed: 2, foldWanted: 3, snapshot: 4 } as const;

/** Batches that may be under way to the main thread: an executor that is faster than it waits. */
export const BATCHES_IN_FLIGHT_MAX = 4;

/** Paths that may be asked for at once. */
export const PATHS_MAX = 65_536;
/** A path has one hash per level. */
export const PATH_LENGTH_MAX = 64;
