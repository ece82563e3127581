// Snapshots of a running cluster, for an audit that cannot begin at entry 1 (P35): which certified ones its nodes hand out,
// and one of them fetched into a folder and verified as any other (P30). No node is believed: the certificate
// proves the manifest, and the manifest each chunk; where one node lies or ends, another is asked.

import { err, LogIndex, NodeId, type Result } from "@juno/base";
import type { Epochs, Genesis } from "@juno/proof";
import { type CertifiedOffer, certifiedOffers, downloadSnapshot, type SnapshotSource } from "@juno/runtime";
import { writeFailure } from "../archive/write-failure.ts";
import { sha256 } from "../crypto/sodium.ts";
import { FileSnapshotStore } from "../store/snapshot/file-snapshot-store.ts";
import { SnapshotFolder } from "../store/snapshot/snapshot-folder.ts";
import { trustOnly } from "../transport/api-trust.ts";
import { askWho } from "../transport/ask-node.ts";
import { HttpSnapshotSource } from "../transport/http-snapshot-source.ts";
import { type ReadSigner, readHeader } from "../transport/read-header.ts";
import { type AuditContext, auditContext } from "./audit-context.ts";
import { auditSnapshot, type CertifiedSnapshot } from "./certified-snapshot.ts";
import { growingVerifier } from "./growing-verifier.ts";
import { SignatureQueue } from "./signature-queue.ts";

const WHO_TIMEOUT_MS = 10_000;

export type ClusterSnapshotsParts = {
  readonly genesis: Genesis;
  /** Who votes when, as far as verified links have shown it; the genesis alone unless told. */
  readonly epochs?: Epochs | undefined;
  /** Of the nodes' APIs. */
  readonly urls: readonly string[];
  /** PEM: whose certificates the nodes' are trusted by (A54); the system's unless told. */
  readonly ca?: string | undefined;
  /** Who asks, where reads are guarded (A41). */
  readonly reader?: ReadSigner | undefined;
  /** In place of asking there: a peer is known by its place in `urls`, counted from 1. */
  readonly source?: SnapshotSource;
  /** Gives up what is being fetched. */
  readonly stop?: AbortSignal | undefined;
};

export class ClusterSnapshots {
  readonly #context: AuditContext;
  readonly #peers: readonly NodeId[];
  readonly #source: SnapshotSource;
  readonly #verifier = growingVerifier();
  readonly stop: AbortSignal | undefined;

  constructor({ genesis, epochs, urls, ca, reader, source, stop }: ClusterSnapshotsParts) {
    this.#context = auditContext(genesis, { epochs });
    this.stop = stop;
    // Who listens at an address is nobody's word here, so nobody can take another's place.
    const places = urls.map((url, at) => [NodeId(at + 1), url] as const);
    this.#peers = places.map(([peer]) => peer);
    const trust = ca === undefined ? undefined : trustOnly(ca);
    const readerFor = async (place: NodeId, target: string) => {
      const { network } = genesis;
      const { keyOf } = this.#context.epochs.last;
      // A42: a signature names the node that it is for, so whose the address is has to be shown first.
      const signal = AbortSignal.timeout(WHO_TIMEOUT_MS);
      const node = await askWho(urls[place - 1]!, { network, keyOf }, { signal, trust });
      return node && reader && (await readHeader(network, reader, { node, target }));
    };
    const asking = { readerFor: reader && readerFor, trust };
    this.#source = source ?? new HttpSnapshotSource(new Map(places), asking);
    const giveUp = () => void this.#source.close();
    if (stop?.aborted) giveUp();
    else stop?.addEventListener("abort", giveUp, { once: true });
  }

  /** Those that f + 1 voters have certified and a node offers, from the lowest up. */
  async offers(): Promise<readonly CertifiedOffer[]> {
    const { epochs } = this.#context;
    const found: CertifiedOffer[] = [];
    const lied = () => undefined;
    const asked = { epochs, peers: this.#peers, source: this.#source, verifier: this.#verifier, lied };
    for await (const offer of certifiedOffers({ ...asked, above: LogIndex(0) })) found.unshift(offer);
    return found;
  }

  /**
   * Fetches one into a folder, what is there already apart. Why it cannot be had, if so; throws Failures of the disk.
   */
  async fetch(
    offer: CertifiedOffer,
    folder: string,
    onProgress: (done: number, of: number) => void = () => undefined,
  ): Promise<Result<CertifiedSnapshot, string>> {
    const { index, certificate } = offer;
    const store = new FileSnapshotStore(folder);
    try {
      const lied = () => undefined;
      const from = { source: this.#source, store, offer, lied, progress: onProgress };
      const fetched = await downloadSnapshot({ sha256, ...from });
      if (fetched === undefined) return err(`no node hands out all of the snapshot at ${index}`);
      await store.complete({ index, manifest: fetched.bytes, certificate });
    } catch (error) {
      throw writeFailure(folder, error);
    }
    const parts = { folder: new SnapshotFolder(folder), context: this.#context };
    const signatures = new SignatureQueue(this.#verifier);
    const snapshot = await auditSnapshot({ ...parts, signatures }, index);
    return snapshot.ok ? snapshot : err(`the snapshot at ${index} cannot be used. ${snapshot.error.problem}`);
  }

  async close(): Promise<void> {
    await this.#source.close();
    await this.#verifier.close();
  }
}
