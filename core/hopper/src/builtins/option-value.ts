// The layout of an Option (value.ts of the machine), for builtins that may have nothing to give.

import { Construct, type Value } from "../machine/value.ts";

const NONE = new Construct(0, []);

export const option = (value: Value | undefined): Construct =>
  value === undefined ? NONE : new Construct(1, [value]);
