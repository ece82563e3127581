// A network without a cluster that changes twice while it runs: a fifth voter is added; then the first one is removed
// and the second one's key replaced. Everything is signed with real keys, so whoever follows it can be lied to by
// nobody but the test.

import { join } from "node:path";
import { NodeId } from "@juno/base";
import { createKeyPair, loadClientKeys, signerFrom } from "@juno/node";
import type { MemoryMember } from "@juno/runtime";
import { type MemoryNetworkOptions, memoryNetwork } from "../receipts/memory-network.ts";

/** A member with keys of its own, that nobody has seen before. */
export function freshMember(id: number): MemoryMember {
  const [signing, transport] = [createKeyPair(), createKeyPair()];
  return {
    ...{ id: NodeId(id), sign: signerFrom(signing.secret) },
    ...{ signKey: signing.key, transportKey: transport.key },
  };
}

export async function changingNetwork(options: MemoryNetworkOptions = {}) {
  const network = await memoryNetwork(options);
  const { folder, backend, voters, signing, genesis } = network;
  const first = genesis.voters.map(({ id, signKey, transportKey }): MemoryMember => {
    const { sign } = voters.find((voter) => voter.id === id)!;
    return { id, sign, signKey, transportKey };
  });
  const admins = ["admin-1", "admin-3"].map((name) => {
    const { key, secret } = loadClientKeys(join(folder, "admins", `${name}.json`));
    return { key, sign: signerFrom(secret) };
  });
  const fifth = freshMember(5);
  const second = freshMember(2);
  const [one, two, three, four] = first as [MemoryMember, MemoryMember, MemoryMember, MemoryMember];
  return {
    ...network,
    members: { one, two, anew: second, three, four, fifth },
    admins,
    /** Epoch 1: five voters. */
    add: () => backend.configure({ members: [...first, fifth], admins, reason: "a fifth voter" }),
    /** Epoch 2: node 1 is gone, node 2 has another key, and signs its replies with it. */
    rotate: () => {
      signing.set(2, second.sign);
      backend.configure({ members: [second, three, four, fifth], admins, reason: "node 1 retires" });
    },
  };
}

export type ChangingNetwork = Awaited<ReturnType<typeof changingNetwork>>;
