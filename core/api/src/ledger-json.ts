// Reading the ledger: queries, simulations, rows, modules and the history of a row. Results and rows
// are canonical JSON in the ledger and stand here as JSON; they are proved by nothing but the reply's
// signature, so a reader that trusts no node orders a query as a command instead.

import { err, isWellFormedText, type Json, ok, type Refusal, type Result, refuse } from "@juno/base";
import { type Static, Type } from "typebox";
import { NAME_CHARS_MAX, PAGE_ITEMS_MAX, PAYLOAD_CHARS_MAX } from "./limits.ts";
import { CommandReceiptSchema } from "./receipt-json.ts";
import { CommandIdHex, HashHex, LogIndexNumber, Strict, TimeNumber } from "./scalars.ts";

const Name = Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX });

export const QueryBodySchema = Type.Object(
  {
    module: Name,
    query: Name,
    args: Type.Optional(Type.Unknown({ description: "The query's arguments by name; none if absent" })),
    consistency: Type.Optional(
      Type.Enum(["local", "linearizable"], {
        description: "`local` (default) reads what this node has applied; `linearizable` asks a quorum first",
      }),
    ),
  },
  Strict,
);
export type QueryBodyJson = Static<typeof QueryBodySchema>;

/** A33 */
const currentField = {
  current: Type.Optional(
    Type.Literal(false, { description: "The node is halted: what it shows may be old. Absent otherwise" }),
  ),
};

export const QueryReplySchema = Type.Object(
  { index: LogIndexNumber, root: HashHex, ...currentField, result: Type.Unknown() },
  { ...Strict, description: "The result, and the log index and outcome root of the state it was read from" },
);
export type QueryReplyJson = Static<typeof QueryReplySchema>;

export const SimulateBodySchema = Type.Object(
  {
    payload: Type.String({
      maxLength: PAYLOAD_CHARS_MAX,
      description: "A command's payload; its signers count as having signed",
    }),
  },
  Strict,
);
export type SimulateBodyJson = Static<typeof SimulateBodySchema>;

export const SimulateReplySchema = Type.Object(
  {
    index: LogIndexNumber,
    receipt: CommandReceiptSchema,
  },
  Strict,
);
export type SimulateReplyJson = Static<typeof SimulateReplySchema>;

export const RowSchema = Type.Object({ key: Type.String(), value: Type.Unknown() }, Strict);

export const RowPageSchema = Type.Object(
  {
    index: LogIndexNumber,
    root: HashHex,
    ...currentField,
    rows: Type.Array(RowSchema, { maxItems: PAGE_ITEMS_MAX }),
    next: Type.Optional(Type.String({ description: "Give it as `after` to read on" })),
  },
  Strict,
);
export type RowPageJson = Static<typeof RowPageSchema>;

const moduleMembers = {
  name: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  hash: HashHex,
  at: Type.Optional(LogIndexNumber),
  language: Type.Optional(Type.Integer({ minimum: 2 })),
};

export const ModuleSummarySchema = Type.Object(moduleMembers, {
  ...Strict,
  $id: "ModuleSummary",
  description:
    "A deployed module: `hash` is the SHA-256 of its source, `at` the entry that deployed this version, absent if the genesis did, `language` the version of the language that it is checked by (C34), absent if that is 1",
});

const operationMembers = {
  name: Type.String(),
  doc: Type.String({ description: "The comment above it" }),
  args: Type.Array(Type.Object({ name: Type.String(), type: Type.String() }, Strict)),
};
const Names = Type.Array(Type.String());

export const ModuleSchema = Type.Object(
  {
    ...moduleMembers,
    source: Type.String(),
    imports: Type.Array(Type.String(), { description: "Without the library's" }),
    upgradable: Type.Boolean(),
    actions: Type.Array(Type.Object(operationMembers, Strict)),
    queries: Type.Array(Type.Object({ ...operationMembers, result: Type.String() }, Strict)),
    tables: Type.Array(
      Type.Object(
        { name: Type.String(), key: Type.String(), row: Type.String(), resource: Type.Boolean() },
        Strict,
      ),
    ),
    assets: Type.Array(
      Type.Object(
        { name: Type.String(), currency: Type.Boolean(), decimals: Type.Integer({ minimum: 0 }) },
        Strict,
      ),
    ),
    errors: Names,
    events: Names,
    capabilities: Names,
  },
  { ...Strict, $id: "Module", description: "A deployed module with its source and its interface" },
);
export type ModuleJson = Static<typeof ModuleSchema>;

export const ModuleListSchema = Type.Object({ modules: Type.Array(ModuleSummarySchema) }, Strict);
export type ModuleListJson = Static<typeof ModuleListSchema>;

export const RowChangeSchema = Type.Object(
  {
    index: LogIndexNumber,
    time: TimeNumber,
    commandId: Type.Optional(CommandIdHex),
    before: Type.Optional(Type.Unknown({ description: "Absent if the row was created" })),
    after: Type.Optional(Type.Unknown({ description: "Absent if the row was removed" })),
  },
  Strict,
);

export const HistorySchema = Type.Object(
  {
    changes: Type.Array(RowChangeSchema, { maxItems: PAGE_ITEMS_MAX }),
    next: Type.Optional(LogIndexNumber),
  },
  { ...Strict, description: "`next` is the `from` of the following page" },
);
export type HistoryJson = Static<typeof HistorySchema>;

/** No query has arguments nested deeper. */
const ARGS_DEPTH_MAX = 32;

/** A plain JSON value as the ledger's own kind: no floats, no halves of characters, bounded depth. */
export function jsonOf(value: unknown, depthMax = ARGS_DEPTH_MAX): Result<Json, Refusal> {
  if (value === null || typeof value === "boolean") return ok(value);
  if (typeof value === "string") {
    return isWellFormedText(value) ? ok(value) : refuse("malformed", "a text has half of a surrogate pair");
  }
  if (typeof value === "number") {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    return whole ? ok(value) : refuse("malformed", "a number is an integer below 2^53; amounts are text");
  }
  if (typeof value !== "object") return refuse("malformed", "not JSON");
  if (depthMax === 0) return err({ code: "malformed", detail: `more than ${ARGS_DEPTH_MAX} levels deep` });
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const converted = jsonOf(item, depthMax - 1);
      if (!converted.ok) return converted;
      items.push(converted.value);
    }
    return ok(items);
  }
  const members = new Map<string, Json>();
  for (const [name, member] of Object.entries(value)) {
    if (!isWellFormedText(name)) return refuse("malformed", "a name has half of a surrogate pair");
    const converted = jsonOf(member, depthMax - 1);
    if (!converted.ok) return converted;
    members.set(name, converted.value);
  }
  return ok(members);
}
