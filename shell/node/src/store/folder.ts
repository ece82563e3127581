// The files of a node's data folder. `log.db` is the voter's memory and is created once, with the node's keys;
// `state.db` is derived from it, and from `snapshots` where it begins at one, and is rebuilt when it is missing;
// `lock` is held by the process that runs the node.

import { join } from "node:path";

export const logFile = (folder: string): string => join(folder, "log.db");
export const stateFile = (folder: string): string => join(folder, "state.db");
export const lockFile = (folder: string): string => join(folder, "lock");
