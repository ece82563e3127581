// For tests, which load sources by other means: the threads that these start come from the bundle.

import { bundledFile } from "./bundle.ts";
import { bundledName, isThread, renameFiles } from "./module-files.ts";

type Tests = { readonly vitest: { readonly config: { readonly watch: boolean } } };

/** A plugin of Vitest. It stands back where tests run anew at each change: the bundle would not. */
export function bundleThreads() {
  let watching = false;
  const bundled = (path: string) => (isThread(path) ? bundledFile(bundledName(path)) : undefined);
  return {
    name: "start threads from the bundle",
    enforce: "pre" as const,
    configureVitest: ({ vitest }: Tests) => {
      watching = vitest.config.watch;
    },
    transform: {
      filter: { code: /-thread\.ts",\s*import\.meta\.url/ },
      handler: (code: string, module: string) => (watching ? code : renameFiles(code, module, bundled)),
    },
  };
}
