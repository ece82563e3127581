// For the durability test only: marks, in a traced file, each frame that is handed to a socket and the
// number of the write it rests on. The log writer marks each write that is durable. Seen together with
// the system calls, the marks show that nothing is acknowledged before it is synced. Off in production.

import { openSync, writeSync } from "node:fs";
import type { DurableChange } from "@juno/consensus";
import { decodeFrame } from "@juno/consensus";
import { decodeAck, decodeVote } from "@juno/proof";
import type { LogStore } from "@juno/runtime";

export type DurabilityTrace = {
  /** The same store; its writes are numbered as the log writer numbers them. */
  watch(store: LogStore): LogStore;
  onFrame(frame: Uint8Array): void;
};

export function durabilityTrace(path: string | undefined): DurabilityTrace | undefined {
  if (path === undefined || path === "") return undefined;
  const descriptor = openSync(path, "a");
  /** The write that made an entry, a certificate, a term or a vote durable. */
  const storedBy = new Map<string, number>();
  let writes = 0;
  const note = (changes: readonly DurableChange[]) => {
    writes += 1;
    for (const change of changes) {
      if (change.kind === "append")
        for (const { index } of change.entries) storedBy.set(`entry ${index}`, writes);
      if (change.kind === "take-buffer") storedBy.set(`entry ${change.through}`, writes);
      if (change.kind === "certified") storedBy.set(`certified ${change.certificate.position.index}`, writes);
      if (change.kind !== "term") continue;
      storedBy.set(`term ${change.currentTerm}`, writes);
      if (change.votedBase !== undefined) storedBy.set(`vote ${change.currentTerm}`, writes);
    }
  };
  return {
    watch: (store) => ({
      load: () => store.load(),
      write: (changes) => {
        note(changes);
        return store.write(changes);
      },
      read: (range) => store.read(range),
      floor: () => store.floor(),
      prune: (floor, entriesMax) => store.prune(floor, entriesMax),
      commitProof: (range) => store.commitProof(range),
      evidence: (range) => store.evidence(range),
      redact: (bodies) => store.redact(bodies),
      close: () => store.close(),
    }),
    onFrame: (bytes) => {
      const said = saidBy(bytes);
      if (said === undefined) return;
      // What an earlier run has stored rests on no write of this one.
      const needs = Math.max(...said.names.map((name) => storedBy.get(name) ?? 0));
      writeSync(descriptor, `send ${said.kind} needs ${needs}\n`);
    },
  };
}

/** What a frame says is durable: an Ack its term, its entry and its certificate, a Vote the vote. */
function saidBy(
  bytes: Uint8Array,
): { readonly kind: "ack" | "vote"; readonly names: readonly string[] } | undefined {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return undefined;
  const { kind, body } = frame.value;
  if (kind === "vote") {
    const vote = decodeVote(body);
    return vote.ok ? { kind, names: [`vote ${vote.value.term}`] } : undefined;
  }
  if (kind !== "ack") return undefined;
  const ack = decodeAck(body);
  if (!ack.ok) return undefined;
  const { term, stored, certified } = ack.value;
  return { kind, names: [`term ${term}`, `entry ${stored.index}`, `certified ${certified.index}`] };
}
