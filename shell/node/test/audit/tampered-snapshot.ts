// The hand of somebody who alters certified snapshots: their bytes, who certifies them, or, with the keys of
// more than f voters, what they say.

import { readFileSync, writeFileSync } from "node:fs";
import { LogIndex, signedBytes } from "@juno/base";
import {
  decodeManifest,
  decodeSnapshotCertificate,
  encodeManifest,
  encodeSnapshotCertificate,
  encodeSnapshotStatement,
  type SnapshotCertificate,
  snapshotHash,
} from "@juno/proof";
import { sha256, signerFrom } from "../../src/crypto/sodium.ts";
import { SnapshotFolder, snapshotsFolder } from "../../src/store/snapshot/snapshot-folder.ts";
import { type SampleNetwork, VOTERS } from "./sample-network.ts";
import type { Tamper } from "./tampering.ts";

export const snapshots = (place: string): SnapshotFolder => new SnapshotFolder(snapshotsFolder(place));

/** Changes a file of the snapshot at an entry. */
export const inSnapshot =
  (
    at: () => number,
    file: "certificate" | "manifest" | "chunk",
    change: (bytes: Uint8Array) => Uint8Array,
  ): Tamper =>
  (place) => {
    const held = snapshots(place);
    const index = at();
    const path = {
      certificate: held.certificateFile(index),
      manifest: held.manifestFile(index),
      chunk: held.chunkFile({ index, chunk: 0 }),
    }[file];
    writeFileSync(path, change(new Uint8Array(readFileSync(path))));
  };

export const certificateOf =
  (change: (all: SnapshotCertificate) => SnapshotCertificate) => (bytes: Uint8Array) => {
    const certificate = decodeSnapshotCertificate(bytes);
    if (!certificate.ok) throw new Error(certificate.error.detail);
    return encodeSnapshotCertificate(change(certificate.value));
  };

export const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1);
/** More than f voters certify what they never computed. */
export const lyingSnapshot =
  (network: SampleNetwork, at: number): Tamper =>
  (place) => {
    const index = LogIndex(at);
    const held = snapshots(place);
    const manifest = decodeManifest(new Uint8Array(readFileSync(held.manifestFile(index))));
    if (!manifest.ok) throw new Error(manifest.error.detail);
    const bytes = encodeManifest({ ...manifest.value, stateRoot: manifest.value.hash });
    const snapshot = snapshotHash(sha256, bytes);
    const certificate = VOTERS.slice(0, 2).map((voter) => {
      const body = encodeSnapshotStatement({ epoch: manifest.value.epoch, from: voter, index, snapshot });
      const message = signedBytes({ tag: "snapshot", network: network.genesis.network, body });
      return { voter, body, signature: signerFrom(network.secretOf(voter))(message) };
    });
    writeFileSync(held.manifestFile(index), bytes);
    writeFileSync(held.certificateFile(index), encodeSnapshotCertificate(certificate));
  };
