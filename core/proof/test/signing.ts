// A signature scheme for tests: deterministic, and nothing but hashing. A "public key" is all one
// needs to sign, so it proves nothing to anybody; what it shows is which bytes a check covers.

import { hash } from "node:crypto";
import {
  Epoch,
  equalBytes,
  Hash,
  NodeId,
  type Sha256,
  type SignatureCheck,
  signedBytes,
  utf8,
} from "@juno/base";
import { type Electorate, electorateOf } from "../src/quorum.ts";
import type { SignedStatement, StatementTag } from "../src/statement.ts";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));

/** 32 bytes that a name stands for. */
export const digestOf = (name: string): Hash => sha256(utf8(name));

export function signWith(key: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(Buffer.concat([key, message]));
  return new Uint8Array(Buffer.concat([half, sha256(half)]));
}

export const verify = (check: SignatureCheck): boolean =>
  equalBytes(signWith(check.key, check.message), check.signature);

export const NETWORK = digestOf("network");
export const EPOCH = Epoch(3);

/** Voters 1…n of the test network. */
export function votersOf(count: number): Electorate {
  const voters = Array.from({ length: count }, (_, i) => ({
    id: NodeId(i + 1),
    signKey: digestOf(`voter ${i + 1}`),
  }));
  return electorateOf({ network: NETWORK, epoch: EPOCH, voters });
}

export function statementOf(tag: StatementTag, voter: NodeId, body: Uint8Array): SignedStatement {
  const message = signedBytes({ tag, network: NETWORK, body });
  return { voter, body, signature: signWith(digestOf(`voter ${voter}`), message) };
}
