// The program `juno`. It only finds what was compiled before and hands over; what it does stands in
// program.ts. No top-level await here: the launcher loads this file with `require`.

import { reuseCompiledSources } from "./compiled-sources.ts";

reuseCompiledSources();
void import("./program.ts").then(({ runProgram }) => runProgram(process.argv.slice(2)));
