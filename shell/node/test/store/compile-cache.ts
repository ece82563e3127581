// Threads and processes that tests start by the hundred: what one of them has compiled, the next
// takes from here, which halves the time they cost. Imported for its effect.

import { fileURLToPath } from "node:url";

process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("../../../../node_modules/.cache/juno-compile", import.meta.url),
);
