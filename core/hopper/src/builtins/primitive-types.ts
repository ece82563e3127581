// The types that are built in, what they take between `<` and `>`, and the module whose functions are their
// methods (L54). Each has a home of its own where two would want the same names, since
// no name means two functions. Lists, maps and sets hold Data only in this version: a collection of
// resources would need functions of its own, and a table already is one.

export type PrimitiveType = {
  readonly name: string;
  /** What each argument must be: a value that is an asset, or a type of the sort. */
  readonly parameters: readonly ("Asset" | "Data" | "Type")[];
  readonly sort: "Data" | "Type";
  /** Absent for types without methods. */
  readonly home: string | undefined;
  readonly doc: string;
};

const TYPES: readonly PrimitiveType[] = [
  data("Bool", "std.bool", "`true` or `false`."),
  data("Int", "std.int", "A whole number, of at most 65,536 bits."),
  data("Nat", "std.nat", "A whole number that is not negative. It may stand wherever an Int may."),
  data("Text", "std.text", "Characters in Unicode's normal form C, at most 1 MiB of UTF-8."),
  data("Bytes", "std.bytes", "At most 1 MiB."),
  data("Hash", "std.hash", "32 bytes of SHA-256."),
  data("Key", "std.auth", "An Ed25519 public key."),
  data("Policy", "std.auth", "Which signers together have authority."),
  data("Time", "std.time", "An instant, to the millisecond, in the years 1970 to 9999."),
  data("Duration", "std.time", "A span of time in milliseconds, which may be negative."),
  data("Date", "std.date", "A day in the years 1970 to 9999, in UTC."),
  data("Percent", "std.percent", "Exact to the millionth of one percent."),
  data("Decimal", "std.decimal", "A number with at most 18 decimals."),
  data("Ratio", "std.ratio", "An exact fraction."),
  data("Asset", undefined, "A currency or an asset: what there are coins of."),
  data("ErrorName", undefined, "The name of an error, such as `check_fails` takes."),
  data("CapabilityName", undefined, "The name of a capability."),
  data("Error", undefined, "An error with its fields."),
  data("Event", undefined, "An event with its fields."),
  data("Capability", undefined, "A capability with its fields, such as `allowed` takes."),
  {
    name: "Money",
    parameters: ["Asset"],
    sort: "Data",
    home: "std.money",
    doc: "An amount of a currency in its smallest units, which may be negative.",
  },
  {
    name: "Amount",
    parameters: ["Asset"],
    sort: "Data",
    home: "std.money",
    doc: "How much of an asset: `Money<c>` for a currency, `Nat` for an asset.",
  },
  {
    name: "Coin",
    parameters: ["Asset"],
    sort: "Type",
    home: "std.coin",
    doc: "An amount that exists: a resource, neither copied nor lost.",
  },
  { name: "List", parameters: ["Data"], sort: "Data", home: "std.list", doc: "Values in order." },
  {
    name: "Map",
    parameters: ["Data", "Data"],
    sort: "Data",
    home: "std.map",
    doc: "Values by key, in the order of the keys.",
  },
  { name: "Set", parameters: ["Data"], sort: "Data", home: "std.set", doc: "Values, each once, in order." },
];

function data(name: string, home: string | undefined, doc: string): PrimitiveType {
  return { name, parameters: [], sort: "Data", home, doc };
}

export const PRIMITIVE_TYPES: ReadonlyMap<string, PrimitiveType> = new Map(
  TYPES.map((type) => [type.name, type]),
);
