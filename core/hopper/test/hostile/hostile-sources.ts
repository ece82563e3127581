// All attacks in one list, for whoever runs them: the checker's tests, the machine's tests, the fuzzer.

import type { Hostile } from "./hostile.ts";
import { MODULE_ATTACKS } from "./module-attacks.ts";
import { SHARING_ATTACKS } from "./sharing-attacks.ts";
import { SYNTAX_ATTACKS } from "./syntax-attacks.ts";
import { TABLE_ATTACKS } from "./table-attacks.ts";
import { TYPE_ATTACKS } from "./type-attacks.ts";
import { VALUE_ATTACKS } from "./value-attacks.ts";

export const HOSTILE: readonly Hostile[] = [
  ...SYNTAX_ATTACKS,
  ...TYPE_ATTACKS,
  ...VALUE_ATTACKS,
  ...SHARING_ATTACKS,
  ...TABLE_ATTACKS,
  ...MODULE_ATTACKS,
];
