// Snapshots, for whoever is behind: their exact bytes. They are worth something to whoever checks them,
// so they are handed out also by a node that does not speak for the ledger. Invariant: none above what is
// applied here, as it was when its reader was judged: who may read it, only the roles in it say (A41).

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
  const applied = () => backend.status().applied.index;
  return {
    snapshots: async () => {
      const through = applied();
      const all = await snapshots.list();
      return json(200, { snapshots: all.filter(({ index }) => index <= through).map(render) });
    },

    snapshotManifest: async ({ params: { index } }) => {
      if (index > applied()) return problem("snapshot_unknown");
      const manifest = await snapshots.manifest(LogIndex(index));
      if (manifest === undefined) return problem("snapshot_unknown");
      const proof = await backend.commitProof(LogIndex(index));
      const commitProof = proof === undefined ? null : fastHex(encodeCommitProof(proof));
      return json(200, { index, manifest: fastHex(manifest), commitProof });
    },

    snapshotChunk: async ({ params: { index, chunk } }) => {
      if (index > applied()) return problem("snapshot_unknown");
      const bytes = await snapshots.chunk({ index: LogIndex(index), chunk });
      if (bytes === undefined) return problem("snapshot_unknown");
      return json(200, { index, chunk, bytes: fastHex(bytes) });
    },
  };
}
