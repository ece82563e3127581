// The SnapshotSource port over the other nodes' APIs (A20). Replies are read up to a limit and in bounded
// time; their signatures are not looked at, since nothing that is fetched here is believed for whose it is.

import {
  API_PREFIX,
  checkShape,
  SnapshotChunkSchema,
  SnapshotListSchema,
  SnapshotManifestSchema,
} from "@juno/api";
import { Hash, LogIndex, type NodeId, parseHex, type Refusal, type Result } from "@juno/base";
import { decodeCommitProof, decodeSnapshotCertificate } from "@juno/proof";
import type { OfferedManifest, OfferedSnapshot, SnapshotSource } from "@juno/runtime";
import type { ApiTrust } from "./api-trust.ts";
import { askNode } from "./ask-node.ts";

const TIMEOUT_MS = 20_000;
const LIST_BYTES_MAX = 4 * 1024 * 1024;
/** Of a manifest of about 900,000 chunks, 220 GiB of state. */
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
const ENVELOPE_BYTES = 1024;
/** Members and items of a reply: the longest list has fewer. */
const PARTS_MAX = 16_384;

const readList = (json: unknown) => checkShape(SnapshotListSchema, json);
const readManifest = (json: unknown) => checkShape(SnapshotManifestSchema, json);
const readChunk = (json: unknown) => checkShape(SnapshotChunkSchema, json);

/** Who asks a peer for a path and query, where reads are guarded (A41); undefined if that must not be said there. */
type ReaderFor = (peer: NodeId, target: string) => Promise<string | undefined>;

export class HttpSnapshotSource implements SnapshotSource {
  readonly #urls: ReadonlyMap<NodeId, string>;
  readonly #readerFor: ReaderFor | undefined;
  readonly #trust: ApiTrust | undefined;
  readonly #closing = new AbortController();

  constructor(
    urls: ReadonlyMap<NodeId, string>,
    parts: { readonly readerFor?: ReaderFor | undefined; readonly trust?: ApiTrust | undefined } = {},
  ) {
    this.#urls = urls;
    this.#readerFor = parts.readerFor;
    this.#trust = parts.trust;
  }

  async list(peer: NodeId): Promise<readonly OfferedSnapshot[]> {
    const said = await this.#get(peer, "/snapshots", readList, LIST_BYTES_MAX);
    return (said?.snapshots ?? []).flatMap((offered) => {
      if (offered.certificate === null) return [];
      const certificate = decodeSnapshotCertificate(bytesOf(offered.certificate));
      if (!certificate.ok) return [];
      const hash = Hash(bytesOf(offered.hash));
      return [{ index: LogIndex(offered.index), hash, certificate: certificate.value }];
    });
  }

  async manifest(peer: NodeId, index: LogIndex): Promise<OfferedManifest | undefined> {
    const said = await this.#get(peer, `/snapshots/${index}`, readManifest, MANIFEST_BYTES_MAX);
    if (said === undefined) return undefined;
    const proof = said.commitProof === null ? undefined : decodeCommitProof(bytesOf(said.commitProof));
    return { manifest: bytesOf(said.manifest), commitProof: proof?.ok ? proof.value : undefined };
  }

  async chunk(
    peer: NodeId,
    place: { index: LogIndex; chunk: number; bytesMax: number },
  ): Promise<Uint8Array | undefined> {
    const { index, chunk, bytesMax } = place;
    const target = `/snapshots/${index}/chunks/${chunk}`;
    const said = await this.#get(peer, target, readChunk, 2 * bytesMax + ENVELOPE_BYTES);
    return said && bytesOf(said.bytes);
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #get<T>(
    peer: NodeId,
    target: string,
    read: (json: unknown) => Result<T, Refusal>,
    bytesMax: number,
  ): Promise<T | undefined> {
    const url = this.#urls.get(peer);
    if (url === undefined) return undefined;
    const { signal } = this.#closing;
    const readerFor = this.#readerFor;
    return await askNode(url + API_PREFIX + target, read, {
      bytesMax,
      partsMax: PARTS_MAX,
      timeoutMs: TIMEOUT_MS,
      trust: this.#trust,
      readerFor: readerFor && ((path) => readerFor(peer, path)),
      signal,
    });
  }
}

/** The schema has let pass pairs of hex digits only. */
const bytesOf = (hexText: string): Uint8Array => parseHex(hexText, hexText.length / 2)!;
