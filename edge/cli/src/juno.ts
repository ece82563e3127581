// The program `juno`. It only finds what is to be loaded and hands over; what it does stands in program.ts.
// No top-level await here: the launcher loads this file with `require`.

import { loadProgram } from "./load-program.ts";

void loadProgram("program", () => import("./program.ts")).then(({ runProgram }) =>
  runProgram(process.argv.slice(2)),
);
