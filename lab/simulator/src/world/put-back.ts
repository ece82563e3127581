// Disks that are put back: to an earlier copy of themselves, or to nothing. Such a node has lost what it
// said, so it counts among the faulty. Invariant: where any q voters that answer have one among them that heard
// more of it than its disk remembers, it never speaks again (S15); judged by ranks alone, not by its code.

import { decodeWith, type Hash, hex, type NodeId } from "@juno/base";
import {
  decodeFrame,
  encodeFrame,
  type MessageKind,
  readRecollection,
  writeRecollection,
} from "@juno/consensus";
import { compareRank, type Epochs } from "@juno/proof";
import { MemoryLog } from "@juno/runtime";
import { bulkFrame } from "../byzantine/liar.ts";
import type { Findings } from "../checkers/findings.ts";
import { SimulatedSnapshots } from "./snapshots.ts";
import type { Tally } from "./tally.ts";
import type { WorldNode } from "./world-node.ts";

/** What counts for a quorum. */
const COUNTED: ReadonlySet<MessageKind> = new Set([
  "prevote",
  "request-vote",
  "vote",
  "append-entries",
  "ack",
  "probe-reply",
  "snapshot",
]);

export class PutBack {
  readonly #epochs: Epochs;
  readonly #findings: Findings;
  readonly #tally: Tally;
  readonly #copies = new Map<NodeId, { readonly log: MemoryLog; readonly snapshots: SimulatedSnapshots }>();
  /** By node: who has heard more of it than its disk remembers, and in which of its lives. */
  readonly #knowing = new Map<NodeId, ReadonlyMap<WorldNode, number>>();
  readonly #speaking = new Set<NodeId>();
  /** The keys that a node voted with when it forgot what it had said, or before. */
  readonly #keys = new Map<NodeId, ReadonlySet<string>>();

  constructor(parts: { epochs: Epochs; findings: Findings; tally: Tally }) {
    this.#epochs = parts.epochs;
    this.#findings = parts.findings;
    this.#tally = parts.tally;
  }

  get #network(): Hash {
    return this.#epochs.last.electorate.network;
  }

  has(id: NodeId): boolean {
    return this.#knowing.has(id);
  }

  get size(): number {
    return this.#knowing.size;
  }

  /** Those that speak although they have forgotten, because nobody was there to remind them. */
  isUnnoticed(id: NodeId): boolean {
    return this.#speaking.has(id);
  }

  copy({ id, disk, snapshots }: WorldNode): void {
    this.#copies.set(id, { log: copyOf(disk.log, this.#network), snapshots: snapshots.copy() });
  }

  /** The node's disk is from now on its earlier copy, or empty; the node must be down. */
  perform(node: WorldNode, others: readonly WorldNode[], isWiped: boolean): void {
    const copy = isWiped ? undefined : this.#copies.get(node.id);
    if (copy === undefined) node.putBack(new MemoryLog(this.#network), new SimulatedSnapshots());
    else node.putBack(copyOf(copy.log, this.#network), copy.snapshots.copy());
    const { certified, epoch } = node.disk.log.voter;
    const knowing = others.filter(({ state }) => {
      const ack = state?.progress.latest(node.id)?.ack;
      if (ack === undefined || ack.epoch !== epoch) return ack !== undefined && ack.epoch > epoch;
      return compareRank({ term: ack.term, index: ack.certified.index }, certified.position) > 0;
    });
    this.#knowing.set(node.id, new Map(knowing.map((other) => [other, other.life])));
    const known = this.#epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER });
    this.#keys.set(node.id, new Set(known.flatMap(({ keyOf }) => keysOf(keyOf.get(node.id)))));
    this.#tally.add(copy === undefined ? "disk put back: wiped" : "disk put back: an old copy");
  }

  /** Under a key of later there is nothing that a node could have forgotten (S18): it may speak again. */
  isAdmittedAnew({ id, state }: WorldNode): boolean {
    const key = state?.electorate.keyOf.get(id);
    return key !== undefined && this.#keys.get(id)?.has(hex(key)) === false;
  }

  /** A node whose disk was put back says something. */
  onSpeech(node: WorldNode, kind: MessageKind): void {
    const { id, state } = node;
    if (!COUNTED.has(kind) || this.#speaking.has(id) || this.isAdmittedAnew(node)) return;
    this.#speaking.add(id);
    const { voters, quorum } = state?.electorate ?? this.#epochs.last.electorate;
    const knowing = [...this.#knowing.get(id)!].filter(([{ life }, then]) => life === then);
    const ignorant = voters.length - 1 - knowing.length;
    if (ignorant >= quorum - 1) this.#tally.add("disk put back: unnoticed");
    else this.#findings.found("memory", `node ${id} says a ${kind} after its disk was put back`);
  }

  /** Whoever follows commits what all commit. */
  onCommit({ id, disk }: WorldNode, top: number, committed: readonly Uint8Array[]): void {
    const { log } = disk;
    const own = (top === log.floor?.index ? log.floor : log.at(top))?.hash;
    const known = committed[top];
    if (own === undefined || (known !== undefined && Buffer.compare(own, known) !== 0))
      this.#findings.found("agreement", `node ${id}, whose disk was put back, commits another entry ${top}`);
  }
}

export function copyOf(log: MemoryLog, network: Hash): MemoryLog {
  const copy = new MemoryLog(network);
  copy.voter = log.voter;
  copy.floor = log.floor;
  copy.entries.push(...log.entries);
  for (const [index, proof] of log.commitProofs) copy.commitProofs.set(index, proof);
  copy.kept.push(...log.kept);
  copy.evidence.push(...log.evidence);
  return copy;
}

const keysOf = (key: Uint8Array | undefined): string[] => (key === undefined ? [] : [hex(key)]);

/** What a voter answers, without a word of what it has heard. */
export function nothingHeard(from: WorldNode, bytes: Uint8Array): Uint8Array {
  const frame = decodeFrame(bytes);
  const told = frame.ok ? decodeWith(frame.value.attachment, readRecollection) : undefined;
  if (!told?.ok) return bytes;
  const { nonce } = told.value;
  return encodeFrame(bulkFrame(from, "recollection", (w) => writeRecollection(w, { nonce, words: [] })));
}
