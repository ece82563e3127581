// The program `hopper`: contracts from the command line. It only finds what is to be loaded and hands over; what it
// does stands in hopper/. No top-level await here: the launcher loads this file with `require`.

import { loadProgram } from "./load-program.ts";

void loadProgram("hopper-program", () => import("./hopper/hopper-program.ts")).then(({ runHopper }) =>
  runHopper(process.argv.slice(2)),
);
