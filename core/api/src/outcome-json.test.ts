// A real proof, signed by real voters: its JSON is exact both ways, and nothing in it can be changed
// without being found.

import { generateKeyPairSync, hash, type KeyObject, sign, verify } from "node:crypto";
import { Epoch, Hash, hex, LogIndex, NodeId, type SignatureCheck, signedBytes, Term, utf8 } from "@juno/base";
import {
  appendLeaf,
  chainEntry,
  commandId,
  EMPTY_FRONTIER,
  electorateOf,
  encodeAck,
  encodeCommand,
  type Frontier,
  inclusionPath,
  type OutcomeProof,
  onlyEpoch,
  outcomeLeaf,
  receiptHash,
  rootOf,
  signaturesHash,
  verifyOutcome,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import { parseOutcomeProof, renderOutcomeProof } from "./outcome-json.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));
const network = sha256(utf8("a network"));
const pairs = [1, 2, 3, 4].map((id) => ({ id: NodeId(id), ...generateKeyPairSync("ed25519") }));
const rawKey = (key: KeyObject) => new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(12));
const voters = pairs.map(({ id, publicKey }) => ({ id, signKey: rawKey(publicKey) }));
const electorate = electorateOf({ network, epoch: Epoch(0), voters });

function verifySignature({ key, message, signature }: SignatureCheck): boolean {
  const pair = pairs.find(({ publicKey }) => hex(rawKey(publicKey)) === hex(key));
  return pair !== undefined && verify(null, message, pair.publicKey, signature);
}

const context = { epochs: onlyEpoch(electorate), sha256, verify: verifySignature };

/** The proof of entry 3 of five, each voter attesting another tree. */
function realProof(): OutcomeProof {
  const command = {
    payload: utf8("{}"),
    signatures: [{ key: new Uint8Array(32), signature: new Uint8Array(64) }],
  };
  const levels: Hash[][] = [];
  const frontiers: Frontier[] = [EMPTY_FRONTIER];
  let previous = network;
  let proved: Omit<OutcomeProof, "attestations"> | undefined;
  for (let index = 1; index <= 5; index++) {
    const header = { epoch: Epoch(0), index: LogIndex(index), term: Term(1), time: 1_000 + index };
    const entry = chainEntry(sha256, previous, { ...header, kind: "command", body: encodeCommand(command) });
    if (!entry.ok) throw new Error(entry.error.detail);
    const receipt = utf8(`{"index":${index},"text":"ü"}`);
    const leaf = outcomeLeaf(sha256, {
      entryHash: entry.value.hash,
      receiptHash: receiptHash(sha256, receipt),
    });
    const grown = appendLeaf(sha256, frontiers.at(-1)!, leaf);
    frontiers.push(grown.frontier);
    for (const { level, position, hash: node } of grown.nodes) {
      levels[level] ??= [];
      levels[level][position] = node;
    }
    if (index === 3) {
      proved = {
        commandId: commandId(sha256, command.payload),
        signaturesHash: signaturesHash(sha256, command.signatures),
        header: { ...header, kind: "command" },
        previousHash: previous,
        receipt,
      };
    }
    previous = entry.value.hash;
  }
  const attestations = pairs.slice(0, 2).map(({ id, privateKey }, at) => {
    const size = LogIndex(4 + at);
    const point = { index: size, hash: previous };
    const root = rootOf(sha256, frontiers[size]!);
    const ack = { epoch: Epoch(0), from: id, term: Term(1), stored: point, certified: point };
    const body = encodeAck({ ...ack, applied: { index: size, root } });
    const signature = new Uint8Array(sign(null, signedBytes({ tag: "ack", network, body }), privateKey));
    const path = inclusionPath(sha256, (level, position) => levels[level]![position]!, { leaf: 2, size });
    return { ack: { voter: id, body, signature }, path };
  });
  return { ...proved!, attestations };
}

const proof = realProof();
const json = renderOutcomeProof(proof, hex);

type Leaf = { readonly path: readonly (string | number)[]; readonly value: unknown };

function leavesOf(value: unknown, path: readonly (string | number)[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => leavesOf(item, [...path, at]));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
  }
  return [{ path, value }];
}

/** The JSON with one leaf replaced. */
function withLeaf(leaf: Leaf, value: unknown): unknown {
  const copy: unknown = structuredClone(json);
  let at = copy as Record<string | number, unknown>;
  for (const name of leaf.path.slice(0, -1)) at = at[name] as Record<string | number, unknown>;
  at[leaf.path.at(-1)!] = value;
  return copy;
}

function isBelieved(value: unknown): boolean {
  const parsed = parseOutcomeProof(value);
  return parsed.ok && verifyOutcome(context, parsed.value).ok;
}

describe("an outcome's proof as JSON", () => {
  it("is exact both ways (A18)", () => {
    const parsed = parseOutcomeProof(JSON.parse(JSON.stringify(json)));
    expect(parsed).toEqual({ ok: true, value: proof });
    expect(isBelieved(json)).toBe(true);
  });

  it("is not believed with any character or number changed (A12, A18)", () => {
    const leaves = leavesOf(json);
    expect(leaves.length).toBeGreaterThan(15);
    for (const leaf of leaves) {
      const { value } = leaf;
      if (typeof value === "number") {
        expect(isBelieved(withLeaf(leaf, value + 1)), leaf.path.join(".")).toBe(false);
        continue;
      }
      const text = String(value);
      for (let at = 0; at < text.length; at++) {
        const other = text[at] === "0" ? "1" : "0";
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        expect(isBelieved(withLeaf(leaf, changed)), `${leaf.path.join(".")}[${at}]`).toBe(false);
      }
    }
  });

  it("is refused with members that are unknown, missing or of another type (A15)", () => {
    const broken: unknown[] = [
      { ...json, more: 1 },
      { ...json, header: { ...json.header, bodyDigest: json.previousHash } },
      { ...json, commandId: json.commandId.toUpperCase() },
      { ...json, commandId: `0x${json.commandId}` },
      { ...json, previousHash: json.previousHash.slice(2) },
      { ...json, header: { ...json.header, index: "3" } },
      { ...json, header: { ...json.header, index: 3.5 } },
      { ...json, header: { ...json.header, kind: "config" } },
      { ...json, receipt: "\ud800" },
      { ...json, attestations: [{ ...json.attestations[0], ack: "0" }] },
      ...Object.keys(json).map((name) =>
        Object.fromEntries(Object.entries(json).filter(([key]) => key !== name)),
      ),
      null,
      [],
      "proof",
    ];
    for (const value of broken) expect(parseOutcomeProof(value)).toMatchObject({ ok: false });
  });
});
