// What the main thread asks of the log writer and what the writer says unasked.

/**
 * `write`: the number of the last LogStore.write it holds, then the changes of all of them; the answer is how many
 * microseconds the commit took that made them durable. `redact`: bodies to be
 * replaced; the answer is whether nothing of the earlier ones is left.
 */
export const LOG_REQUEST = { load: 1, write: 2, folded: 3, close: 4, prune: 5, redact: 6 } as const;

/** `foldWanted`: the write-ahead log is long; another thread shall fold it and report `folded`. */
export const LOG_EVENT = { foldWanted: 1 } as const;
