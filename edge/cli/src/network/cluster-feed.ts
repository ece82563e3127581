// A running cluster as the source of an archive. Entries come page by page from whichever node answers;
// that they are committed is proved, to the last one. What their receipts say is a node's word until the
// archive is verified. It must not know how an archive is written.

import type { ArchiveEvidenceJson } from "@juno/api";
import { equalBytes, type Hash, hex, Writer } from "@juno/base";
import type { JunoClient } from "@juno/client";
import type { ArchiveFeed, CertifiedSnapshot, SnapshotFolder, Span } from "@juno/node";
import { sha256 } from "@juno/node/light";
import {
  type AppliedEntry,
  type EpochLink,
  encodeCommitProof,
  entryHash,
  FIRST_EPOCH,
  type Frontier,
  writeEntryHeader,
} from "@juno/proof";
import { Complaint } from "../complaint.ts";
import { ClusterBeginning } from "./cluster-beginning.ts";
import { clusterEvidence } from "./cluster-evidence.ts";
import type { NetworkPlace } from "./network-folder.ts";

const PAGE_ENTRIES = 256;
const HEADER_BYTES = 65;

export class ClusterFeed implements ArchiveFeed {
  readonly #client: JunoClient;
  readonly #urls: readonly string[];
  readonly #beginning: ClusterBeginning;
  readonly last: number;
  /** Of the entry that was handed on last. */
  #given: { readonly index: number; readonly hash: Hash } | undefined;

  private constructor(parts: {
    readonly client: JunoClient;
    readonly urls: readonly string[];
    readonly beginning: ClusterBeginning;
    readonly last: number;
  }) {
    this.#client = parts.client;
    this.#urls = parts.urls;
    this.#beginning = parts.beginning;
    this.last = parts.last;
  }

  /** Asks how far the cluster is; throws JunoErrors if no node answers, Complaints if its log cannot be begun with. */
  static async open(
    client: JunoClient,
    place: Pick<NetworkPlace, "nodes" | "genesis" | "reader" | "ca">,
    stop?: AbortSignal,
  ): Promise<ClusterFeed> {
    const beginning = await ClusterBeginning.find(client, place, stop);
    try {
      const { applied } = await client.entries({ from: beginning.first, limit: 1 });
      // P40: up to there, every epoch has a link by now.
      while (await client.learnEpochs());
      return new ClusterFeed({ client, urls: place.nodes.map(({ url }) => url), beginning, last: applied });
    } catch (error) {
      await beginning.close();
      throw error;
    }
  }

  get first(): number {
    return this.#beginning.first;
  }

  get elsewhere(): string | undefined {
    return this.#beginning.told;
  }

  async hashBefore(index: number): Promise<Hash | undefined> {
    return (await this.#snapshotBefore(index))?.manifest.hash;
  }

  /** Anywhere else no node is asked for that: whoever writes follows the entries instead. */
  async frontierBefore(index: number): Promise<Frontier | undefined> {
    const manifest = (await this.#snapshotBefore(index))?.manifest;
    return manifest && { size: manifest.index, peaks: manifest.peaks };
  }

  async snapshotAt(index: number): Promise<SnapshotFolder | undefined> {
    return (await this.#snapshotBefore(index + 1))?.folder;
  }

  async #snapshotBefore(index: number): Promise<CertifiedSnapshot | undefined> {
    return index === 1 ? undefined : this.#beginning.snapshotAt(index - 1);
  }

  async *entries({ from, to }: Span): AsyncIterable<readonly AppliedEntry[]> {
    for (let next = from; next <= to; ) {
      const limit = Math.min(PAGE_ENTRIES, to - next + 1);
      const { entries } = await this.#client.entries({ from: next, limit });
      const last = entries.at(-1)?.entry;
      if (last === undefined || entries[0]?.entry.index !== next) {
        throw new Complaint(`The node that answered has no entry ${next}: run the same command again.`);
      }
      this.#given = last;
      yield entries;
      next = last.index + 1;
    }
  }

  links(): readonly EpochLink[] {
    return this.#client.epochs.linksAfter(FIRST_EPOCH);
  }

  /** Elections stand in their entries; what is kept beside them, no node gives away. */
  async *certificates({ to }: Span): ReturnType<ArchiveFeed["certificates"]> {
    if (this.#given?.index !== to) return;
    const proof = await this.#client.entryProof(to);
    if (proof === undefined) return;
    const { header, previousHash, through, commit } = proof;
    if (!equalBytes(entryHash(sha256, previousHash, header), this.#given.hash)) {
      throw new Complaint(
        `Voters have committed another entry ${to} than the one a node gave: remove the archive's folder, and ask other nodes with --url.`,
      );
    }
    const bytes = hex(encodeCommitProof(commit));
    const headers = new Writer(HEADER_BYTES * through.length);
    for (const above of through) writeEntryHeader(headers, above);
    const line = { kind: "commit", index: commit.index, bytes } as const;
    yield through.length === 0 ? line : { ...line, through: hex(headers.finish()) };
  }

  async *evidence(): AsyncGenerator<ArchiveEvidenceJson> {
    for await (const bytes of clusterEvidence(this.#client, this.#urls)) yield { bytes };
  }

  /** Removes what was fetched for it. */
  close(): Promise<void> {
    return this.#beginning.close();
  }
}
