// Exactly once (A4): every acknowledged command stands in the final ledger once, where and how it was
// acknowledged; a refused one nowhere; one of unknown outcome at most once; and none that nobody sent.

import { type Case, type Finding, type LedgerEntry, nameOf, type Write } from "./history.ts";
import { writesById } from "./replay.ts";

/** Why the places at which a command stands are not what its client was told; undefined if they are. */
function complaint(write: Write, places: readonly LedgerEntry[], through: number): string | undefined {
  const { answer } = write;
  const at = places.map(({ index }) => index).join(" and ");
  if (places.length > 1) return `stands in the ledger ${places.length} times, at ${at}`;
  const [place] = places;
  if (answer.kind === "unknown") return undefined;
  if (answer.kind === "refused") {
    return place === undefined ? undefined : `was refused, but stands in the ledger at ${at}`;
  }
  if (place === undefined) {
    const end = answer.index > through ? `, which ends at ${through}` : "";
    return `was acknowledged at ${answer.index}, but is not in the ledger${end}`;
  }
  if (place.index !== answer.index) return `was acknowledged at ${answer.index}, but stands at ${at}`;
  if (place.status === answer.status) return undefined;
  return `was acknowledged as ${answer.status} at ${at}, but the ledger says ${place.status}`;
}

export function checkExactlyOnce({ history, ledger }: Case): Finding[] {
  const writes = writesById(history);
  const findings: Finding[] = [];
  const places = new Map<string, LedgerEntry[]>();
  let previous = 0;
  for (const entry of ledger.entries) {
    const { index, id, status } = entry;
    if (index <= previous || index > ledger.through) {
      const sentence = `the ledger shows entry ${index} after ${previous}, and ends at ${ledger.through}`;
      findings.push({ checker: "exactly-once", id, sentence });
    }
    previous = index;
    if (!writes.has(id)) {
      const sentence = `the ledger holds command ${id} at ${index}, which nobody sent`;
      findings.push({ checker: "exactly-once", id, sentence });
    }
    // A repetition is named as such in its receipt, and has no effect.
    if (status !== "duplicate") places.set(id, [...(places.get(id) ?? []), entry]);
  }
  for (const write of writes.values()) {
    const why = complaint(write, places.get(write.id) ?? [], ledger.through);
    if (why === undefined) continue;
    findings.push({ checker: "exactly-once", id: write.id, sentence: `${nameOf(write)} ${why}` });
  }
  return findings;
}
