// What makes an outcome believable (E32–E34): a valid proof is believed, and with any one of its
// fields changed it is not.

import { Epoch, type Hash, hex, LogIndex, NodeId, Term, utf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import { digestOf, EPOCH, sha256, statementOf, verify, votersOf } from "../test/signing.ts";
import { commandDigest } from "./command.ts";
import { type EntryHeader, type EntryKind, entryHash } from "./entry.ts";
import { onlyEpoch } from "./known-epochs.ts";
import { type OutcomeProof, receiptHash, rootsConflict, verifyOutcome } from "./outcome.ts";
import { type Ack, encodeAck } from "./statement.ts";
import { appendLeaf, EMPTY_FRONTIER, type Frontier, inclusionPath, outcomeLeaf, rootOf } from "./tree.ts";

const context = { epochs: onlyEpoch(votersOf(4)), sha256, verify };
const INDEX = 6;
const receipt = utf8('{"status":"ok"}');
const [commandId, signaturesHash] = [digestOf("payload"), digestOf("signatures")];
const previousHash = digestOf("H 5");

const headerOf = (kind: EntryKind): Omit<EntryHeader, "bodyDigest"> => ({
  epoch: EPOCH,
  index: LogIndex(INDEX),
  term: Term(2),
  time: 1234,
  kind,
});

/** A tree of 11 entries, the sixth of which is the one in question: its roots and its paths. */
function treeWith(kind: EntryKind) {
  const bodyDigest = commandDigest(sha256, { id: commandId, signaturesHash });
  const leafHash = outcomeLeaf(sha256, {
    entryHash: entryHash(sha256, previousHash, { ...headerOf(kind), bodyDigest }),
    receiptHash: receiptHash(sha256, receipt),
  });
  const nodes = new Map<string, Hash>();
  const frontiers: Frontier[] = [EMPTY_FRONTIER];
  for (let i = 1; i <= 11; i++) {
    const appended = appendLeaf(sha256, frontiers[i - 1]!, i === INDEX ? leafHash : digestOf(`leaf ${i}`));
    frontiers.push(appended.frontier);
    for (const { level, position, hash } of appended.nodes) nodes.set(`${level}/${position}`, hash);
  }
  const read = (level: number, position: number) => nodes.get(`${level}/${position}`)!;
  return {
    rootAt: (size: number) => rootOf(sha256, frontiers[size]!),
    pathAt: (size: number) => inclusionPath(sha256, read, { leaf: INDEX - 1, size }),
  };
}

const tree = treeWith("command");

const ackOf = (voter: number, size: number, change: Partial<Ack> = {}) => {
  const point = { index: LogIndex(size), hash: digestOf("H") };
  const body: Ack = {
    epoch: EPOCH,
    from: NodeId(voter),
    term: Term(2),
    stored: point,
    certified: point,
    applied: { index: LogIndex(size), root: tree.rootAt(size) },
    ...change,
  };
  return statementOf("ack", NodeId(voter), encodeAck(body));
};
const attestationOf = (voter: number, size: number, change: Partial<Ack> = {}) => ({
  ack: ackOf(voter, size, change),
  path: tree.pathAt(size),
});

const proof: OutcomeProof = {
  commandId,
  signaturesHash,
  header: headerOf("command"),
  previousHash,
  receipt,
  attestations: [attestationOf(2, 7), attestationOf(4, 11)],
};
const judge = (change: Partial<OutcomeProof>) => verifyOutcome(context, { ...proof, ...change });

/** Every way to change one leaf of a value, with the path to it. */
function* mutantsOf(value: unknown, at: string): Generator<readonly [string, unknown]> {
  if (value instanceof Uint8Array) {
    for (let i = 0; i < value.length; i++) yield [`${at}[${i}]`, value.with(i, value[i]! ^ 1)];
    yield [`${at} cut`, value.subarray(1)];
    yield [`${at} longer`, Uint8Array.of(...value, 0)];
  } else if (typeof value === "number") {
    yield [at, value + 1];
    yield [at, value - 1];
  } else if (typeof value === "string") {
    for (const other of ["election", "config"]) if (other !== value) yield [at, other];
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      yield [`${at} without ${i}`, value.toSpliced(i, 1)];
      yield [`${at} with ${i} twice`, value.toSpliced(i, 0, value[i])];
      for (const [place, mutant] of mutantsOf(value[i], `${at}.${i}`)) yield [place, value.with(i, mutant)];
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      for (const [place, mutant] of mutantsOf(member, `${at}.${name}`)) {
        yield [place, { ...value, [name]: mutant }];
      }
    }
  }
}

/** Whether a proof is believed; hashes of a wrong length never come out of a decoder. */
function isBelieved(mutant: OutcomeProof): boolean {
  const hashes = [mutant.commandId, mutant.signaturesHash, mutant.previousHash];
  const inPaths = mutant.attestations.flatMap(({ path }) => path);
  if ([...hashes, ...inPaths].some(({ length }) => length !== 32)) return false;
  return verifyOutcome(context, mutant).ok;
}

describe("an outcome proof (E34)", () => {
  it("is believed with f+1 attestations, each at its own applied index", () => {
    expect(judge({})).toEqual({ ok: true, value: undefined });
    expect(judge({ attestations: [1, 2, 3, 4].map((voter) => attestationOf(voter, 5 + voter)) }).ok).toBe(
      true,
    );
  });

  it("is not believed with any one field changed", () => {
    const mutants = [...mutantsOf(proof, "proof")];
    const believed = mutants.filter(([, mutant]) => isBelieved(mutant as OutcomeProof));
    expect(believed.map(([place]) => place)).toEqual([]);
    const fields = new Set(mutants.map(([place]) => /^proof\.(\w+)/.exec(place)![1]));
    expect(fields).toEqual(new Set(Object.keys(proof)));
    expect(mutants.length).toBeGreaterThan(800);
  });

  it("needs f+1 voters, and counts none twice", () => {
    expect(judge({ attestations: [] })).toMatchObject({ error: { code: "bad_proof" } });
    expect(judge({ attestations: [attestationOf(1, 7)] })).toMatchObject({ error: { code: "bad_proof" } });
    const twice = [attestationOf(1, 7), attestationOf(1, 8)];
    expect(judge({ attestations: twice })).toMatchObject({ error: { code: "bad_proof" } });
    const seven = { ...context, epochs: onlyEpoch(votersOf(7)) };
    expect(verifyOutcome(seven, proof)).toMatchObject({ error: { code: "bad_proof" } });
    const three = [1, 2, 3].map((voter) => attestationOf(voter, 9));
    expect(verifyOutcome(seven, { ...proof, attestations: three }).ok).toBe(true);
  });

  it("takes attestations of this epoch's voters only, in their own name", () => {
    const good = attestationOf(1, 7);
    for (const bad of [
      attestationOf(5, 7),
      attestationOf(2, 7, { epoch: Epoch(4) }),
      attestationOf(2, 7, { from: NodeId(3) }),
    ]) {
      expect(judge({ attestations: [good, bad] })).toMatchObject({ error: { code: "bad_proof" } });
    }
  });

  it("takes no attestation of an earlier state, or of another outcome", () => {
    const good = attestationOf(1, 7);
    const early = { ack: ackOf(2, 5), path: tree.pathAt(7) };
    const other = { ...attestationOf(2, 7, { applied: { index: LogIndex(7), root: digestOf("other") } }) };
    for (const bad of [early, other]) {
      expect(judge({ attestations: [good, bad] })).toMatchObject({ error: { code: "bad_proof" } });
    }
  });

  it("says which signature is wrong", () => {
    const ack = ackOf(2, 7);
    const forged = {
      ack: { ...ack, signature: ack.signature.with(5, ack.signature[5]! ^ 1) },
      path: tree.pathAt(7),
    };
    expect(judge({ attestations: [attestationOf(1, 7), forged] })).toMatchObject({
      error: { code: "bad_signature", detail: "the attestation of voter 2 is not signed" },
    });
  });

  it("is about a command, even where voters attest to another kind of entry", () => {
    const other = treeWith("config");
    const attestations = [1, 2].map((voter) => {
      const applied = { index: LogIndex(7), root: other.rootAt(7) };
      return { ack: ackOf(voter, 7, { applied }), path: other.pathAt(7) };
    });
    const change = { header: headerOf("config"), attestations };
    expect(judge(change)).toMatchObject({
      error: { code: "bad_proof", detail: "the entry is not a command" },
    });
    expect(judge({ attestations })).toMatchObject({ error: { code: "bad_proof" } });
  });
});

it("a receipt's hash is tagged (E32)", () => {
  expect(hex(receiptHash(sha256, utf8("{}")))).toBe(hex(sha256(utf8("juno/v1/receipt\0{}"))));
});

it("two roots conflict at one index only", () => {
  const [a, b] = [digestOf("a"), digestOf("b")];
  expect(rootsConflict({ index: 1, root: a }, { index: 1, root: b })).toBe(true);
  expect(rootsConflict({ index: 1, root: a }, { index: 1, root: a })).toBe(false);
  expect(rootsConflict({ index: 1, root: a }, { index: 2, root: b })).toBe(false);
});
