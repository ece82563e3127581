// The errors that need no declaration: how a transaction ends when the language itself ends it. Their names
// have no module, so they can clash with no program's. A limit of the machine (L32) can be met by any
// function, so meeting one is no effect; a `requires` that does not hold is `fails` (L55).

export type BuiltInError = {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: "Text" | "Nat" }[];
  readonly doc: string;
};

const text = (name: string) => ({ name, type: "Text" }) as const;
const nat = (name: string) => ({ name, type: "Nat" }) as const;

const ERRORS: readonly BuiltInError[] = [
  {
    name: "RequirementFailed",
    fields: [text("clause")],
    doc: "A `requires`, an `ensures` or a `require` without `else` did not hold: the clause as it is written.",
  },
  {
    name: "RowMissing",
    fields: [text("table"), text("key")],
    doc: "A row was taken, read, updated or removed that is not there.",
  },
  {
    name: "RowPresent",
    fields: [text("table"), text("key")],
    doc: "A row was inserted where there is one, or a resource was put where there is one.",
  },
  {
    name: "InvariantFailed",
    fields: [text("table"), text("clause")],
    doc: "A row was written that its table's invariant does not allow.",
  },
  {
    name: "RowTooLarge",
    fields: [text("table"), text("key"), nat("max")],
    doc: "A row was written that has more than `max` bytes.",
  },
  {
    name: "EventTooLarge",
    fields: [text("event"), nat("max")],
    doc: "An event was emitted that has more than `max` bytes.",
  },
  {
    name: "KeyTooLong",
    fields: [text("table"), nat("max")],
    doc: "A table was asked for a key of more than `max` bytes.",
  },
  {
    name: "NotRepresentable",
    fields: [text("table"), text("path"), text("expected")],
    doc: "A value has no form outside, where a row, a key, an event or an asset (then `event` or `asset` says which) must have one.",
  },
  {
    name: "PolicyOutOfLimits",
    fields: [text("expected")],
    doc: "A policy was asked about that is nested too deeply, has too many parts, or asks for more than it has.",
  },
  {
    name: "FunctionCompared",
    fields: [],
    doc: "A value with a function in it was compared, ordered, hashed, or looked up by. Functions have no equality.",
  },
  { name: "OutOfGas", fields: [nat("limit")], doc: "The command has used the gas it was given." },
  { name: "IntExceeded", fields: [nat("max")], doc: "A number has more than `max` bits." },
  {
    name: "TextExceeded",
    fields: [nat("max")],
    doc: "A Text has more than `max` bytes, or more than 30 marks on one character.",
  },
  {
    name: "BytesExceeded",
    fields: [nat("max")],
    doc: "Bytes are more than `max`, or a value that is hashed takes more.",
  },
  { name: "ListExceeded", fields: [nat("max")], doc: "A list has more than `max` items." },
  { name: "DepthExceeded", fields: [nat("max")], doc: "A value is nested more than `max` deep." },
  {
    name: "TimeExceeded",
    fields: [text("first"), text("last")],
    doc: "A Time or a Date lies outside the years from `first` to `last`.",
  },
  { name: "StackExceeded", fields: [nat("max")], doc: "Functions call each other too deeply." },
  {
    name: "HeapExceeded",
    fields: [nat("max")],
    doc: "The command has made more than `max` words of values.",
  },
  {
    name: "CheckFailed",
    fields: [text("expected"), text("found")],
    doc: "A `check` or a `check_fails` of a test found something else. No command ends so.",
  },
  {
    name: "OnlyInTests",
    fields: [text("function")],
    doc: "A function of `std.testing` was called outside a test.",
  },
];

export const BUILT_IN_ERRORS: ReadonlyMap<string, BuiltInError> = new Map(
  ERRORS.map((error) => [error.name, error]),
);

export const isBuiltInError = (name: string): boolean => BUILT_IN_ERRORS.has(name);
