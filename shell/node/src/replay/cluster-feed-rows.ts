// A running cluster, or whatever else an archive is written from, as what a replay reads: portions come as they are asked
// for, and one is held at a time.

import type { ArchiveCertificateJson } from "@juno/api";
import { LogIndex, parseHex } from "@juno/base";
import { type AppliedEntry, encodeEpochLink } from "@juno/proof";
import type { ArchiveFeed } from "../archive/archive-feed.ts";
import { rowOf } from "../audit/archive-source.ts";
import { auditSnapshot } from "../audit/certified-snapshot.ts";
import type { DocumentSource } from "../audit/document-audit.ts";
import { snapshotPlace } from "../audit/floor-audit.ts";
import type { Row } from "../audit/readable.ts";
import type { ReplayFeed } from "./replay-feed.ts";

/** Rows handed on at once. */
const CHUNK_ENTRIES = 32;

/** `to`: the last entry that is asked for. */
export function clusterFeed(feed: ArchiveFeed, to: number): ReplayFeed {
  const { first, elsewhere } = feed;
  const portions = feed.entries({ from: first, to })[Symbol.asyncIterator]();
  let held: readonly AppliedEntry[] = [];
  const heldAt = (index: number): AppliedEntry | undefined => held[index - (held[0]?.entry.index ?? 0)];
  const place = (table: string) => `cluster ${table}`;
  return {
    ...{ kind: "cluster", first, last: feed.last, elsewhere },
    async begin({ findings, ...parts }) {
      const index = LogIndex(first - 1);
      const folder = await feed.snapshotAt?.(index);
      if (folder === undefined) return undefined;
      const snapshot = await auditSnapshot({ ...parts, folder }, index);
      if (snapshot.ok) return snapshot.value;
      findings.add(snapshotPlace(index), snapshot.error.problem, index);
      return undefined;
    },
    source: {
      place,
      entries: ({ from, to: end }) => {
        const rows = held.filter(({ entry }) => BigInt(entry.index) >= from && BigInt(entry.index) <= end);
        return rows.slice(0, CHUNK_ENTRIES).map(rowOf);
      },
    },
    async ready(due) {
      const next = await portions.next();
      held = next.done === true ? [] : next.value;
      return held.at(-1)?.entry.index ?? due;
    },
    receiptOf: (index) => heldAt(index)?.receipt,
    async links() {
      const links = await feed.links();
      return links.map((link) => ({ epoch: BigInt(link.entry.epoch + 1), bytes: encodeEpochLink(link) }));
    },
    async documents({ last }) {
      const about = { terms: { from: { epoch: 0, term: 1 }, to: last }, isEnd: true };
      const kept: ArchiveCertificateJson[] = [];
      for await (const json of feed.certificates({ from: first, to }, about)) kept.push(json);
      const evidence: string[] = [];
      for await (const { bytes } of feed.evidence()) evidence.push(bytes);
      return documentsOf(place, kept, evidence);
    },
    close: () => undefined,
  };
}

const bytesOf = (digits: string): Uint8Array<ArrayBuffer> => Uint8Array.from(parseHex(digits) ?? []);

function documentsOf(
  place: DocumentSource["place"],
  kept: readonly ArchiveCertificateJson[],
  evidence: readonly string[],
): DocumentSource {
  return {
    place,
    certificates: () =>
      kept.flatMap((json): Row[] =>
        json.kind === "commit" || json.kind === "link"
          ? []
          : [
              {
                ...{ kind: `${json.kind}-certificate`, epoch: BigInt(json.epoch), term: BigInt(json.term) },
                bytes: bytesOf(json.bytes),
              },
            ],
      ),
    commitProofs: () =>
      kept.flatMap((json): Row[] => {
        if (json.kind !== "commit") return [];
        const row = { idx: BigInt(json.index), bytes: bytesOf(json.bytes) };
        return [json.through === undefined ? row : { ...row, through: bytesOf(json.through) }];
      }),
    evidence: () => evidence.map((digits, at) => ({ id: BigInt(at + 1), bytes: bytesOf(digits) })),
  };
}
