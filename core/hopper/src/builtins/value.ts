// std.value: what can be said of any value that is Data.

import { equalValues } from "../machine/compare.ts";
import { chargeWalk, walking } from "./cost.ts";
import { ofModule } from "./record.ts";

export const VALUE = ofModule("std.value", [
  {
    declaration: "fn equal<a>(x: a, y: a) -> Bool",
    doc: "Whether the two are the same value, all parts included: `x == y`.",
    examples: ['("a", [1, 2]) == ("a", [1, 2])', "Some(1) != Some(2)"],
    cost: ([x, y]) => walking(x!, y!),
    run: ([x, y], scope) => {
      chargeWalk(x!, y!, scope);
      return equalValues(x!, y!);
    },
  },
]);
