// Starting from a snapshot (V8): when a node is so far behind that the others may not have the entries
// any more, or that replaying them takes long, it fetches a certified snapshot and hands it to consensus,
// which goes on from there. One attempt at a time; what an attempt fetched serves the next one.

import { equalBytes, type Hash, LogIndex, type NodeId } from "@juno/base";
import { type Context, lacksEntries, type StagedSnapshot, type State, settledIndex } from "@juno/consensus";
import { type CommitProof, checkCommitProof, decodeManifest, type Genesis } from "@juno/proof";
import type { Clock } from "./ports/clock.ts";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { Verifier } from "./ports/verifier.ts";
import { downloadSnapshot, isWhole } from "./snapshot-download.ts";
import { type CertifiedOffer, highestOffer, isCertified } from "./snapshot-offers.ts";

/** A gap of more snapshots than this is not replayed, even if the others have the entries. */
const FAR_SNAPSHOTS = 4;
/** Between two attempts. */
const RETRY_TIMEOUTS = 5;
const PROGRESS_MS = 2_000;

type Parts = {
  readonly context: Context;
  state(): Pick<State, "epochs">;
  readonly store: SnapshotStore;
  readonly source: SnapshotSource;
  readonly verifier: Verifier;
  readonly clock: Pick<Clock, "monotonicMs">;
  staged(snapshot: StagedSnapshot): void;
  notice(code: string, facts: Readonly<Record<string, number | string>>): void;
  failed(cause: Error): void;
};

/** Who lacks more entries than this starts from a snapshot, if it can be had. */
export const farEntriesBy = ({ checkpointEntries, snapshotCheckpoints }: Genesis["limits"]): number =>
  FAR_SNAPSHOTS * checkpointEntries * snapshotCheckpoints;

export class SnapshotStart {
  readonly #parts: Parts;
  #running: Promise<void> | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called at every heartbeat: begins an attempt if one is due. */
  consider(state: State): void {
    const { clock, context, failed } = this.#parts;
    if (this.#running !== undefined || clock.monotonicMs() < this.#notBeforeMs) return;
    const reached = reachedBy(state);
    if (!this.#isWanted(state, reached)) return;
    this.#running = this.#attempt(LogIndex(reached))
      .catch(failed)
      .then(() => {
        this.#running = undefined;
        this.#notBeforeMs = clock.monotonicMs() + RETRY_TIMEOUTS * context.timing.heartbeatTimeoutMs;
      });
  }

  #isWanted(state: State, reached: number): boolean {
    const { fetching, mode } = state;
    if (mode === "halted") return false;
    if (lacksEntries(state)) return true;
    if (fetching?.target.certificate === undefined) return false;
    const gap = fetching.target.point.index - reached;
    return gap > this.#parts.context.limits.farEntries || (gap > 0 && fetching.isBarren);
  }

  async #attempt(above: LogIndex): Promise<void> {
    const { context, store, source, verifier, notice } = this.#parts;
    const lied = (peer: NodeId) => notice("liar", { peer, about: "a snapshot" });
    const held = await this.#held(above);
    const { epochs } = this.#parts.state();
    const voters = epochs.last.electorate.voters.map(({ id }) => id);
    const peers = voters.filter((id) => id !== context.self);
    const offer = await highestOffer({ epochs, peers, source, verifier, above, lied });
    // The same one is asked for again: its chunks are here, and with its manifest comes the proof that it is committed.
    if (held !== undefined && (offer === undefined || offer.index < held.index)) {
      return this.#stage(held.manifest, undefined);
    }
    if (offer === undefined) return;
    notice("snapshot_fetching", { index: offer.index });
    const { sha256 } = context;
    const progress = this.#progressOf(offer);
    const fetched = await downloadSnapshot({ sha256, source, store, offer, lied, progress });
    if (fetched === undefined) return notice("snapshot_given_up", { index: offer.index });
    const { index, certificate } = offer;
    await store.complete({ index, manifest: fetched.bytes, certificate });
    await this.#stage(fetched.bytes, fetched.commitProof);
  }

  /** The newest certified snapshot that is here, every chunk as its manifest says, and above an index. */
  async #held(above: LogIndex): Promise<{ index: LogIndex; manifest: Uint8Array } | undefined> {
    const { context, store, verifier } = this.#parts;
    for (const { index, hash, certificate } of [...(await store.list())].reverse()) {
      if (index <= above || certificate === undefined) continue;
      if (!(await isCertified(this.#parts.state().epochs, verifier, { index, hash, certificate }))) continue;
      const manifest = await store.manifest(index);
      const read = manifest && decodeManifest(manifest);
      if (read?.ok !== true || read.value.index !== index) continue;
      if (await isWhole({ sha256: context.sha256, store }, read.value)) return { index, manifest: manifest! };
    }
    return undefined;
  }

  async #stage(bytes: Uint8Array, proof: CommitProof | undefined): Promise<void> {
    const manifest = decodeManifest(bytes);
    if (!manifest.ok) return;
    const { index, hash, epoch, term, time } = manifest.value;
    const isProved = proof !== undefined && proof.index === index && (await this.#isProof(proof, hash));
    this.#parts.staged({ floor: { index, hash, epoch, term, time }, proof: isProved ? proof : undefined });
  }

  async #isProof(proof: CommitProof, hash: Hash): Promise<boolean> {
    const { context, verifier, state } = this.#parts;
    if (!equalBytes(proof.hash, hash)) return false;
    const { electorate } = state().epochs.at(proof.index);
    const checks = checkCommitProof({ sha256: context.sha256, electorate }, proof);
    return checks.ok && (await verifier.verify(checks.value)).every(Boolean);
  }

  #progressOf({ index }: CertifiedOffer): (done: number, of: number) => void {
    const { clock, notice } = this.#parts;
    let toldMs = clock.monotonicMs();
    return (done, of) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - toldMs < PROGRESS_MS) return;
      toldMs = nowMs;
      notice("snapshot_progress", { index, chunk: done, of });
    };
  }
}

const reachedBy = (state: State): number => Math.max(settledIndex(state), state.staged?.floor.index ?? 0);
