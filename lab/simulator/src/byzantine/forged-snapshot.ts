// A snapshot that is whole and consistent, and false: somebody in it is richer. Only its signatures, which are
// those of the true one, tell. What a node starts from must not be believed for its looks.

import { type Hash, type LogIndex, parseUtf8, utf8 } from "@juno/base";
import { chunksOf, decodeChunk, MemoryView, type SnapshotId, type SnapshotRow } from "@juno/ledger";
import { decodeManifest, encodeManifest, snapshotHash } from "@juno/proof";
import type { SnapshotStore } from "@juno/runtime";
import { sha256 } from "../crypto.ts";

export type ForgedSnapshot = {
  readonly hash: Hash;
  readonly manifest: Uint8Array;
  readonly chunks: readonly Uint8Array[];
};

/** Undefined if the true one is not here, or holds no row with a digit to change. */
export async function forgeSnapshot(
  store: Pick<SnapshotStore, "manifest" | "chunk">,
  index: LogIndex,
): Promise<ForgedSnapshot | undefined> {
  const bytes = await store.manifest(index);
  const manifest = bytes === undefined ? undefined : decodeManifest(bytes);
  if (manifest?.ok !== true) return undefined;
  const rows: SnapshotRow[] = [];
  const ids: SnapshotId[] = [];
  for (const chunk of manifest.value.chunks.keys()) {
    const content = decodeChunk((await store.chunk({ index, chunk }))!);
    if (!content.ok) return undefined;
    if (content.value.kind === "rows") rows.push(...content.value.rows);
    else ids.push(...content.value.ids);
  }
  const at = rows.findIndex(({ value }) => /\d\.\d\d /.test(parseUtf8(value) ?? ""));
  const victim = rows[at];
  if (victim === undefined) return undefined;
  const value = utf8(
    parseUtf8(victim.value)!.replace(/(\d)(\.\d\d )/, (_, digit, rest) => `${9 - Number(digit)}${rest}`),
  );
  rows[at] = { ...victim, value };
  const chunks = chunksOf({ rows, ids });
  const stateRoot = new MemoryView().restore(sha256, { rows, ids, time: manifest.value.time });
  const digests = chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) }));
  const forged = encodeManifest({ ...manifest.value, stateRoot, chunks: digests });
  return { hash: snapshotHash(sha256, forged), manifest: forged, chunks };
}
