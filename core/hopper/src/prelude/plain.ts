// The modules that are builtins alone, or nearly so: what they are, and which types of other modules their builtins
// take. A module is there to be imported even if nothing in it is written in the language.

const builtinsOnly = (name: string, doc: string, imports: readonly string[] = []): string =>
  [`// ${doc}`, `module ${name}`, ...imports.map((one) => `import ${one}`), ""].join("\n");

const ROUNDING = ["std.money {Rounding}"];

export const VALUE = builtinsOnly("std.value", "What can be said of any value.");
export const INT = builtinsOnly("std.int", "Whole numbers.", ROUNDING);
export const NAT = builtinsOnly("std.nat", "Whole numbers that are not negative.", ROUNDING);
export const RATIO = builtinsOnly("std.ratio", "Exact fractions.", ROUNDING);
export const PERCENT = builtinsOnly("std.percent", "Percentages.");
export const DECIMAL = builtinsOnly("std.decimal", "Numbers with at most 18 decimals.", ROUNDING);
export const TEXT = builtinsOnly("std.text", "Characters.");
export const BYTES = builtinsOnly("std.bytes", "Byte strings.");
export const HASH = builtinsOnly("std.hash", "SHA-256 of bytes and of values.");
export const TIME = builtinsOnly("std.time", "Instants and spans of time.");
export const AUTH = builtinsOnly("std.auth", "Who has authority.");
export const COIN = builtinsOnly("std.coin", "What can be done with coins.");

export const BOOL = `// Truth.
module std.bool

// \`true\` or \`false\` as a text.
// example: (1 < 2).to_text() == "true"
pub fn to_text(b: Bool) -> Text = if b { "true" } else { "false" }

// Whether the second holds wherever the first does.
// example: (2 < 1).implies(false)
pub fn implies(a: Bool, b: Bool) -> Bool = if a { b } else { true }
`;
