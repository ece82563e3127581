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
  /** The write that made an entry, a certificate or a vote durable. */
  const storedBy = new Map<string, number>();
  let writes = 0;
  const note = (changes: readonly DurableChange[]) => {
    writes += 1;
    for (const change of changes) {
      if (change.kind === "append")
        for (const { index } of change.entries) storedBy.set(`entry ${index}`, writes);
      if (change.kind === "certified") storedBy.set(`certified ${change.certificate.position.index}`, writes);
      if (change.kind === "term" && change.votedBase !== undefined)
        storedBy.set(`vote ${change.currentTerm}`, writes);
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
      commitProof: (range) => store.commitProof(range),
      close: () => store.close(),
    }),
    onFrame: (bytes) => {
      const needs = needsOf(bytes).map((name) => storedBy.get(name) ?? 0);
      if (needs.length > 0) writeSync(descriptor, `send needs ${Math.max(...needs)}\n`);
    },
  };
}

/** What a frame says is durable: an Ack its entry and its certificate, a Vote the vote. */
function needsOf(bytes: Uint8Array): string[] {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return [];
  if (frame.value.kind === "vote") {
    const vote = decodeVote(frame.value.body);
    return vote.ok ? [`vote ${vote.value.term}`] : [];
  }
  if (frame.value.kind !== "ack") return [];
  const ack = decodeAck(frame.value.body);
  if (!ack.ok) return [];
  return [`entry ${ack.value.stored.index}`, `certified ${ack.value.certified.index}`];
}
