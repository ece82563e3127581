// A folder of its own for each test of a file, in which the commands run.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";

export type Folder = {
  readonly path: string;
  write(name: string, text: string): void;
  read(name: string): string;
};

/** Registers with the test file that calls it. */
export function ownFolder(): Folder {
  const home = process.cwd();
  let path = "";
  beforeEach(() => {
    path = realpathSync(mkdtempSync(join(tmpdir(), "hopper-")));
    process.chdir(path);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    write: (name, text) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    read: (name) => readFileSync(join(path, name), "utf8"),
  };
}
