// A simulated disk: what a voter remembers, changed in whole transactions. It survives crashes; what
// was not yet written does not.

import { assert, type Hash, LogIndex, Term } from "@juno/base";
import type { DurableChange, DurableState } from "@juno/consensus";
import {
  type Certificate,
  type CommitProof,
  type Entry,
  FIRST_EPOCH,
  genesisCertificate,
  networkStart,
  type Point,
} from "@juno/proof";

const beginning = (certified: Certificate) => ({
  ...{ epoch: certified.epoch, certified, currentTerm: Term(0), votedBase: undefined },
  base: { index: certified.position.index, hash: certified.position.hash },
});

export class Disk {
  entries: Entry[] = [];
  buffer: Entry[] = [];
  proofs: CommitProof[] = [];
  writes = 0;
  #state: Omit<DurableState, "suffix">;
  readonly #genesis: Point;

  constructor(network: Hash) {
    this.#genesis = { index: LogIndex(0), hash: network };
    this.#state = {
      epoch: FIRST_EPOCH,
      isWithheld: false,
      links: [],
      currentTerm: Term(0),
      votedBase: undefined,
      certified: genesisCertificate(networkStart(network)),
      base: this.#genesis,
      committed: this.#genesis,
      committedTime: 0,
      committedTerm: Term(0),
      committedEpoch: FIRST_EPOCH,
      commitProof: undefined,
      termCertificate: undefined,
      mode: "normal",
      reason: "",
      evidence: [],
      heard: [],
    };
  }

  load(): DurableState {
    return { ...this.#state, suffix: this.entries.slice(this.#state.committed.index) };
  }

  write(changes: readonly DurableChange[]): void {
    this.writes += 1;
    for (const change of changes) this.#apply(change);
  }

  at(index: number): Point {
    return index === 0 ? this.#genesis : this.entries[index - 1]!;
  }

  #apply(change: DurableChange): void {
    const state = this.#state;
    switch (change.kind) {
      case "link":
        this.#state = { ...state, links: [...state.links, change.link] };
        break;
      case "epoch":
        this.#state = {
          ...{ ...state, ...beginning(change.certificate), termCertificate: undefined },
          isWithheld: change.isWithheld,
        };
        break;
      case "seat":
        this.#state = { ...state, isWithheld: false };
        break;
      case "term":
        this.#state = { ...state, currentTerm: change.currentTerm, votedBase: change.votedBase };
        break;
      case "certified":
        this.#state = { ...state, certified: change.certificate, base: change.base };
        break;
      case "truncate":
        assert(change.above >= state.committed.index, "the disk is never asked to cut a committed entry");
        this.entries.length = change.above;
        break;
      case "append":
        this.#append(change.entries);
        break;
      case "committed":
        this.#commit(change.index, change.hash, change.proof);
        break;
      case "mode":
        this.#state = { ...state, mode: change.mode, reason: change.reason };
        break;
      case "keep":
        if (change.what === "term-certificate") this.#state = { ...state, termCertificate: change.bytes };
        break;
      case "evidence":
        this.#state = { ...state, evidence: [...state.evidence, change.kept] };
        break;
      case "heard":
        this.#state = { ...state, heard: change.words };
        break;
      case "buffer":
        this.buffer.push(...change.entries);
        break;
      case "take-buffer":
        this.#append(
          this.buffer.filter((entry) => entry.index > this.entries.length && entry.index <= change.through),
        );
        this.buffer = [];
        break;
      case "drop-buffer":
        this.buffer = [];
        break;
      case "take-snapshot":
        assert(false, "snapshots are for nodes with a ledger");
        break;
    }
  }

  #append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      assert(entry.index === this.entries.length + 1, "entries are stored at consecutive indexes");
      this.entries.push(entry);
    }
  }

  #commit(index: LogIndex, hash: Hash, proof: CommitProof): void {
    const entry = this.entries[index - 1];
    assert(entry !== undefined, "a committed entry is stored");
    this.#state = {
      ...this.#state,
      committed: { index, hash },
      committedTime: entry.time,
      committedTerm: entry.term,
      committedEpoch: entry.epoch,
      commitProof: proof,
    };
    this.proofs.push(proof);
  }
}
