// The program `hopper`: contracts from the command line. It only finds what was compiled before and hands over; what
// it does stands in hopper/. No top-level await here: the launcher loads this file with `require`.

import { reuseCompiledSources } from "./compiled-sources.ts";

reuseCompiledSources();
void import("./hopper/hopper-program.ts").then(({ runHopper }) => runHopper(process.argv.slice(2)));
