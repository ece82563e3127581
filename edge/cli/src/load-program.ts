// How a program is loaded: from the bundle if that is fresh, else from its sources. What was compiled once
// is kept in node_modules, for this process, its threads and the processes it starts.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { bundledFile } from "@juno/bundle";

/** `name` of `<name>.ts`, which `fromSource` imports. */
export function loadProgram<Program>(name: string, fromSource: () => Promise<Program>): Promise<Program> {
  const folder = fileURLToPath(new URL("../../../node_modules/.cache/juno", import.meta.url));
  process.env.NODE_COMPILE_CACHE ??= folder;
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const bundled = bundledFile(name);
  return bundled === undefined ? fromSource() : (import(bundled) as Promise<Program>);
}
