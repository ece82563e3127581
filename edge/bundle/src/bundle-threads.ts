// For tests, which load sources by other means: the threads that these start come from the bundle.

import { bundledFile, freshBundle } from "./bundle.ts";
import { bundledName, isThread, renameFiles } from "./module-files.ts";

type Tests = {
  readonly vitest: { readonly config: { readonly watch: boolean } };
  /** What a module's transformed form, which is kept from run to run, depends on besides its source. */
  defineCacheKeyGenerator(keyOf: (module: { readonly sourceCode: string }) => string | undefined): void;
};

const NAMES_THREADS = /-thread\.ts",\s*import\.meta\.url/;

/** A plugin of Vitest. It stands back where tests run anew at each change: the bundle would not. */
export function bundleThreads() {
  let watching = false;
  const bundled = (path: string) => (isThread(path) ? bundledFile(bundledName(path)) : undefined);
  return {
    name: "start threads from the bundle",
    enforce: "pre" as const,
    configureVitest: ({ vitest, defineCacheKeyGenerator }: Tests) => {
      watching = vitest.config.watch;
      const bundle = watching ? undefined : freshBundle()?.folder;
      defineCacheKeyGenerator(({ sourceCode }) => (NAMES_THREADS.test(sourceCode) ? bundle : undefined));
    },
    transform: {
      filter: { code: NAMES_THREADS },
      handler: (code: string, module: string) => (watching ? code : renameFiles(code, module, bundled)),
    },
  };
}
