// Where tests put their files: a folder for all of a run, gone in the end. It is in memory where there is room: what
// these tests show of durability they show by killing processes, and what is only written waits for no disk.

import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 4 * 1024 ** 3;
const NAME = /^juno-tests-(\d+)$/;

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What a run left that was killed. */
function removeOld(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(place, name), { recursive: true, force: true });
  }
}

/** The folder's name, for the environment of the tests. */
export const testFolder = (): string =>
  join(hasRoom(MEMORY) ? MEMORY : tmpdir(), `juno-tests-${process.pid}`);

/** Called by Vitest around a run. */
export default function setup({ config }: TestProject): () => void {
  const folder = config.env.TMPDIR;
  if (folder === undefined) throw new Error("the tests are given no folder");
  removeOld(dirname(folder));
  mkdirSync(folder, { recursive: true });
  return () => rmSync(folder, { recursive: true, force: true });
}
