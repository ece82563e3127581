// Functions of the library that may stand in certain places only, whether they are called, called as methods, or handed on
// as values: what belongs to tests, and `allowed` (L55).

import type { Range } from "../diagnostic/source.ts";
import type { Checker, Context, Frame } from "./checker.ts";
import type { FunctionGlobal } from "./global.ts";

export const inTest = (frame: Frame): boolean => {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent)
    if (at.kind === "test") return true;
  return false;
};

/** `asked`: this is a call that stands as a condition of `require`. */
export function mayUse(
  checker: Checker,
  context: Context,
  range: Range,
  { fn, asked }: { fn: FunctionGlobal; asked: boolean },
): void {
  const { module, name } = fn.ref;
  if (module === "std.testing" && checker.names.module !== module && !inTest(context.frame)) {
    checker.complain(range, {
      code: "H0914",
      message: `\`${name}\` belongs to tests: on the ledger, signers and time are what the log says`,
      help: "use it within a `test` block only",
    });
  }
  if (module === "std.auth" && name === "allowed" && !asked) {
    checker.complain(range, {
      code: "H0908",
      message: "`allowed` spends a grant, and so stands only as a condition of `require` or `requires`",
      help: "write `require allowed(…) else …`",
    });
  }
}
