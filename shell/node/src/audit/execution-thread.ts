// The thread that executes entries ahead of their audit: rows that it begins with, then chunks of entries;
// what comes out of each chunk goes back at once. It judges nothing but whether it can go on.

import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "@juno/base";
import { activationIn, apply, type Applied as Outcome } from "@juno/ledger";
import { isRedacted } from "@juno/proof";
import { versionFailure } from "@juno/runtime";
import { sha256 } from "../crypto/sodium.ts";
import { entryOf } from "../store/log/stored-entry.ts";
import { auditContext, trustedGenesis } from "./audit-context.ts";
import type { ExecutionAnswer, ExecutionData, ExecutionRequest } from "./execution-ahead.ts";
import { ExpectedRows } from "./expected-rows.ts";
import { narrow, type Row, readable } from "./readable.ts";

const port = parentPort;
assert(port !== null, "entries are executed ahead on a worker thread");
const { genesisBytes, last } = workerData as ExecutionData;
const { ledger } = auditContext(trustedGenesis(genesisBytes));
const db = new DatabaseSync("");
const view = new ExpectedRows(db, sha256);
db.exec("BEGIN");
let next: number | undefined = last + 1;

port.on("message", (request: ExecutionRequest) => {
  const answer: Outcome[] = [];
  if ("table" in request) view.fill(request.table, request.rows);
  else for (const row of request.entries) answer.push(...execute(row));
  port.postMessage(answer satisfies ExecutionAnswer);
});

/** What comes out of the next entry; nothing from the first on that is not the next, or cannot be executed. */
function execute(row: Row): Outcome[] {
  const entry = readable(() => entryOf(narrow(row)));
  const tooOld = next && versionFailure(ledger, activationIn(view), next - 1);
  if (!entry.ok || entry.value.index !== next || isRedacted(entry.value) || tooOld !== undefined) {
    next = undefined;
    return [];
  }
  const outcome = apply(ledger, view, entry.value);
  view.store(next, outcome);
  next += 1;
  return [outcome];
}
