// A process that writes to a log as fast as it can until it is killed. Write n sets the term to n and
// appends three entries; a line `n` says that it was acknowledged. A failure is told by its code.

import { LogIndex, NodeId, Term } from "@juno/base";
import { Failure } from "@juno/failure";
import { entriesAbove, genesisPoint, network } from "@juno/runtime/suites";
import { SqliteLogStore } from "../../src/store/log/log-store.ts";
import { ReadThread } from "../../src/store/reader/read-thread.ts";

/** Writes that may wait for the disk at a time. */
const UNANSWERED_MAX = 16;

const [folder = "", bodyBytes = "100", writesMax = "1000000"] = process.argv.slice(2);
const reads = new ReadThread({ folder, genesis: undefined });
const store = new SqliteLogStore({ folder, network, nodeId: NodeId(3), reads });

try {
  const { currentTerm, suffix } = await store.load();
  let last = suffix.at(-1) ?? genesisPoint;
  const unanswered: Promise<void>[] = [];
  for (let n = currentTerm + 1; n <= Number(writesMax); n++) {
    const entries = entriesAbove(last, 3, { term: n, bodyBytes: Number(bodyBytes) });
    last = { index: LogIndex(entries[2]!.index), hash: entries[2]!.hash };
    const written = store.write([
      { kind: "append", entries: entries.slice(0, 2) },
      { kind: "term", currentTerm: Term(n), votedBase: undefined },
      { kind: "append", entries: entries.slice(2) },
    ]);
    unanswered.push(written.then(() => console.log(String(n))));
    if (unanswered.length >= UNANSWERED_MAX) await unanswered.shift();
  }
  await Promise.all(unanswered);
  await store.close();
} catch (error) {
  console.log(error instanceof Failure ? error.code : String(error));
  process.exit(1);
}
