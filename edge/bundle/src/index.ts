// What the programs load: a bundle of their sources, where there is one that is fresh.

export { bundledFile } from "./bundle.ts";
export { bundleThreads } from "./bundle-threads.ts";
export { tryToMakeBundle } from "./make-bundle.ts";
