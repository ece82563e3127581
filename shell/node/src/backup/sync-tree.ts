// Makes a folder durable: its files, then the folders that name them.

import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** With `isDeep: false`, the names in the folder alone. */
export function syncTree(folder: string, { isDeep = true }: { readonly isDeep?: boolean } = {}): void {
  for (const entry of isDeep ? readdirSync(folder, { withFileTypes: true }) : []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else sync(path);
  }
  sync(folder);
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
