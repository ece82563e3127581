// Snapshots, for whoever is behind: their exact bytes. They are worth something to whoever checks them,
// so they are handed out also by a node that does not speak for the ledger.

import type { SnapshotSummaryJson } from "@juno/api";
import { LogIndex } from "@juno/base";
import { encodeCommitProof, encodeSnapshotCertificate } from "@juno/proof";
import type { Backend, StoredSnapshot } from "@juno/runtime";
import { type Handlers, json, problem } from "./answer.ts";
import { fastHex } from "./fast-hex.ts";

function render({ certificate, hash, ...rest }: StoredSnapshot): SnapshotSummaryJson {
  const signed = certificate === undefined ? null : fastHex(encodeSnapshotCertificate(certificate));
  return { ...rest, hash: fastHex(hash), certificate: signed };
}

type SnapshotHandlers = Pick<Handlers, "snapshots" | "snapshotManifest" | "snapshotChunk">;

export function snapshotRoutes({ backend }: { readonly backend: Backend }): SnapshotHandlers {
  const { snapshots } = backend;
  return {
    snapshots: async () => json(200, { snapshots: (await snapshots.list()).map(render) }),

    snapshotManifest: async ({ params: { index } }) => {
      const manifest = await snapshots.manifest(LogIndex(index));
      if (manifest === undefined) return problem("snapshot_unknown");
      const proof = await backend.commitProof(LogIndex(index));
      const commitProof = proof === undefined ? null : fastHex(encodeCommitProof(proof));
      return json(200, { index, manifest: fastHex(manifest), commitProof });
    },

    snapshotChunk: async ({ params: { index, chunk } }) => {
      const bytes = await snapshots.chunk({ index: LogIndex(index), chunk });
      if (bytes === undefined) return problem("snapshot_unknown");
      return json(200, { index, chunk, bytes: fastHex(bytes) });
    },
  };
}
