// A ledger without a cluster: entries are chained, applied for real and attested by every voter at
// once, so that the proofs it hands out verify. It holds all voters' keys, which no node ever does.

import {
  assert,
  Epoch,
  type Hash,
  LogIndex,
  type NodeId,
  type Sha256,
  type Sign,
  signedBytes,
  Term,
} from "@juno/base";
import { type Applied, apply, type LedgerContext, MemoryView } from "@juno/ledger";
import {
  type AppliedEntry,
  type Attestation,
  appendLeaf,
  chainEntry,
  commandId,
  decodeCommand,
  type Electorate,
  EMPTY_FRONTIER,
  type EntryHeader,
  type EntryKind,
  type EntryProof,
  encodeAck,
  encodeCertificate,
  type Frontier,
  firstEpoch,
  frontierAt,
  genesisCertificate,
  inclusionPath,
  type OutcomeProof,
  outcomeLeaf,
  type ReceiptProof,
  rootOf,
  type SignedStatement,
  signaturesHash,
} from "@juno/proof";

export type MemoryVoter = { readonly id: NodeId; readonly sign: Sign };

const TERM = Term(1);
const EPOCH = Epoch(0);

export type ChainedEntry = AppliedEntry & { readonly applied: Applied };

const headerOf = ({ entry }: AppliedEntry): EntryHeader => ({
  epoch: entry.epoch,
  index: entry.index,
  term: entry.term,
  time: entry.time,
  kind: entry.kind,
  bodyDigest: entry.bodyDigest,
});

export class MemoryChain {
  readonly view = new MemoryView();
  readonly electorate: Electorate;
  readonly entries: ChainedEntry[] = [];
  readonly #context: LedgerContext;
  readonly #voters: readonly MemoryVoter[];
  readonly #levels: Hash[][] = [];
  #frontier: Frontier = EMPTY_FRONTIER;
  #acks: readonly SignedStatement[] = [];

  constructor(context: LedgerContext, voters: readonly MemoryVoter[]) {
    this.#context = context;
    this.#voters = [...voters].sort((a, b) => a.id - b.id);
    this.electorate = firstEpoch(context.genesis).electorate;
    assert(voters.length >= this.electorate.quorum, "a chain in memory holds a quorum's keys");
    const body = encodeCertificate(genesisCertificate(this.electorate));
    this.append([{ kind: "election", body }], context.genesis.startTime);
  }

  get #sha256(): Sha256 {
    return this.#context.sha256;
  }

  get index(): LogIndex {
    return LogIndex(this.entries.length);
  }

  get root(): Hash {
    return rootOf(this.#sha256, this.#frontier);
  }

  /** The state after an entry. */
  viewAt(index: LogIndex): MemoryView {
    if (index === this.index) return this.view;
    const view = new MemoryView();
    for (const { applied, entry } of this.entries.slice(0, index)) view.accept(applied, entry);
    return view;
  }

  rootAt(index: LogIndex): Hash {
    return rootOf(this.#sha256, frontierAt(this.#readNode, index));
  }

  readonly #readNode = (level: number, position: number): Hash => this.#levels[level]![position]!;

  get time(): number {
    return this.entries.at(-1)?.entry.time ?? this.#context.genesis.startTime;
  }

  /** Chains, applies and attests a batch. */
  append(
    bodies: readonly { readonly kind: EntryKind; readonly body: Uint8Array }[],
    timeMs: number,
  ): ChainedEntry[] {
    const added = bodies.map((bare) => this.#appendOne(bare, Math.max(timeMs, this.time)));
    this.#attest();
    return added;
  }

  #appendOne(bare: { kind: EntryKind; body: Uint8Array }, time: number): ChainedEntry {
    const { genesis } = this.#context;
    const previousHash = this.entries.at(-1)?.entry.hash ?? genesis.network;
    const header = { epoch: EPOCH, index: LogIndex(this.index + 1), term: TERM, time };
    const chained = chainEntry(this.#sha256, previousHash, { ...header, ...bare });
    assert(chained.ok, "a chain in memory is given well-formed bodies");
    const entry = chained.value;
    const applied = apply(this.#context, this.view, entry);
    this.view.accept(applied, entry);
    const leaf = outcomeLeaf(this.#sha256, { entryHash: entry.hash, receiptHash: applied.receiptHash });
    const grown = appendLeaf(this.#sha256, this.#frontier, leaf);
    this.#frontier = grown.frontier;
    for (const { level, position, hash } of grown.nodes) {
      this.#levels[level] ??= [];
      this.#levels[level][position] = hash;
    }
    const record = { entry, previousHash, receipt: applied.receipt, applied };
    this.entries.push(record);
    return record;
  }

  #attest(): void {
    const head = { index: this.index, hash: this.entries.at(-1)!.entry.hash };
    const applied = { index: this.index, root: this.root };
    this.#acks = this.#voters.map(({ id, sign }) => {
      const ack = { epoch: EPOCH, from: id, term: TERM, stored: head, certified: head, applied };
      const body = encodeAck(ack);
      const message = signedBytes({ tag: "ack", network: this.electorate.network, body });
      return { voter: id, body, signature: sign(message) };
    });
  }

  /** The outcome of an entry, attested by f+1 voters. */
  receiptProof(index: LogIndex): ReceiptProof {
    const record = this.entries[index - 1]!;
    const { previousHash, receipt } = record;
    return { header: headerOf(record), previousHash, receipt, attestations: this.#attestations(index) };
  }

  #attestations(index: LogIndex): readonly Attestation[] {
    const path = inclusionPath(this.#sha256, this.#readNode, { leaf: index - 1, size: this.index });
    return this.#acks.slice(0, this.electorate.faults + 1).map((ack) => ({ ack, path }));
  }

  /** The outcome of a command entry, attested by f+1 voters. */
  outcomeProof(index: LogIndex): OutcomeProof {
    const { entry, previousHash, receipt } = this.entries[index - 1]!;
    const command = decodeCommand(entry.body);
    assert(entry.kind === "command" && command.ok, "only commands have outcome proofs");
    const { payload, signatures } = command.value;
    const { epoch, term, time } = entry;
    return {
      commandId: commandId(this.#sha256, payload),
      signaturesHash: signaturesHash(this.#sha256, signatures),
      header: { epoch, index, term, time, kind: "command" },
      previousHash,
      receipt,
      attestations: this.#attestations(index),
    };
  }

  entryProof(index: LogIndex): EntryProof {
    const [own, ...above] = this.entries.slice(index - 1);
    const { hash } = this.entries.at(-1)!.entry;
    const acks = this.#acks.slice(0, this.electorate.quorum);
    return {
      header: headerOf(own!),
      previousHash: own!.previousHash,
      through: above.map(headerOf),
      commit: { term: TERM, index: this.index, hash, headers: [], acks },
    };
  }
}
