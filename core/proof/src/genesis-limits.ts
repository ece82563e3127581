// The limits and times every node of a network shares (formats, "Defaults"). They are part of the
// genesis because nodes that judge a command by different limits would disagree about it. A limit
// that contradicts another is refused here, not found out in operation.

import type { JsonField } from "@juno/base";

const KIB = 1024;
const MIB = 1024 * KIB;

/** No frame between nodes is longer. */
export const FRAME_BYTES_MAX = 16 * MIB;
/** Of a frame, what a window of entries must leave to headers and proofs. */
const FRAME_RESERVE_BYTES = 4 * MIB;
/** What a command's entry may have besides its payload: signatures and header. */
const ENTRY_RESERVE_BYTES = 64 * KIB;

const DEFAULT_LIMITS = {
  /** Of one command. */
  payloadBytesMax: MIB,
  actionsPerCommandMax: 1_000,
  /** The most gas one command may ask for. */
  commandGasMax: 10_000_000,
  /** Entries and bytes above the certified, and above the committed, index. */
  windowEntries: 4_096,
  windowBytes: 8 * MIB,
  /** What a node holds of commands that are not in the log yet. */
  pendingCommandsMax: 5_000,
  pendingActionsMax: 20_000,
  pendingBytesMax: 64 * MIB,
  pendingGasMax: 500_000_000,
  commandsPerClientMax: 500,
  /** Ids that are remembered because their expiry has not passed; beyond it nothing is admitted. */
  windowIdsMax: 4_000_000,
  /** Every so many entries the receipt states the root of the state tree (C20). */
  checkpointEntries: 1_024,
  /** Every so many checkpoints each node makes a snapshot of the state (C21). */
  snapshotCheckpoints: 8,
};

const DEFAULT_TIMING = {
  heartbeatMs: 100,
  heartbeatTimeoutMs: 600,
  collectWaitMs: 100,
  commandTimeoutMs: 3_000,
  /** How far an entry's time may be from a voter's clock. */
  driftMs: 5_000,
};

export type Limits = Readonly<typeof DEFAULT_LIMITS>;
export type Timing = Readonly<typeof DEFAULT_TIMING>;

const LIMIT_CEILINGS: Limits = {
  payloadBytesMax: 8 * MIB,
  actionsPerCommandMax: 100_000,
  /** A receipt has at most about two bytes for each gas; it must stay far below a text's greatest length. */
  commandGasMax: 100_000_000,
  windowEntries: 65_536,
  windowBytes: FRAME_BYTES_MAX - FRAME_RESERVE_BYTES,
  pendingCommandsMax: 1_000_000,
  pendingActionsMax: 10_000_000,
  pendingBytesMax: 1_024 * MIB,
  pendingGasMax: 1_000_000_000_000,
  commandsPerClientMax: 1_000_000,
  windowIdsMax: 100_000_000,
  checkpointEntries: 65_536,
  snapshotCheckpoints: 65_536,
};

const MS_MAX = 3_600_000;

/** The defaults, with those replaced that the document states. */
function readNumbers<N extends string>(
  field: JsonField | undefined,
  defaults: Readonly<Record<N, number>>,
  maxOf: (name: N) => number,
): Record<N, number> {
  const names = Object.keys(defaults) as N[];
  const numbers: Record<N, number> = { ...defaults };
  for (const [name, member] of field?.members(names.length) ?? []) {
    const known = names.find((other) => other === name);
    if (known === undefined) return member.fail(`unknown; known are ${names.join(", ")}`);
    numbers[known] = member.integer({ min: 1, max: maxOf(known) });
  }
  return numbers;
}

type Rule = readonly [holds: boolean, detail: string];

function demand(place: JsonField, rules: readonly Rule[]): void {
  for (const [holds, detail] of rules) if (!holds) place.fail(detail);
}

/** Each voter has an equal share of what may be pending; one command must fit into a share. */
function fitsShare(limits: Limits, voters: number): readonly Rule[] {
  const pairs = [
    ["pendingCommandsMax", "one command", 1],
    ["pendingActionsMax", "actionsPerCommandMax", limits.actionsPerCommandMax],
    [
      "pendingBytesMax",
      `payloadBytesMax and ${ENTRY_RESERVE_BYTES}`,
      limits.payloadBytesMax + ENTRY_RESERVE_BYTES,
    ],
    ["pendingGasMax", "commandGasMax", limits.commandGasMax],
  ] as const;
  return pairs.map(([pending, what, needed]) => [
    Math.floor(limits[pending] / voters) >= needed,
    `each of ${voters} voters has a share of ${pending}; it must hold ${what}, so at least ${voters * needed} is needed`,
  ]);
}

/** C8: why these limits are too small for so many voters, if they are. */
export const shareProblem = (limits: Limits, voters: number): string | undefined =>
  fitsShare(limits, voters).find(([holds]) => !holds)?.[1];

/** C8: the limits of a document; `document` is blamed where the defaults do not fit it. */
export function readLimits(document: JsonField, field: JsonField | undefined, voters: number): Limits {
  const limits = readNumbers<keyof Limits>(field, DEFAULT_LIMITS, (name) => LIMIT_CEILINGS[name]);
  const fitsWindow = limits.payloadBytesMax + ENTRY_RESERVE_BYTES <= limits.windowBytes;
  const windowDetail = `windowBytes must exceed payloadBytesMax by ${ENTRY_RESERVE_BYTES}, or the largest command never fits`;
  demand(field ?? document, [[fitsWindow, windowDetail], ...fitsShare(limits, voters)]);
  return limits;
}

export function readTiming(document: JsonField, field: JsonField | undefined): Timing {
  const timing = readNumbers<keyof Timing>(field, DEFAULT_TIMING, () => MS_MAX);
  demand(field ?? document, [
    [
      2 * timing.heartbeatMs <= timing.heartbeatTimeoutMs,
      "heartbeatTimeoutMs must be at least twice heartbeatMs, or every late heartbeat deposes the leader",
    ],
    [
      timing.heartbeatTimeoutMs <= timing.commandTimeoutMs,
      "commandTimeoutMs must be at least heartbeatTimeoutMs",
    ],
  ]);
  return timing;
}
