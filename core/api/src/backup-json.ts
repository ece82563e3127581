// The manifest of a backup as JSON (spec/7-audit.md, P22). It says only which form it has; whether the files
// are those that it names, whoever restores finds out.

import { type Static, Type } from "typebox";
import { HashHex, LogIndexNumber, NodeNumber, Strict, wholeNumber } from "./scalars.ts";

/** P22 */
export const BACKUP_FORMAT = 1;
/** Two snapshots of states of many gigabytes. */
const FILES_MAX = 1_000_000;
/** Nothing but these is ever read or written by the names that a manifest gives. */
const NAME =
  "^(?:(?:genesis|config|node)\\.json|(?:log|state)\\.db|snapshots/[0-9]{16}/(?:manifest|certificate|chunk-[0-9]{7}))$";

export const BackupManifestSchema = Type.Object(
  {
    format: Type.Literal(BACKUP_FORMAT),
    network: HashHex,
    node: NodeNumber,
    made: Type.String({
      pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$",
      description: "When it was begun",
    }),
    applied: Type.Object({ index: LogIndexNumber, root: HashHex }, Strict),
    committed: LogIndexNumber,
    files: Type.Array(
      Type.Object(
        { name: Type.String({ pattern: NAME }), bytes: wholeNumber("Its length"), sha256: HashHex },
        Strict,
      ),
      { maxItems: FILES_MAX },
    ),
  },
  { ...Strict, description: "What a backup of a node holds" },
);
export type BackupManifestJson = Static<typeof BackupManifestSchema>;
