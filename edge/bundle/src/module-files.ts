// Sources name files beside them as `new URL("./file", import.meta.url)`.

import { basename, dirname, resolve } from "node:path";

const NAMED_FILE = /new URL\(\s*"(\.[^"]*)",\s*import\.meta\.url,?\s*\)/g;

export const isThread = (path: string): boolean => path.endsWith("-thread.ts");
export const bundledName = (path: string): string => basename(path, ".ts");

/** The code with each file it names named as `rename` says, a path or URL from the new place, or left as it is. */
export function renameFiles(
  code: string,
  module: string,
  rename: (path: string) => string | undefined,
): string {
  return code.replace(NAMED_FILE, (before, name: string) => {
    const renamed = rename(resolve(dirname(module), name));
    if (renamed === undefined) return before;
    const slash = name.endsWith("/") ? "/" : "";
    return `new URL(${JSON.stringify(renamed + slash)}, import.meta.url)`;
  });
}
