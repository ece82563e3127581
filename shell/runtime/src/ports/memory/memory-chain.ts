// A ledger without a cluster: entries are chained, applied for real and attested by every voter at
// once, so that the proofs it hands out verify, through one epoch after another. It holds all voters'
// keys, which no node ever does.

import { assert, type Hash, LogIndex, type Sha256, Term } from "@juno/base";
import { type Applied, apply, type LedgerContext, MemoryView } from "@juno/ledger";
import {
  type AppliedEntry,
  type Attestation,
  appendLeaf,
  type CommitProof,
  chainEntry,
  checkEpochLink,
  commandId,
  decodeCommand,
  type Electorate,
  EMPTY_FRONTIER,
  type EntryHeader,
  type EntryKind,
  type EntryProof,
  Epochs,
  encodeCertificate,
  type Frontier,
  firstEpoch,
  frontierAt,
  inclusionPath,
  type OutcomeProof,
  outcomeLeaf,
  type ReceiptProof,
  rootOf,
  type SignedStatement,
  signaturesHash,
} from "@juno/proof";
import {
  acksOf,
  configBody,
  electionUpon,
  type MemoryConfiguration,
  type MemoryVoter,
  votersAmong,
} from "./memory-configuration.ts";

const TERM = Term(1);

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
  readonly epochs: Epochs;
  readonly entries: ChainedEntry[] = [];
  readonly #context: LedgerContext;
  #voters: readonly MemoryVoter[];
  readonly #levels: Hash[][] = [];
  #frontier: Frontier = EMPTY_FRONTIER;
  #acks: readonly SignedStatement[] = [];

  constructor(context: LedgerContext, voters: readonly MemoryVoter[]) {
    this.#context = context;
    this.#voters = [...voters].sort((a, b) => a.id - b.id);
    this.epochs = new Epochs(firstEpoch(context.genesis));
    assert(voters.length >= this.electorate.quorum, "a chain in memory holds a quorum's keys");
    this.#elect(context.genesis.startTime);
  }

  /** Of the epoch that is under way. */
  get electorate(): Electorate {
    return this.epochs.last.electorate;
  }

  #elect(timeMs: number): void {
    const election = electionUpon(this.electorate, this.#voters, { term: TERM, base: this.electorate.start });
    this.append([{ kind: "election", body: encodeCertificate(election) }], timeMs);
  }

  /** S12: ends the epoch with this configuration, and begins the next one with an election. */
  configure(configuration: MemoryConfiguration, timeMs = this.time): void {
    const { electorate, configuration: before } = this.epochs.last;
    const context = { sha256: this.#sha256, network: electorate.network, before };
    const [ended] = this.append([{ kind: "config", body: configBody(context, configuration) }], timeMs);
    const { entry, previousHash: previous } = ended!;
    const link = { previous, entry, proof: this.commitProof() };
    const next = checkEpochLink(this.#sha256, this.epochs.last, link);
    assert(next.ok, "a chain in memory is given configurations that may be");
    this.epochs.add(next.value.facts);
    this.#voters = votersAmong(configuration.members);
    this.#elect(timeMs);
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
    const header = { epoch: this.electorate.epoch, index: LogIndex(this.index + 1), term: TERM, time };
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
    this.#acks = acksOf(this.electorate, this.#voters, { term: TERM, head, applied });
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
    return {
      header: headerOf(own!),
      previousHash: own!.previousHash,
      through: above.map(headerOf),
      commit: this.commitProof(),
    };
  }

  /** Of the last entry. */
  commitProof(): CommitProof {
    const { index, hash } = this.entries.at(-1)!.entry;
    return { term: TERM, index, hash, headers: [], acks: this.#acks.slice(0, this.electorate.quorum) };
  }
}
