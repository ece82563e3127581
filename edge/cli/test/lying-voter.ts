// A voter of a network whose files are here, and its lie: two votes in one term.

import { join } from "node:path";
import { Hash, hex, LogIndex, type NodeId, signedBytes, Term } from "@juno/base";
import { loadGenesis, loadNodeKeys, signerFrom } from "@juno/node";
import { encodeEvidence, encodeVote, FIRST_EPOCH } from "@juno/proof";

/** Two votes of node 3 in term 7 for these bases, in the network in `folder`; with keys of another network, if told. */
export function doubleVote(folder: string, bases: readonly [number, number], keysOf = folder): string {
  const { network } = loadGenesis(join(folder, "genesis.json"));
  const keys = loadNodeKeys(join(keysOf, "node-3", "node.json"));
  const [first, second] = bases.map((byte) => {
    const base = { term: Term(1), index: LogIndex(5), hash: Hash(new Uint8Array(32).fill(byte)) };
    const body = encodeVote({ epoch: FIRST_EPOCH, from: 3 as NodeId, term: Term(7), base });
    const signature = signerFrom(keys.signSecret)(signedBytes({ tag: "vote", network, body }));
    return { voter: 3 as NodeId, body, signature };
  });
  return hex(encodeEvidence({ kind: "double-vote", first: first!, second: second! }));
}
