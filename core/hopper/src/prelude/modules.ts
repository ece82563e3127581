// The modules of the library, each after those it needs. A module is its source here and the builtins that belong
// to it (builtins/table.ts), whose declarations see the module's types and imports.

import type { Source } from "../diagnostic/source.ts";
import { DATE, MONEY } from "./amounts.ts";
import { LIST, MAP, SET } from "./collections.ts";
import {
  AUTH,
  BOOL,
  BYTES,
  COIN,
  DECIMAL,
  HASH,
  INT,
  NAT,
  PERCENT,
  RATIO,
  TEXT,
  TIME,
  VALUE,
} from "./plain.ts";
import { OPTION, RESULT } from "./sums.ts";
import { TESTING } from "./testing.ts";

export type PreludeModule = { readonly name: string; readonly source: Source };

const module = (name: string, text: string): PreludeModule => ({ name, source: { name, text } });

export const PRELUDE: readonly PreludeModule[] = [
  module("std.value", VALUE),
  module("std.option", OPTION),
  module("std.result", RESULT),
  module("std.money", MONEY),
  module("std.int", INT),
  module("std.nat", NAT),
  module("std.bool", BOOL),
  module("std.ratio", RATIO),
  module("std.percent", PERCENT),
  module("std.decimal", DECIMAL),
  module("std.text", TEXT),
  module("std.bytes", BYTES),
  module("std.hash", HASH),
  module("std.list", LIST),
  module("std.map", MAP),
  module("std.set", SET),
  module("std.time", TIME),
  module("std.date", DATE),
  module("std.coin", COIN),
  module("std.auth", AUTH),
  module("std.testing", TESTING),
];
