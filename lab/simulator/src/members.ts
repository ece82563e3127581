// Who belongs to a simulated network at its beginning: nodes and one administrator, each under the key that its name
// gives it, and what a host gives its core besides.

import { Epoch, equalBytes, type Hash, hex, NodeId, type Sign, utf8 } from "@juno/base";
import type { Context, Keyring } from "@juno/consensus";
import {
  actId,
  approvalCheck,
  type Electorate,
  type EpochFacts,
  electorateOf,
  encodeConfigBody,
  keyPolicy,
  type Member,
  type Policy,
  policyKeys,
  readinessBytes,
} from "@juno/proof";
import { sha256, simulatedKey } from "./crypto.ts";

/** What strategies and tests sign with, besides what the core has. */
export type SimulatedContext = Context & { readonly electorate: Electorate; readonly sign: Sign };

/** Of the same id, another generation is the same node under other keys. */
export const memberOf = (id: number, role: Member["role"] = "voter", generation = 0): Member => ({
  id: NodeId(id),
  role,
  signKey: simulatedKey(nameOf(id, generation)).key,
  transportKey: simulatedKey(`transport ${id} ${generation}`).key,
  address: undefined,
});

const nameOf = (id: number, generation: number): string =>
  generation === 0 ? `node ${id}` : `node ${id} ${generation}`;

export const GENERATIONS_MAX = 12;

/** Of which generation a node's signing key is. */
export const keyGenerationOf = (id: number, key: Uint8Array): number =>
  Array.from({ length: GENERATIONS_MAX }, (_, at) => at).findIndex((at) =>
    equalBytes(simulatedKey(nameOf(id, at)).key, key),
  );

/** The keys of all generations of a node. */
export function keyringOf(id: number): Keyring {
  const pairs = Array.from({ length: GENERATIONS_MAX }, (_, generation) =>
    simulatedKey(nameOf(id, generation)),
  );
  const signerOf = new Map(pairs.map(({ key, sign }) => [hex(key), sign]));
  return { signer: (key) => signerOf.get(hex(key)), own: pairs[0]!.sign };
}

export const ADMIN = "admin";

const NAMES = ["ada", "ben", "cleo"];

/** Whoever administers a network after so many changes of them; two of the three decide. */
const administratorsOf = (generation: number) =>
  NAMES.map((name) => simulatedKey(`administrator ${name} ${generation}`));

/** Their policy (C6). */
export const administrators = (generation: number) => ({
  atLeast: 2,
  of: administratorsOf(generation).map(({ key }) => ({ key: hex(key) })),
});

/** Approvals by the first of them, in ascending order of their keys. */
export const approvedBy = (network: Hash, act: Hash, { generation = 0, count = 2 }) =>
  administratorsOf(generation)
    .slice(0, count)
    .map(({ key, sign }) => ({
      key,
      signature: sign(approvalCheck(network, act, { key, signature: new Uint8Array(64) }).message),
    }))
    .sort((a, b) => Buffer.compare(a.key, b.key));

/** Of which generation a policy is. */
export function generationOf(policy: Policy): number {
  const names = new Set(policyKeys(policy));
  const isIts = (generation: number) => administratorsOf(generation).every(({ key }) => names.has(hex(key)));
  return Array.from({ length: GENERATIONS_MAX }, (_, at) => at).findIndex(isIts);
}

/** The first epoch of a network of voters 1…n. */
export function foundingEpoch(network: Hash, voters: number): EpochFacts {
  const members = Array.from({ length: voters }, (_, i) => memberOf(i + 1));
  return epochOf(electorateOf({ network, epoch: Epoch(0), voters: members }), members);
}

/** The first epoch as these voters are it. */
export function epochOf(electorate: Electorate, members: readonly Member[] = []): EpochFacts {
  const { epoch } = electorate;
  const configuration = { epoch, members, admin: keyPolicy(hex(simulatedKey(ADMIN).key)) };
  return { electorate, configuration, keyOf: electorate.keyOf, link: undefined };
}

/** The document of an act of kind `configure` (E54). */
export const configurationDocument = (wish: {
  readonly epoch: number;
  readonly members: readonly Member[];
  readonly admin: object;
  readonly expires: number;
  /** Makes two equal wishes two acts. */
  readonly nonce?: number;
}): Uint8Array<ArrayBuffer> => {
  const { epoch, members, admin, expires, nonce = 0 } = wish;
  return utf8(
    JSON.stringify({
      ...{ format: 1, kind: "configure", nonce: nonce.toString(16).padStart(32, "0"), expires },
      reason: `epoch ${epoch}`,
      content: {
        epoch,
        nodes: members.map(({ id, role, signKey, transportKey }) => {
          return { id, role, signKey: hex(signKey), transportKey: hex(transportKey) };
        }),
        policies: { admin },
      },
    }),
  );
};

/** The body of a config entry (E55) that one key has approved and that these of its voters are ready for. */
export function configBody(
  network: Hash,
  wish: {
    readonly epoch: number;
    readonly members: readonly Member[];
    readonly expires: number;
    /** Of the voters; all of them if it is left out. */
    readonly ready?: readonly number[];
    readonly generationOf?: (id: number) => number;
    /** Whose key approves, by name; an administrator's if it is left out. */
    readonly by?: string;
    /** Who administers the network then, by name; the same one if it is left out. */
    readonly admin?: string;
  },
): Uint8Array {
  const { epoch, members, expires, generationOf = () => 0, by = ADMIN, admin = ADMIN } = wish;
  const policy = policyJsonOf(simulatedKey(admin).key);
  const document = configurationDocument({ epoch, members, expires, admin: policy });
  const act = actId(sha256, document);
  const approving = simulatedKey(by);
  const unsigned = approvalCheck(network, act, { key: approving.key, signature: new Uint8Array(64) });
  const voters = members.filter(({ role }) => role === "voter").map(({ id }) => Number(id));
  const ready = (wish.ready ?? voters).map((id) => {
    const { sign } = simulatedKey(nameOf(id, generationOf(id)));
    return { node: NodeId(id), signature: sign(readinessBytes(network, act)) };
  });
  return encodeConfigBody({
    document,
    approvals: [{ key: approving.key, signature: approving.sign(unsigned.message) }],
    ready: ready.sort((a, b) => a.node - b.node),
  });
}

const policyJsonOf = (key: Uint8Array) => ({ key: hex(key) });
