// The golden vectors of spec/vectors/state.json for what redaction, the state tree and snapshots add: read by the
// formulas of spec/2-encoding.md and the host's own cryptography, and written again byte for byte.

import { createHash, createPublicKey, verify as hostVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  decodeWith,
  Epoch,
  Hash,
  hex,
  LogIndex,
  NodeId,
  parseHex,
  type SignatureCheck,
  Term,
} from "@juno/base";
import { describe, expect, it } from "vitest";
import { sha256 } from "../test/signing.ts";
import { readEntry } from "./entry.ts";
import { electorateOf } from "./quorum.ts";
import {
  chainKeptEntry,
  decodeRedactedBody,
  encodeRedactedBody,
  isRedacted,
  redactedParts,
} from "./redacted-body.ts";
import { provesRow, type RowProof } from "./row-proof.ts";
import {
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  encodeManifest,
  encodeSnapshotCertificate,
  encodeSnapshotStatement,
  snapshotHash,
} from "./snapshot.ts";
import { rowPath } from "./state-leaf.ts";
import { type LeafChange, StateTree } from "./state-tree.ts";

type RowVector = { module: string; table: string; key: string; rowText: string | null };
type Vectors = {
  network: { id: string };
  voters: { id: number; key: string }[];
  commands: { vectors: { id: string; signaturesHash: string; body: string }[] };
  entries: { vectors: { previousHash: string; hash: string }[] };
  redactedBody: {
    commandId: string;
    signaturesHash: string;
    body: string;
    bodyDigest: string;
    entryIndex: number;
    keptBytes: string;
    hash: string;
  };
  stateTree: {
    emptyRoot: string;
    root: string;
    proofs: (RowVector & {
      path: string;
      siblings: string[];
      leaf: { path: string; digest: string } | null;
    })[];
  };
  snapshot: {
    rows: RowVector[];
    ids: unknown[];
    chunks: string[];
    manifest: {
      index: number;
      hash: string;
      term: number;
      time: number;
      peaks: string[];
      stateRoot: string;
      bytes: string;
    };
    hash: string;
    statements: { voter: number; body: string; signature: string }[];
    certificate: string;
  };
};

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), "utf8"));
const vectors = { ...read("encoding"), ...read("state") } as Vectors;

const bytes = (text: string) => parseHex(text)!;
const hashOf = (text: string) => Hash(bytes(text));
const textHex = (text: string) => Buffer.from(text, "utf8").toString("hex");
const digest = (...parts: string[]) => createHash("sha256").update(parts.join(""), "hex").digest("hex");
const tagged = (tag: string, ...parts: string[]) => digest(textHex(`juno/v1/${tag}\0`), ...parts);
const string = (text: string) => {
  const length = Buffer.byteLength(text, "utf8").toString(16).padStart(8, "0");
  return length + textHex(text);
};
const verify = ({ key, message, signature }: SignatureCheck): boolean => {
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return hostVerify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
};

describe("a redacted body (E49)", () => {
  const { commandId, signaturesHash, body, ...vector } = vectors.redactedBody;
  const parts = { id: hashOf(commandId), signaturesHash: hashOf(signaturesHash) };

  it("is the mark, the id and the hash of the signatures", () => {
    expect(body).toBe(`ffffffff${commandId}${signaturesHash}`);
    expect(hex(encodeRedactedBody(parts))).toBe(body);
    expect(decodeRedactedBody(bytes(body))).toEqual({ ok: true, value: parts });
    expect(redactedParts(sha256, bytes(vectors.commands.vectors[0]!.body))).toEqual({
      ok: true,
      value: parts,
    });
  });

  it("stands in its entry without another hash", () => {
    const entry = vectors.entries.vectors[vector.entryIndex - 1]!;
    expect(digest(commandId, signaturesHash)).toBe(vector.bodyDigest);
    const bare = decodeWith(bytes(vector.keptBytes), (r) => readEntry(r, 68));
    if (!bare.ok) throw new Error(bare.error.detail);
    expect(isRedacted(bare.value)).toBe(true);
    const kept = chainKeptEntry(sha256, hashOf(entry.previousHash), bare.value);
    expect(kept).toMatchObject({
      ok: true,
      value: { hash: bytes(vector.hash), bodyDigest: bytes(vector.bodyDigest) },
    });
    expect(vector.hash).toBe(entry.hash);
  });
});

describe("the state tree (E40–E42)", () => {
  const { emptyRoot, root, proofs } = vectors.stateTree;
  const tree = () => {
    const pages = new Map<string, Uint8Array>();
    return new StateTree(sha256, {
      read: (place) => pages.get(hex(place)),
      write: (place, page) => {
        if (page === undefined) pages.delete(hex(place));
        else pages.set(hex(place), page);
      },
    });
  };
  const leaves = proofs.flatMap(({ path, rowText }): LeafChange[] =>
    rowText === null ? [] : [{ path: hashOf(path), digest: hashOf(digest(textHex(rowText))) }],
  );

  it("has the paths of its rows, and their root", () => {
    for (const { module, table, key, path } of proofs) {
      expect(tagged("row-path", string(module), string(table), string(key))).toBe(path);
      expect(hex(rowPath(sha256, { module, table, key }))).toBe(path);
    }
    const filled = tree();
    expect(hex(filled.root())).toBe(emptyRoot);
    expect(hex(filled.fold(leaves))).toBe(root);
  });

  it("shows what is there and what is not", () => {
    const filled = tree();
    filled.fold(leaves);
    expect(new Set(proofs.map(({ rowText, leaf }) => `${rowText === null} ${leaf === null}`)).size).toBe(3);
    for (const { path, rowText, siblings, leaf } of proofs) {
      const proof: RowProof = {
        siblings: siblings.map(hashOf),
        leaf: leaf === null ? undefined : { path: hashOf(leaf.path), digest: hashOf(leaf.digest) },
      };
      expect(filled.prove(hashOf(path))).toEqual(proof);
      const claim = {
        path: hashOf(path),
        digest: rowText === null ? undefined : hashOf(digest(textHex(rowText))),
        root: hashOf(root),
      };
      expect(provesRow(sha256, claim, proof)).toBe(true);
    }
  });
});

describe("a snapshot (E45–E47)", () => {
  const { manifest, chunks, rows, ids, statements, certificate, ...vector } = vectors.snapshot;
  const { index, term, time } = manifest;
  const electorate = electorateOf({
    network: hashOf(vectors.network.id),
    epoch: Epoch(0),
    voters: vectors.voters.map(({ id, key }) => ({ id: NodeId(id), signKey: bytes(key) })),
  });
  const parts = {
    ...{
      network: hashOf(vectors.network.id),
      epoch: Epoch(0),
      index: LogIndex(index),
      term: Term(term),
      time,
    },
    ...{
      hash: hashOf(manifest.hash),
      peaks: manifest.peaks.map(hashOf),
      stateRoot: hashOf(manifest.stateRoot),
    },
    ...{ rows: rows.length, ids: ids.length },
    chunks: chunks.map((chunk) => ({ bytes: chunk.length / 2, hash: hashOf(digest(chunk)) })),
  };

  it("has a manifest, whose hash is the snapshot's", () => {
    expect(hex(encodeManifest(parts))).toBe(manifest.bytes);
    expect(decodeManifest(bytes(manifest.bytes))).toEqual({ ok: true, value: parts });
    expect(tagged("snapshot-manifest", manifest.bytes)).toBe(vector.hash);
    expect(hex(snapshotHash(sha256, bytes(manifest.bytes)))).toBe(vector.hash);
    expect(manifest.stateRoot).toBe(vectors.stateTree.root);
  });

  it("is certified by f + 1 voters", () => {
    const signed = statements.map(({ voter, body, signature }) => ({
      ...{ voter: NodeId(voter), body: bytes(body), signature: bytes(signature) },
    }));
    for (const { voter, body } of signed) {
      const said = { epoch: Epoch(0), from: voter, index: LogIndex(index), snapshot: hashOf(vector.hash) };
      expect(encodeSnapshotStatement(said)).toEqual(body);
    }
    expect(hex(encodeSnapshotCertificate(signed))).toBe(certificate);
    expect(decodeSnapshotCertificate(bytes(certificate))).toEqual({ ok: true, value: signed });
    const checks = checkSnapshotCertificate(
      electorate,
      { index: LogIndex(index), hash: hashOf(vector.hash) },
      signed,
    );
    expect(checks.ok && checks.value.map(verify)).toEqual([true, true]);
  });
});
