// Which version of the program a seed belongs to: together they name a run.

import { spawnSync } from "node:child_process";

export function commitName(): string {
  const git = (...args: string[]) => spawnSync("git", args, { encoding: "utf8", cwd: import.meta.dirname });
  const commit = git("rev-parse", "--short=12", "HEAD");
  if (commit.status !== 0) return "an unknown commit";
  const isChanged = git("status", "--porcelain").stdout.trim() !== "";
  return `commit ${commit.stdout.trim()}${isChanged ? " with changes" : ""}`;
}
