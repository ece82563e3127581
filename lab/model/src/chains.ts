// The specification writes a point of a log as the chain of entries that leads to it; the code has
// hashes. Here each is found from the other. Entries that honest leaders made are learnt from them;
// those of a liar are made here.

import { assert, Epoch, type Hash, hex, LogIndex, Term } from "@juno/base";
import { describeEntry } from "@juno/consensus";
import {
  type BareEntry,
  type Certificate,
  type Entry,
  encodeCertificate,
  type Point,
  type Position,
} from "@juno/proof";
import { commandName, EPOCH_MS, makeCommand, type SimulatedAdmission, sha256 } from "@juno/simulator";
import { type Chain, chainText, type ModelEntry, type ModelPosition } from "./trace.ts";

const ELECTION = "election";
/** A second election entry of a lying leader differs from the first in its time. */
const OTHER_ELECTION = "other election";
const LIFETIME_MS = 12 * 3_600_000;

export function commandOf(network: Hash, name: string): Uint8Array {
  return makeCommand(network, { name, client: "ann", expiresMs: EPOCH_MS + LIFETIME_MS });
}

export class Chains {
  readonly #network: Hash;
  readonly #admission: SimulatedAdmission;
  /** Certificates of elections, for the election entries of liars. */
  readonly #electionOf: (term: number, base: Chain) => Certificate;
  readonly #entries = new Map<string, Entry>();
  readonly #byHash = new Map<string, Chain>();

  constructor(
    network: Hash,
    admission: SimulatedAdmission,
    electionOf: (term: number, base: Chain) => Certificate,
  ) {
    this.#network = network;
    this.#admission = admission;
    this.#electionOf = electionOf;
    this.#byHash.set(hex(network), []);
  }

  pointOf(chain: Chain): Point {
    if (chain.length === 0) return { index: LogIndex(0), hash: this.#network };
    const { index, hash } = this.#entryOf(chain);
    return { index, hash };
  }

  positionOf({ term, at }: ModelPosition): Position {
    return { term: Term(term), ...this.pointOf(at) };
  }

  /** The entries of a chain, from the first. */
  entriesOf(chain: Chain): Entry[] {
    return chain.map((_, i) => this.#entryOf(chain.slice(0, i + 1)));
  }

  /** Undefined: a point that no trace spoke of. */
  chainOf(point: Pick<Point, "hash">): Chain | undefined {
    return this.#byHash.get(hex(point.hash));
  }

  /** Takes in what a voter has stored. */
  learn(entries: readonly Entry[]): Chain {
    let chain: Chain = [];
    for (const entry of entries) {
      const known = this.chainOf(entry);
      chain = known ?? [...chain, { term: entry.term, what: nameOf(entry) }];
      if (known === undefined) this.#keep(chain, entry);
    }
    return chain;
  }

  #keep(chain: Chain, entry: Entry): void {
    const key = chainText(chain);
    assert(!this.#entries.has(key), `two different entries are called ${key}`);
    this.#entries.set(key, entry);
    this.#byHash.set(hex(entry.hash), chain);
  }

  #entryOf(chain: Chain): Entry {
    const known = this.#entries.get(chainText(chain));
    if (known !== undefined) return known;
    const before = chain.slice(0, -1);
    const made = this.#make(before, chain.at(-1)!);
    this.#keep(chain, made);
    return made;
  }

  #make(before: Chain, { term, what }: ModelEntry): Entry {
    const previous = this.pointOf(before);
    const previousMs = before.length === 0 ? 0 : this.#entryOf(before).time;
    const isElection = what === ELECTION || what === OTHER_ELECTION;
    const content: Pick<BareEntry, "kind" | "body"> = isElection
      ? { kind: "election", body: encodeCertificate(this.#electionOf(term, before)) }
      : { kind: "command", body: commandOf(this.#network, what) };
    const bare = {
      epoch: Epoch(0),
      index: LogIndex(previous.index + 1),
      term: Term(term),
      time: Math.max(EPOCH_MS, previousMs) + (what === OTHER_ELECTION ? 1 : 0),
      ...content,
    };
    const entry = describeEntry({ admission: this.#admission, sha256 }, previous.hash, bare);
    assert(entry.ok, "an entry made here is well-formed");
    return entry.value;
  }
}

function nameOf(entry: Entry): string {
  return entry.kind === "election" ? ELECTION : commandName(entry.body);
}
