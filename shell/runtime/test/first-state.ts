// What voter 1 of the fixture's network believes before its first input.

import { type Hash, LogIndex, NodeId, type Sign } from "@juno/base";
import { type Context, restore, type State } from "@juno/consensus";
import { Epochs, firstEpoch } from "@juno/proof";
import { LedgerAdmission } from "../src/admission.ts";
import { MemoryLog, MemoryLogStore } from "../src/ports/memory/memory-log-store.ts";
import { context as ledger } from "./ledger-fixture.ts";
import { sha256 } from "./log-fixture.ts";

const { genesis } = ledger;
export const first = firstEpoch(genesis);
const network: Hash = first.electorate.network;
const sign: Sign = (message) => new Uint8Array([...sha256(message), ...sha256(new Uint8Array(1))]);

export const context: Context = {
  ...{ self: NodeId(1), sha256, keyring: { signer: () => sign, own: sign } },
  admission: new LedgerAdmission(ledger),
  limits: {
    ...genesis.limits,
    ...{ batchEntriesMax: 1, batchBytesMax: 1, pipelineMax: 1, readsMax: 1, farEntries: 1 },
  },
  timing: genesis.timing,
};

export async function firstState(): Promise<State> {
  const durable = await new MemoryLogStore(new MemoryLog(network)).load();
  const applied = { index: LogIndex(0), root: network };
  const epochs = new Epochs(first);
  return restore(context, durable, { epochs, applied, termCertificate: undefined, nonce: 0 });
}
