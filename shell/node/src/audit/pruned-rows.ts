// Which differences between two databases say nothing, where entries up to a floor are pruned (P31): a node
// lets go of rows that speak of them in steps, so some are still there and others are not; and of commands
// that spent nothing the first outcome may have been among them. As conditions in SQL. Invariant: a row
// that is there, and is expected, is compared, whatever it speaks of; save commands that spent nothing.

/** Levels that an outcome tree can have: a shift by more means something else to SQLite. */
const LEVEL_MAX = 52;

type Conditions = {
  /** On `expected` and, where `missing` does not hold, `actual`. */
  readonly differing: (floor: number, missing: string) => string;
  /** On `actual`, which nothing expects. */
  readonly surplus: (floor: number) => string;
};

const byIndex: Conditions = {
  differing: (floor, missing) => `${missing} AND expected.idx <= ${floor}`,
  surplus: (floor) => `actual.idx <= ${floor}`,
};

/** C9: an id that is spent is remembered until its time has passed, however old. */
const commands: Conditions = {
  differing: (floor, missing) => `expected.spends = 0 OR (${missing} AND expected.idx <= ${floor}
    AND NOT EXISTS (SELECT 1 FROM main.spent WHERE spent.expires = expected.expires AND spent.id = expected.id))`,
  surplus: byIndex.surplus,
};

/** E31: of the subtrees that end at or below the floor, those that paths of later entries lead through stay. */
const nodes: Conditions = {
  differing: (floor, missing) => {
    const ends = `expected.position < (${floor} >> expected.level)`;
    const isPeak = `(${floor} >> expected.level) % 2 = 1 AND expected.position = (${floor} >> expected.level) - 1`;
    // A leaf is kept as a node when its outcome goes.
    const isLeaf =
      "expected.level = 0 AND EXISTS (SELECT 1 FROM actual.outcomes WHERE idx = expected.position + 1)";
    return `${missing} AND ((${ends} AND NOT (${isPeak})) OR (${isLeaf}))`;
  },
  surplus: (floor) => `actual.level BETWEEN 0 AND ${LEVEL_MAX} AND actual.position >= 0
    AND actual.position < (${floor} >> actual.level)`,
};

const CONDITIONS: Readonly<Record<string, Conditions>> = {
  outcomes: byIndex,
  history: byIndex,
  commands,
  nodes,
};

/** Undefined for a table of which everything is compared. */
export const leftOut = (table: string, floor: number): Conditions | undefined =>
  floor === 0 ? undefined : CONDITIONS[table];
