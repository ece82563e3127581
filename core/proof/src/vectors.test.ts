// The golden vectors of spec/vectors/encoding.json, read as another implementation would read them:
// hashes by the formulas of spec/2-encoding.md and the host's SHA-256, signatures by the host's
// Ed25519, and every document decoded and believed.

import { createHash, createPublicKey, verify as hostVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  decodeWith,
  Epoch,
  Hash,
  LogIndex,
  NodeId,
  parseHex,
  type Reader,
  type Result,
  type SignatureCheck,
  Term,
} from "@juno/base";
import { describe, expect, it } from "vitest";
import { sha256 } from "../test/signing.ts";
import {
  checkCertificate,
  checkCommitProof,
  checkTermCertificate,
  decodeCertificate,
  decodeCommitProof,
  decodeTermCertificate,
  verifyAll,
} from "./certificate.ts";
import { decodeCommand } from "./command.ts";
import { chainEntry, type EntryKind, readEntry, readEntryHeader } from "./entry.ts";
import { checkEvidence, EVIDENCE_KINDS } from "./evidence.ts";
import { onlyEpoch } from "./known-epochs.ts";
import { verifyOutcome } from "./outcome.ts";
import { electorateOf } from "./quorum.ts";
import { decodeAck, decodePreVote, decodeVote } from "./statement.ts";
import { includes } from "./tree.ts";

type EvidenceVector = {
  kind: string;
  accused: number;
  epoch: number;
  term?: number;
  index?: number;
  bytes: string;
};
type EntryVector = {
  epoch: number;
  index: number;
  term: number;
  time: number;
  kind: EntryKind;
  bodyDigest: string;
  previousHash: string;
  headerBytes: string;
  body: string;
  wireBytes: string;
  hash: string;
};
type Signed = { voter: number; body: string; signature: string };
type Vectors = {
  codec: { type: string; bytes: string; value: unknown }[];
  malformed: { type: string; why: string; bytes: string }[];
  network: { genesisText: string; id: string };
  voters: { id: number; key: string }[];
  signed: { tag: string; network: string; body: string; message: string; signature: string };
  commands: {
    vectors: {
      payloadText: string;
      signatures: { key: string; signature: string }[];
      id: string;
      signaturesHash: string;
      body: string;
    }[];
  };
  entries: { vectors: EntryVector[] };
  statements: { tag: "prevote" | "vote" | "ack"; fields: Record<string, unknown>; body: string }[];
  certificates: { bytes: string }[];
  termCertificate: { bytes: string };
  commitProof: { bytes: string };
  receipt: { text: string; hash: string };
  outcomeTree: {
    leaves: { entryHash: string; receiptHash: string; hash: string }[];
    rootsBySize: string[];
    paths: { leaf: number; size: number; path: string[] }[];
  };
  outcomeProof: {
    commandId: string;
    signaturesHash: string;
    header: { epoch: number; index: number; term: number; time: number; kind: EntryKind };
    previousHash: string;
    receipt: string;
    attestations: { ack: Signed; path: string[] }[];
  };
  evidence: EvidenceVector[];
};

const file = new URL("../../../spec/vectors/encoding.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

const bytes = (text: string) => parseHex(text)!;
const hashOf = (text: string) => Hash(bytes(text));
const accepted = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};
/** SHA-256 of hex strings, joined; text goes in as hex too. */
const digest = (...parts: string[]) => createHash("sha256").update(parts.join(""), "hex").digest("hex");
const tagged = (tag: string, ...parts: string[]) => digest(textHex(`juno/v1/${tag}\0`), ...parts);
const textHex = (text: string) => Buffer.from(text, "utf8").toString("hex");

const verify = ({ key, message, signature }: SignatureCheck): boolean => {
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return hostVerify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
};

const electorate = electorateOf({
  network: hashOf(vectors.network.id),
  epoch: Epoch(0),
  voters: vectors.voters.map(({ id, key }) => ({ id: NodeId(id), signKey: bytes(key) })),
});

describe("the codec (E1, E3–E6)", () => {
  const readers: Record<string, (r: Reader) => unknown> = {
    u8: (r) => r.u8(),
    u16: (r) => r.u16(),
    u32: (r) => r.u32(),
    u64: (r) => r.u64(),
    bool: (r) => r.bool(),
    bytes: (r) => Buffer.from(r.bytes(64)).toString("utf8"),
    "list of u16": (r) => r.list(64, (item) => item.u16()),
    "optional u8": (r) => r.option((item) => item.u8()) ?? null,
  };

  it("reads the values", () => {
    for (const { type, bytes: text, value } of vectors.codec) {
      expect(decodeWith(bytes(text), readers[type]!), `${type} ${text}`).toEqual({ ok: true, value });
    }
  });

  it("refuses what is malformed", () => {
    for (const { type, why, bytes: text } of vectors.malformed) {
      const decoded =
        type === "certificate" ? decodeCertificate(bytes(text)) : decodeWith(bytes(text), readers[type]!);
      expect(decoded.ok, why).toBe(false);
    }
  });
});

describe("hashes", () => {
  it("of the network and of what is signed (E7, E9)", () => {
    const { network, signed } = vectors;
    expect(tagged("genesis", textHex(network.genesisText))).toBe(network.id);
    expect(textHex(`juno/v1/${signed.tag}\0`) + network.id + signed.body).toBe(signed.message);
    const key = bytes(vectors.voters[0]!.key);
    expect(verify({ key, message: bytes(signed.message), signature: bytes(signed.signature) })).toBe(true);
  });

  it("of commands (E12, E13)", () => {
    for (const { payloadText, signatures, id, signaturesHash, body } of vectors.commands.vectors) {
      expect(digest(textHex(payloadText))).toBe(id);
      expect(digest(...signatures.map(({ key, signature }) => key + signature))).toBe(signaturesHash);
      const command = accepted(decodeCommand(bytes(body)));
      expect(Buffer.from(command.payload).toString("utf8")).toBe(payloadText);
      const message = bytes(textHex("juno/v1/command\0") + vectors.network.id + textHex(payloadText));
      expect(command.signatures.every((one) => verify({ ...one, message }))).toBe(true);
    }
  });

  it("of entries, one onto the other (E10, E11)", () => {
    let previous = vectors.network.id;
    for (const entry of vectors.entries.vectors) {
      expect(entry.previousHash).toBe(previous);
      expect(tagged("entry", previous, entry.headerBytes)).toBe(entry.hash);
      const header = accepted(decodeWith(bytes(entry.headerBytes), readEntryHeader));
      const { epoch, index, term, time, kind } = entry;
      expect(header).toEqual({ epoch, index, term, time, kind, bodyDigest: bytes(entry.bodyDigest) });
      const bare = accepted(decodeWith(bytes(entry.wireBytes), (r) => readEntry(r, 10_000)));
      const chained = accepted(chainEntry(sha256, hashOf(previous), bare));
      expect(chained).toMatchObject({ body: bytes(entry.body), hash: bytes(entry.hash) });
      expect(chained.bodyDigest).toEqual(bytes(entry.bodyDigest));
      previous = entry.hash;
    }
  });

  it("of receipts and of the outcome tree (E30–E33)", () => {
    const { receipt, outcomeTree } = vectors;
    expect(tagged("receipt", textHex(receipt.text))).toBe(receipt.hash);
    for (const leaf of outcomeTree.leaves) {
      expect(digest("00", leaf.entryHash, leaf.receiptHash)).toBe(leaf.hash);
    }
    const hashes = outcomeTree.leaves.map(({ hash }) => hash);
    const root = (of: string[]): string => {
      if (of.length <= 1) return of[0] ?? digest();
      let k = 1;
      while (2 * k < of.length) k *= 2;
      return digest("01", root(of.slice(0, k)), root(of.slice(k)));
    };
    outcomeTree.rootsBySize.forEach((expected, size) => {
      expect(root(hashes.slice(0, size))).toBe(expected);
    });
    for (const { leaf, size, path } of outcomeTree.paths) {
      const place = {
        leaf,
        size,
        leafHash: hashOf(hashes[leaf]!),
        root: hashOf(outcomeTree.rootsBySize[size]!),
      };
      expect(includes(sha256, { ...place, path: path.map(hashOf) })).toBe(true);
    }
  });
});

describe("what voters say", () => {
  const decode = { prevote: decodePreVote, vote: decodeVote, ack: decodeAck };
  /** Hex of 32 bytes becomes bytes, wherever it stands. */
  const revived = (value: unknown): unknown => {
    if (typeof value === "string") return bytes(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revived(member)]));
  };

  it("means its fields (E20–E22)", () => {
    for (const { tag, fields, body } of vectors.statements) {
      expect(decode[tag](bytes(body)), tag).toEqual({ ok: true, value: revived(fields) });
    }
  });

  it("is believed when a quorum signed it (E14–E17)", () => {
    const context = { electorate, sha256 };
    const checks = [
      ...vectors.certificates.map((one) =>
        checkCertificate(electorate, accepted(decodeCertificate(bytes(one.bytes)))),
      ),
      checkTermCertificate(electorate, accepted(decodeTermCertificate(bytes(vectors.termCertificate.bytes)))),
      checkCommitProof(context, accepted(decodeCommitProof(bytes(vectors.commitProof.bytes)))),
    ];
    for (const check of checks) expect(verifyAll(verify, check)).toEqual({ ok: true, value: undefined });
  });

  it("makes an outcome believable (E34)", () => {
    const { header, attestations, ...rest } = vectors.outcomeProof;
    const proof = {
      commandId: hashOf(rest.commandId),
      signaturesHash: hashOf(rest.signaturesHash),
      header: {
        ...header,
        epoch: Epoch(header.epoch),
        index: LogIndex(header.index),
        term: Term(header.term),
      },
      previousHash: hashOf(rest.previousHash),
      receipt: bytes(rest.receipt),
      attestations: attestations.map(({ ack, path }) => ({
        ack: { voter: NodeId(ack.voter), body: bytes(ack.body), signature: bytes(ack.signature) },
        path: path.map(hashOf),
      })),
    };
    expect(verifyOutcome({ epochs: onlyEpoch(electorate), sha256, verify }, proof)).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it("shows who lied (E36–E39)", () => {
    expect(new Set(vectors.evidence.map(({ kind }) => kind))).toEqual(new Set(EVIDENCE_KINDS));
    for (const { kind, accused, epoch, term, index, bytes: text } of vectors.evidence) {
      const { checks, ...claim } = accepted(checkEvidence({ electorate, sha256 }, bytes(text)));
      expect(claim).toEqual({ kind, accused, epoch, term, index });
      expect(checks.every(verify)).toBe(true);
    }
  });
});
