// What the main thread asks of the read thread.

export const READ_REQUEST = { entries: 1, commitProof: 2, fold: 3, close: 4 } as const;

/** Which of the two databases. */
export type Store = "log" | "state";
export const STORES: readonly Store[] = ["log", "state"];
