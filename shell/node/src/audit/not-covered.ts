// What the audit does not claim, as data: shown with every report, and what the test that alters each
// byte leaves out. Whoever relies on an audit must know where it ends.

export type Exclusion = {
  readonly file: "log.db" | "state.db" | "archive" | "snapshot";
  /** The tables whose rows are not judged at all; empty if the exclusion is about something else. */
  readonly tables: readonly string[];
  readonly what: string;
  readonly reason: string;
};

export const NOT_COVERED: readonly Exclusion[] = [
  {
    file: "log.db",
    tables: ["fetched"],
    what: "entries that were fetched beside the log",
    reason:
      "they are not part of the log: a node drops them when it starts, and verifies them before it takes them over",
  },
  {
    file: "log.db",
    tables: ["heard"],
    what: "what other voters said last, kept to remind them of it",
    reason:
      "it is no part of the log; whoever is reminded of its own words verifies its own signature under each of them",
  },
  {
    file: "log.db",
    tables: ["withheld"],
    what: "that the node is still to be told whether it has spoken in its epoch",
    reason: "it is no part of the log, and speaks of nothing but how the node goes on when it is started",
  },
  {
    file: "log.db",
    tables: [],
    what: "the node's own word about itself (node, term, vote, mode and reason in meta), if it is altered together with its checksum",
    reason:
      "nobody else signed it; the checksum shows damage, and what contradicts the log or the certificates is found",
  },
  {
    file: "log.db",
    tables: [],
    what: "entries above the certified position that were removed from the end",
    reason: "nothing else in the database says how far the log reached",
  },
  {
    file: "log.db",
    tables: [],
    what: "kept certificates and evidence that were removed, save those of the current term",
    reason:
      "a node keeps the documents it acted on; which those were does not follow from the log, and the log's own election entries carry what proves it",
  },
  {
    file: "log.db",
    tables: [],
    what: "both files put back together to an earlier state of the same node",
    reason: "that state was sound when it was current; only other nodes know that there is more",
  },
  {
    file: "state.db",
    tables: [],
    what: "when a command expired whose payload was redacted",
    reason: "no hash covers it once the payload is gone; how the command ended is proved by its receipt",
  },
  {
    file: "state.db",
    tables: [],
    what: "free pages and other bookkeeping of SQLite, in both files",
    reason: "no table is made of it; SQLite's own check of the pages in use is run",
  },
];

/** The same, for archives of the log. */
export const ARCHIVE_NOT_COVERED: readonly Exclusion[] = [
  {
    file: "archive",
    tables: [],
    what: "whether the log goes on behind the last entry",
    reason: "an archive shows what was committed when it was made; only nodes know that there is more",
  },
  {
    file: "archive",
    tables: [],
    what: "certificates and evidence that were left out",
    reason: "they are kept for those who look; what was committed shows by the proofs that are there",
  },
  {
    file: "archive",
    tables: [],
    what: "bytes behind those that the manifest states, and files that it does not name",
    reason: "an interrupted export leaves them; nothing is read of them",
  },
  {
    file: "archive",
    tables: [],
    what: "states of nodes: their rows, votes and memory",
    reason: "they are not in an archive; the rows follow from the entries, which were executed",
  },
];

/** Where entries were verified from a certified snapshot. */
export const VOUCHED: readonly Exclusion[] = [
  {
    file: "snapshot",
    tables: [],
    what: "how the state of the snapshot came about",
    reason:
      "the entries before it are not here: more than f voters have signed that they came to it, of whom one is honest as long as no more than f are not; an archive of those entries proves it",
  },
];

/** Of a node whose entries are pruned. */
export const PRUNED: readonly Exclusion[] = [
  {
    file: "state.db",
    tables: [],
    what: "rows of outcomes, commands, history and nodes that speak of pruned entries and are still there",
    reason: "nothing that is here says what they should be; the node removes them",
  },
  {
    file: "state.db",
    tables: [],
    what: "commands that spent nothing",
    reason: "the first entry that held one counts, and it may be among the pruned",
  },
];
