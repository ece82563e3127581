// Samples for the campaigns: the golden vectors of spec/, which hold every format once at least.

import { readFileSync } from "node:fs";
import { parseHex, utf8 } from "@juno/base";
import { encodeCommand } from "@juno/proof";

type Bytes = { readonly bytes: string };

type EncodingVectors = {
  readonly statements: readonly { readonly tag: string; readonly body: string }[];
  readonly certificates: readonly Bytes[];
  readonly termCertificate: Bytes;
  readonly commitProof: Bytes;
  readonly commands: { readonly vectors: readonly { readonly body: string; readonly payloadText: string }[] };
  readonly outcomeProof: {
    readonly commandId: string;
    readonly signaturesHash: string;
    readonly header: object;
    readonly previousHash: string;
    readonly receipt: string;
    readonly attestations: readonly {
      readonly ack: { readonly voter: number; readonly body: string; readonly signature: string };
      readonly path: readonly string[];
    }[];
  };
};

type LedgerVectors = {
  readonly genesis: string;
  readonly entries: readonly {
    readonly index: number;
    readonly time: number;
    readonly payload: string;
    readonly receipt: string;
  }[];
};

type GovernanceVectors = Pick<LedgerVectors, "genesis"> & {
  /** A command shows its payload, another entry its kind and the hex of its body. */
  readonly entries: readonly {
    readonly index: number;
    readonly time: number;
    readonly payload?: string;
    readonly body?: string;
  }[];
};

type StateVectors = {
  readonly snapshot: {
    readonly chunks: readonly string[];
    readonly manifest: Bytes;
    readonly certificate: string;
  };
};

function read<T>(name: string): T {
  const path = new URL(`../../../spec/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

export const encodingVectors = (): EncodingVectors => read("encoding");
export const ledgerVectors = (): LedgerVectors => read("ledger");
export const stateVectors = (): StateVectors => read("state");
export const governanceVectors = (): GovernanceVectors => read("governance");

export function bytesOf(text: string): Uint8Array {
  const bytes = parseHex(text);
  if (bytes === undefined) throw new Error(`a vector is not hex: ${text.slice(0, 40)}`);
  return bytes;
}

export const textBytes = (texts: readonly string[]): Uint8Array[] => texts.map(utf8);

/** The proof of the vectors as the API spells it (A18). */
export function outcomeProofText(): string {
  const { commandId, signaturesHash, header, previousHash, receipt, attestations } =
    encodingVectors().outcomeProof;
  return JSON.stringify({
    ...{ commandId, signaturesHash, header, previousHash },
    receipt: new TextDecoder().decode(bytesOf(receipt)),
    attestations: attestations.map(({ ack, path }) => {
      return { voter: ack.voter, ack: ack.body, signature: ack.signature, path };
    }),
  });
}

/** A receipt file, and the genesis of the network that it is of. */
export const receiptFile = () => ({
  genesis: JSON.stringify(read("receipt-genesis")),
  text: JSON.stringify(read("receipt")),
});

/** A command of the ledger's vectors, with signatures that have the right length. */
export function commandBody(payload: string): Uint8Array {
  const { signers } = JSON.parse(payload) as { signers: readonly { readonly key: string }[] };
  const signatures = signers.map(({ key }) => ({ key: bytesOf(key), signature: new Uint8Array(64) }));
  return encodeCommand({ payload: utf8(payload), signatures });
}
