// Epochs (S12): stretches of the log, each with one set of voters. A link ends one and begins the next: the config
// entry and the proof that the old voters committed it. From the genesis, link by link, anybody finds out who may
// speak for any part of the log, and trusts nobody for it.

import {
  assert,
  decodeWith,
  type Epoch,
  equalBytes,
  type Hash,
  ok,
  type Reader,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
  Writer,
} from "@juno/base";
import { type CommitProof, checkCommitProof, readCommitProof, writeCommitProof } from "./certificate.ts";
import { type Configuration, checkConfigBody, votersOf } from "./configuration.ts";
import { type BareEntry, chainEntry, readEntry, writeEntry } from "./entry.ts";
import type { Genesis } from "./genesis.ts";
import { type Electorate, electorateOf, FIRST_EPOCH, networkStart } from "./quorum.ts";

/** E56 */
export type EpochLink = {
  /** The hash that the entry is chained onto. */
  readonly previous: Hash;
  /** Of kind `config`, the last of its epoch. */
  readonly entry: BareEntry;
  /** By the voters of the entry's epoch, of exactly this entry. */
  readonly proof: CommitProof;
};

/** What is known of an epoch. */
export type EpochFacts = {
  readonly electorate: Electorate;
  readonly configuration: Configuration;
  /** Sign keys of all members, voters or not. */
  readonly keyOf: ReadonlyMap<number, Uint8Array>;
  /** What it began with; undefined for the first. */
  readonly link: EpochLink | undefined;
};

const CONFIG_BODY_BYTES_MAX = 64 * 1024;

export const writeEpochLink = (writer: Writer, { previous, entry, proof }: EpochLink): Writer =>
  writeCommitProof(writeEntry(writer.raw(previous), entry), proof);

export const readEpochLink = (reader: Reader): EpochLink => {
  const previous = reader.hash();
  const entry = readEntry(reader, CONFIG_BODY_BYTES_MAX);
  return { previous, entry: { ...entry, body: entry.body.slice() }, proof: readCommitProof(reader) };
};

export const encodeEpochLink = (link: EpochLink): Uint8Array<ArrayBuffer> =>
  writeEpochLink(new Writer(4096), link).finish();
export const decodeEpochLink = (bytes: Uint8Array): Result<EpochLink, Refusal> =>
  decodeWith(bytes, readEpochLink);

/** The epoch that the genesis begins. */
export function firstEpoch(genesis: Genesis): EpochFacts {
  const members = genesis.voters.map((voter) => ({ ...voter, role: "voter" as const, address: undefined }));
  const configuration = { epoch: FIRST_EPOCH, members, admin: genesis.policies.admin };
  const { start } = networkStart(genesis.network);
  return factsOf(genesis.network, { configuration, start, link: undefined });
}

function factsOf(
  network: Hash,
  begun: { configuration: Configuration; start: Electorate["start"]; link: EpochLink | undefined },
): EpochFacts {
  const { configuration, start, link } = begun;
  const { epoch, members } = configuration;
  return {
    electorate: electorateOf({ network, epoch, start, voters: votersOf(configuration) }),
    configuration,
    keyOf: new Map(members.map(({ id, signKey }) => [id, signKey])),
    link,
  };
}

/** E56: the epoch that a link begins after `before`; everything but the signatures, which are returned for checking. */
export function checkEpochLink(
  sha256: Sha256,
  before: EpochFacts,
  link: EpochLink,
): Result<{ readonly facts: EpochFacts; readonly checks: readonly SignatureCheck[] }, Refusal> {
  const { electorate, configuration } = before;
  const { entry, proof } = link;
  const { network } = electorate;
  if (entry.kind !== "config") return refuse("bad_link", "an epoch ends with a config entry");
  if (entry.epoch !== electorate.epoch) return refuse("wrong_epoch", "a link of another epoch");
  if (entry.index <= electorate.start.index) return refuse("bad_link", "an epoch ends before it begins");
  const chained = chainEntry(sha256, link.previous, entry);
  if (!chained.ok) return chained;
  const { index, hash } = chained.value;
  const isProved = proof.index === index && equalBytes(proof.hash, hash) && proof.headers.length === 0;
  if (!isProved) return refuse("bad_link", "the commit proof is not of the config entry alone"); // S12
  const body = checkConfigBody({ sha256, network, before: configuration }, entry);
  if (!body.ok) return body;
  const proved = checkCommitProof({ electorate, sha256 }, proof);
  if (!proved.ok) return proved;
  const start = { index, hash };
  const facts = factsOf(network, { configuration: body.value.act, start, link });
  return ok({ facts, checks: [...body.value.checks, ...proved.value] });
}

/** What links lead to, from the first epoch on; everything but the signatures, which are returned for checking. */
export function followLinks(
  sha256: Sha256,
  first: EpochFacts,
  links: readonly EpochLink[],
): Result<{ readonly epochs: Epochs; readonly checks: readonly SignatureCheck[] }, Refusal> {
  const epochs = new Epochs(first);
  const checks: SignatureCheck[] = [];
  for (const link of links) {
    const next = checkEpochLink(sha256, epochs.last, link);
    if (!next.ok) return next;
    for (const check of next.value.checks) checks.push(check);
    epochs.add(next.value.facts);
  }
  return ok({ epochs, checks });
}

/** The epochs that are known, from the first without a gap. It only grows. */
export class Epochs {
  readonly #known: EpochFacts[];

  constructor(first: EpochFacts) {
    this.#known = [first];
  }

  /** Undefined if nobody has shown it yet. */
  of(epoch: Epoch): EpochFacts | undefined {
    return this.#known[epoch];
  }

  get last(): EpochFacts {
    return this.#known.at(-1)!;
  }

  /** The epochs that are known from a number on. */
  from({ from, limit }: { readonly from: number; readonly limit: number }): readonly EpochFacts[] {
    return this.#known.slice(from, from + limit);
  }

  /** The links that lead from an epoch to the last one known. */
  linksAfter(epoch: Epoch): readonly EpochLink[] {
    return this.#known.slice(epoch + 1).map(({ link }) => link!);
  }

  /** The epoch in which an entry stands, as far as epochs are known. */
  at(index: number): EpochFacts {
    let epoch = this.#known.length - 1;
    while (epoch > 0 && this.#known[epoch]!.electorate.start.index >= index) epoch -= 1;
    return this.#known[epoch]!;
  }

  /** Adds the epoch right after the last one; its link's signatures were verified. */
  add(facts: EpochFacts): void {
    assert(facts.electorate.epoch === this.#known.length, "epochs are learned one after another");
    this.#known.push(facts);
  }
}
