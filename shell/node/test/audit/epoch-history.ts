// A history of three epochs in a node's own files: a fifth voter is added, then the first one removed and the second one's
// key replaced. All keys are in one process and everything is signed at once, so nobody has to be elected; what the node's
// stores are given is what a node gives them.

import { join } from "node:path";
import { LogIndex, NodeId, signedBytes, Term } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { ledgerContext } from "@juno/ledger";
import {
  type CommitProof,
  type Electorate,
  encodeCommand,
  encodeSnapshotStatement,
  FIRST_EPOCH,
  genesisCertificate,
  type SignedCommand,
} from "@juno/proof";
import { type MadeSnapshot, MemoryBackend, type MemoryMember } from "@juno/runtime";
import { vi } from "vitest";
import { createKeyPair, sha256, signerFrom, verifySignature } from "../../src/crypto/sodium.ts";
import { loadClientKeys } from "../../src/keys/client-keys.ts";
import { openStores, type Stores } from "../../src/store/open-stores.ts";
import { adjust, create, transfer } from "./sample-commands.ts";
import { Orders } from "./sample-history.ts";
import { SampleNetwork } from "./sample-network.ts";

const TERM = Term(1);
const PATIENCE = { timeout: 30_000, interval: 5 };
/** So many entries lie between two snapshots, and between two checkpoints. */
export const INTERVAL = 4;

export type EpochHistory = {
  readonly network: SampleNetwork;
  /** Whose folder it is: a voter in all three. */
  readonly node: NodeId;
  readonly folder: string;
  /** The config entries that end epochs 0 and 1. */
  readonly ends: readonly number[];
  readonly last: number;
  readonly chain: MemoryBackend["chain"];
  readonly members: readonly (readonly MemoryMember[])[];
};

const memberOf = (
  id: number,
  keys: { sign: Uint8Array; transport: Uint8Array; secret: Uint8Array },
): MemoryMember => ({
  ...{ id: NodeId(id), sign: signerFrom(keys.secret) },
  ...{ signKey: keys.sign, transportKey: keys.transport },
});

function freshMember(id: number): MemoryMember {
  const [signing, transport] = [createKeyPair(), createKeyPair()];
  return memberOf(id, { sign: signing.key, transport: transport.key, secret: signing.secret });
}

export async function makeEpochHistory(place: string): Promise<EpochHistory> {
  const network = await SampleNetwork.create(place, { checkpointEntries: INTERVAL, snapshotCheckpoints: 1 });
  const { genesis } = network;
  const first = genesis.voters.map(({ id, signKey, transportKey }) =>
    memberOf(id, { sign: signKey, transport: transportKey, secret: network.secretOf(id) }),
  );
  const fifth = freshMember(5);
  const members = [first, [...first, fifth], [freshMember(2), first[2]!, first[3]!, fifth]];
  const admins = ["admin-1", "admin-2"].map((name) => {
    const { key, secret } = loadClientKeys(join(place, "admins", `${name}.json`));
    return { key, sign: signerFrom(secret) };
  });
  const { chain } = new MemoryBackend({
    ...{ context: ledgerContext({ sha256, genesis }), voters: first, verify: verifySignature },
    ...{ clock: Date.now, commitsAtOnce: false },
  });
  const node = NodeId(3);
  const folder = network.folderOf(node);
  const keeper = await Keeper.open({ network, folder, node, chain, members });
  const orders = new Orders(network);
  const submit = (...commands: readonly SignedCommand[]) => {
    chain.append(
      commands.map((command) => ({ kind: "command", body: encodeCommand(command) })),
      Date.now(),
    );
    return keeper.keep();
  };
  const [alice] = network.clients as [(typeof network.clients)[0]];
  await submit(...["wjm", "stu", "bank"].map((name) => orders.by(["alice"], create(name, alice))));
  await submit(orders.by(["alice", "treasury", "risk"], adjust("wjm", "100.00 USD")));
  const pay = (round: number) => submit(orders.by(["alice"], transfer("wjm->stu", `${round}.00 USD`)));
  await pay(1);
  for (const [epoch, reason] of [
    [1, "a fifth voter"],
    [2, "node 1 retires"],
  ] as const) {
    chain.configure({ members: members[epoch]!, admins, reason }, Date.now());
    await keeper.keepConfiguration();
    for (let round = 2; round < 8; round++) await pay(round);
  }
  await keeper.close();
  const ends = chain.epochs.linksAfter(FIRST_EPOCH).map(({ entry }) => entry.index);
  return { network, node, folder, ends, last: chain.index, chain, members };
}

type KeeperParts = Pick<EpochHistory, "network" | "folder" | "node" | "chain" | "members">;

/** Gives a node's stores what its voters have signed by now. */
class Keeper {
  readonly #parts: KeeperParts;
  readonly #stores: Stores;
  #kept = 0;
  #applied = 0;

  private constructor(parts: KeeperParts, stores: Stores) {
    this.#parts = parts;
    this.#stores = stores;
    stores.executor.onApplied(({ applied }) => {
      this.#applied = applied.index;
    });
    stores.executor.onFailure((cause) => {
      throw cause;
    });
    stores.executor.onSnapshot((made) => void this.#certify(made));
  }

  static async open(parts: KeeperParts): Promise<Keeper> {
    const { folder, network, node } = parts;
    const stores = openStores({ folder, genesis: network.genesis, nodeId: node });
    await stores.log.load();
    await stores.executor.open();
    const keeper = new Keeper(parts, stores);
    await stores.log.write(keeper.#beginning());
    await keeper.keep();
    return keeper;
  }

  /** The term begins, in which everybody votes as the election entry says. */
  #beginning(): DurableChange[] {
    const { epochs, entries } = this.#parts.chain;
    const { epoch, start } = epochs.last.electorate;
    const bytes = entries[start.index]!.entry.body;
    return [
      { kind: "term", currentTerm: TERM, votedBase: { term: Term(0), ...start } },
      { kind: "keep", what: "election-certificate", epoch, term: TERM, bytes },
    ];
  }

  #stored(through: number, electorate: Electorate, proof: CommitProof): DurableChange[] {
    const entries = this.#parts.chain.entries.slice(this.#kept, through).map(({ entry }) => entry);
    const { index, hash } = entries.at(-1)!;
    const position = { term: TERM, index, hash };
    const { epoch, start: base } = electorate;
    this.#kept = through;
    return [
      { kind: "append", entries },
      { kind: "certified", certificate: { kind: "quorum", epoch, position, statements: proof.acks }, base },
      { kind: "committed", epoch, index, hash, proof },
    ];
  }

  async keep(): Promise<void> {
    const { chain } = this.#parts;
    await this.#stores.log.write(this.#stored(chain.index, chain.electorate, chain.commitProof()));
    await this.#apply();
  }

  /** S12: the config entry with its link, and the election of the next epoch. */
  async keepConfiguration(): Promise<void> {
    const { epochs } = this.#parts.chain;
    const { electorate, link } = epochs.last;
    const before = epochs.at(electorate.start.index).electorate;
    await this.#stores.log.write([
      ...this.#stored(electorate.start.index, before, link!.proof),
      { kind: "link", link: link! },
      { kind: "epoch", certificate: genesisCertificate(electorate), isWithheld: false },
      ...this.#beginning(),
    ]);
    await this.#apply();
    await this.keep();
  }

  /** Waits for the state to follow, and for a snapshot that is due: none is left out for the next one. */
  async #apply(): Promise<void> {
    this.#stores.executor.apply(LogIndex(this.#kept));
    await vi.waitFor(async () => {
      if (this.#applied < this.#kept) throw new Error("not applied yet");
      const due = Math.floor(this.#applied / INTERVAL) * INTERVAL;
      const held = await this.#stores.snapshots.list();
      if (due > 0 && !held.some(({ index, certificate }) => index === due && certificate !== undefined))
        throw new Error("not certified yet");
    }, PATIENCE);
  }

  /** E47: those who voted at its entry have signed. */
  async #certify({ index, hash: snapshot }: MadeSnapshot): Promise<void> {
    const { chain, members } = this.#parts;
    const { electorate } = chain.epochs.at(index);
    const { network, epoch, faults } = electorate;
    const certificate = [...members[epoch]!].slice(0, faults + 1).map(({ id, sign }) => {
      const body = encodeSnapshotStatement({ epoch, from: id, index, snapshot });
      return { voter: id, body, signature: sign(signedBytes({ tag: "snapshot", network, body })) };
    });
    await this.#stores.snapshots.certify(index, certificate);
  }

  close(): Promise<void> {
    return this.#stores.close();
  }
}
