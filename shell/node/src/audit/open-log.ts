// Opens a log.db for an audit: pages that are whole, tables that a node makes, and a format that this program reads.

import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { openForReading } from "../store/database.ts";
import { logFile } from "../store/folder.ts";
import { LOG_SCHEMA, WITHHELD_SCHEMA } from "../store/log/schema.ts";
import type { Findings } from "./findings.ts";
import { formatProblem } from "./memory-audit.ts";
import { auditPages, auditSchema, olderFormat } from "./schema-audit.ts";

/** Undefined, with a finding, if nothing of it can be gone by. Throws the Failures of a file that is no database. */
export function openAuditedLog(
  folder: string,
  checkPages: boolean,
  findings: Findings,
): DatabaseSync | undefined {
  const file = logFile(folder);
  if (!existsSync(file)) {
    findings.add("log.db", "The file is missing.");
    return undefined;
  }
  const db = openForReading(file);
  try {
    if (checkPages) auditPages(db, "log.db", findings);
    const older = olderFormat(db);
    if (older !== undefined) findings.add("log.db meta", formatProblem(older));
    const expected = { file: "log.db", schema: LOG_SCHEMA, passing: WITHHELD_SCHEMA } as const;
    const isSound = older === undefined && auditSchema(db, expected, findings);
    if (isSound) return db;
    db.close();
    return undefined;
  } catch (error) {
    db.close();
    throw error;
  }
}
