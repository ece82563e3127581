// `npm run demo`: plays and checks the story, once or many times, and ends with the line `demo: ok` and
// exit code 0 only if all of it held. Ctrl-C takes everything down as well.

import { loadProgram } from "./load-program.ts";

void loadProgram("demo-program", () => import("./demo/demo-program.ts")).then(({ runDemo }) =>
  runDemo(process.argv.slice(2)),
);
