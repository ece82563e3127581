// Where the log of a running cluster can be begun with (P35): at entry 1 if any node still has it, else right above the
// lowest certified snapshot above which a node has the entries. The snapshot is fetched when it is asked for.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JunoClient, JunoError } from "@juno/client";
import { type CertifiedSnapshot, ClusterSnapshots } from "@juno/node";
import { Complaint, EXIT } from "../complaint.ts";
import { ProgressLine } from "../terminal/progress-line.ts";
import type { NetworkPlace } from "./network-folder.ts";

type Source = Pick<JunoClient, "entries" | "epochs" | "learnEpochs">;

/** Undefined if a node has an entry, or will have it; else what a node says of where it is. */
export async function prunedAt(client: Pick<Source, "entries">, index: number): Promise<string | undefined> {
  try {
    await client.entries({ from: index, limit: 1 });
    return undefined;
  } catch (error) {
    if (!(error instanceof JunoError) || error.code !== "pruned") throw error;
    return error.problem?.detail ?? error.message;
  }
}

export class ClusterBeginning {
  readonly #snapshots: ClusterSnapshots;
  /** The first entry that can be had. */
  readonly first: number;
  /** What a node says of the entries before; undefined if they are there. */
  readonly told: string | undefined;
  readonly #fetched = new Map<number, CertifiedSnapshot | undefined>();
  #folder: string | undefined;

  private constructor(snapshots: ClusterSnapshots, first: number, told: string | undefined) {
    this.#snapshots = snapshots;
    this.first = first;
    this.told = told;
  }

  /** Throws JunoErrors if no node answers, and a Complaint if there is nothing to begin with. */
  static async find(
    client: Source,
    { genesis, nodes, reader, ca }: Pick<NetworkPlace, "genesis" | "nodes" | "reader" | "ca">,
    stop?: AbortSignal,
  ): Promise<ClusterBeginning> {
    // P40: snapshots are certified by those who voted at their entry.
    while (await client.learnEpochs());
    const { epochs } = client;
    const urls = nodes.map(({ url }) => url);
    const snapshots = new ClusterSnapshots({ genesis, epochs, urls, ca, reader, stop });
    try {
      const told = await prunedAt(client, 1);
      if (told === undefined) return new ClusterBeginning(snapshots, 1, undefined);
      for (const { index } of await snapshots.offers()) {
        const above = await prunedAt(client, index + 1);
        if (above === undefined) return new ClusterBeginning(snapshots, index + 1, told);
      }
      throw new Complaint(
        `The nodes have pruned the beginning of the log (${told}), and none hands out a certified snapshot to begin with: take a node's folder, or an archive.`,
      );
    } catch (error) {
      await snapshots.close();
      throw error;
    }
  }

  /** The snapshot that the entries begin above, verified; in a folder of its own unless told. */
  async snapshot(folder?: string): Promise<CertifiedSnapshot> {
    const index = this.first - 1;
    const found = await this.#fetch(index, folder);
    if (typeof found !== "string") return found;
    const isStopped = this.#snapshots.stop?.aborted === true;
    throw isStopped
      ? new Complaint("Stopped while the snapshot was fetched.", EXIT.interrupted)
      : new Complaint(`There is nothing to begin with: ${found}. Run the same command again.`);
  }

  /** A certified snapshot at an index, verified; undefined if no node hands one out. */
  async snapshotAt(index: number): Promise<CertifiedSnapshot | undefined> {
    if (index === this.first - 1) return this.snapshot();
    const found = await this.#fetch(index);
    return typeof found === "string" ? undefined : found;
  }

  async #fetch(index: number, folder = this.#own): Promise<CertifiedSnapshot | string> {
    const known = this.#fetched.get(index);
    if (known !== undefined) return known;
    const offers = (await this.#snapshots.offers()).filter((offer) => offer.index === index);
    let problem = `no node hands out a certified snapshot at ${index}`;
    for (const offer of offers) {
      const line = new ProgressLine(process.stderr);
      const shown = (done: number, of: number) =>
        line.show({ label: "fetching the snapshot; chunks", done, total: of, perSecond: 0 });
      const fetched = await this.#snapshots.fetch(offer, folder, shown).finally(() => line.close());
      if (fetched.ok) {
        this.#fetched.set(index, fetched.value);
        return fetched.value;
      }
      problem = fetched.error;
    }
    return problem;
  }

  get #own(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "juno-snapshot-"));
    return this.#folder;
  }

  /** Removes what was fetched into a folder of its own. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    await this.#snapshots.close();
  }
}
