// A running cluster as the source of an archive. Entries come page by page from whichever node answers;
// that they are committed is proved, to the last one. What their receipts say is a node's word until the
// archive is verified. It must not know how an archive is written.

import type { ArchiveEvidenceJson } from "@juno/api";
import { equalBytes, type Hash, hex, Writer } from "@juno/base";
import { type JunoClient, JunoError } from "@juno/client";
import type { ArchiveFeed, Span } from "@juno/node";
import { sha256 } from "@juno/node/light";
import { type AppliedEntry, encodeCommitProof, entryHash, writeEntryHeader } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import { clusterEvidence } from "./cluster-evidence.ts";
import type { NetworkPlace } from "./network-folder.ts";

const PAGE_ENTRIES = 256;
const HEADER_BYTES = 65;

export class ClusterFeed implements ArchiveFeed {
  readonly #client: JunoClient;
  readonly #urls: readonly string[];
  readonly first: number;
  readonly last: number;
  /** Of the entry that was handed on last. */
  #given: { readonly index: number; readonly hash: Hash } | undefined;

  private constructor(parts: {
    readonly client: JunoClient;
    readonly urls: readonly string[];
    readonly span: Span;
  }) {
    this.#client = parts.client;
    this.#urls = parts.urls;
    this.first = parts.span.from;
    this.last = parts.span.to;
  }

  /** Asks how far the cluster is; throws JunoErrors if no node answers. */
  static async open(client: JunoClient, { nodes }: Pick<NetworkPlace, "nodes">): Promise<ClusterFeed> {
    const from = await client.entries({ from: 1, limit: 1 }).then(
      () => 1,
      async (error: unknown) => {
        if (!(error instanceof JunoError) || error.code !== "pruned") throw error;
        return (await client.status()).prunedThrough + 1;
      },
    );
    const { applied } = await client.entries({ from, limit: 1 });
    return new ClusterFeed({ client, urls: nodes.map(({ url }) => url), span: { from, to: applied } });
  }

  /** No node is asked for that: whoever writes follows all entries instead. */
  frontierBefore(): undefined {
    return undefined;
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
}
