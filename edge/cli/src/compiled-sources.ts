// Sources run without a build, so each process would strip their types anew. What was compiled once is
// kept in node_modules, for this process, its threads and the processes it starts.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

export function reuseCompiledSources(): void {
  const folder = fileURLToPath(new URL("../../../node_modules/.cache/juno", import.meta.url));
  process.env.NODE_COMPILE_CACHE ??= folder;
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
