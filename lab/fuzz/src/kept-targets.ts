// What somebody keeps and others are shown later: files with proofs, and snapshots.

import { parseReceiptFile, parseRowFile } from "@juno/api";
import { Epoch, utf8 } from "@juno/base";
import { decodeChunk } from "@juno/ledger";
import {
  decodeManifest,
  decodeSnapshotCertificate,
  electorateOf,
  encodeManifest,
  encodeSnapshotCertificate,
  onlyEpoch,
  parseGenesis,
} from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { form, text } from "./form.ts";
import { spoil } from "./spoil.ts";
import { bytesOf, receiptFile, stateVectors } from "./vectors.ts";

/** A row that the checkpoint of a receipt is shown for: nothing in it is proven, all of it is read. */
function rowFile(receipt: string): string {
  const { header, previousHash, receipt: said, attestations } = JSON.parse(receipt);
  return JSON.stringify({
    ...{ module: "demo.accounts", table: "accounts", key: "alice", row: '{"funds":"2.00 USD"}' },
    siblings: ["0a".repeat(32)],
    leaf: { path: "0b".repeat(32), digest: "0c".repeat(32) },
    checkpoint: {
      header: { ...header, bodyDigest: "0d".repeat(32) },
      ...{ previousHash, receipt: said, attestations },
    },
  });
}

export function keptTargets(): Target[] {
  const { chunks, manifest, certificate } = stateVectors().snapshot;
  const receipt = receiptFile();
  const genesis = parseGenesis(sha256, utf8(receipt.genesis));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  const epochs = onlyEpoch(electorateOf({ ...genesis.value, epoch: Epoch(0) }));
  return [
    { name: "snapshot-chunk", samples: chunks.map(bytesOf), spoil, read: (bytes) => decodeChunk(bytes).ok },
    form("snapshot-manifest", [bytesOf(manifest.bytes)], { decode: decodeManifest, encode: encodeManifest }),
    form("snapshot-certificate", [bytesOf(certificate)], {
      decode: decodeSnapshotCertificate,
      encode: encodeSnapshotCertificate,
    }),
    text("receipt-file", [receipt.text], (bytes) => parseReceiptFile(epochs, bytes).ok),
    text("row-file", [rowFile(receipt.text)], (bytes) => parseRowFile(epochs, bytes).ok),
  ];
}
